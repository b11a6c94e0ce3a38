/**
 * One pass over the metadata of a source, to see which of a backup root's weaknesses it meets.
 *
 * @module
 */
import { encodeName, joinRel } from "../../base/path_bytes.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import type { WalkedSection } from "../../backup/walk/walked.ts";
import type { Concern } from "./finding.ts";
import { isRefusedName } from "./probe_names.ts";
import type { RootTraits } from "./traits.ts";

/** How many entries of a source are concerned, and the first of them. */
export interface Concerned {
  readonly count: number;
  /** Relative to the source. */
  readonly example: string;
}

/** What is counted of a source. */
export interface SourceTotals {
  readonly entries: number;
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly others: number;
  readonly bytes: number;
  /** Entries with more than one name, each name counted. */
  readonly hardLinked: number;
  readonly excluded: number;
  readonly unreadable: number;
}

/** Those that a look at one entry tells, whatever it is. */
const SIMPLE = [
  "byte-names",
  "refused-names",
  "long-names",
  "symlinks",
  "special-files",
  "devices",
  "modes",
  "setuid",
  "owners",
  "xattrs",
  "acls",
] as const;

/** Largest difference between size and allocation that is no hole. */
const ROUNDING_BYTES = 1 << 16;

/** What {@link SourcePass} needs to know. */
export interface SourcePassOptions {
  /** Of who will run the backup. */
  readonly userId: number | undefined;
  /** Attributes of a regular file, which a walk does not read; asked for only where they matter. */
  readonly xattrsOf: (dirPath: string, name: string) => Xattrs;
}

/** Collects what sections of a walk say; memory does not grow with the number of entries. */
export class SourcePass {
  readonly #traits: RootTraits;
  readonly #userId: number | undefined;
  readonly #xattrsOf: SourcePassOptions["xattrsOf"];
  readonly #concerned = new Map<Concern, { count: number; example: string }>();
  readonly #totals = {
    entries: 0,
    files: 0,
    directories: 0,
    symlinks: 0,
    others: 0,
    bytes: 0,
    hardLinked: 0,
    excluded: 0,
    unreadable: 0,
  };
  /** The directories from the source to where the walk is, with their names as the root has them. */
  #levels: { readonly relPath: string; readonly folded: Set<string> }[] = [];

  constructor(traits: RootTraits, { userId, xattrsOf }: SourcePassOptions) {
    this.#traits = traits;
    this.#userId = userId;
    this.#xattrsOf = traits.xattrs && traits.acls ? () => [] : xattrsOf;
  }

  get totals(): SourceTotals {
    return this.#totals;
  }

  get concerned(): ReadonlyMap<Concern, Concerned> {
    return this.#concerned;
  }

  /** Takes the next section of the walk. */
  add(section: WalkedSection): void {
    const { relPath, names, stats, xattrs, skipped, problems, continues } = section;
    this.#totals.excluded += skipped.length;
    this.#totals.unreadable += problems.filter(({ stored }) => !stored).length;
    if (!continues) {
      this.#enter(relPath);
      this.#entry({ relPath, name: nameOf(relPath), stats, row: 0, xattrs: xattrs.get(0) });
    }
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      const path = joinRel(relPath, name);
      const known = stats.type(row) === "file" ? this.#xattrsOf(relPath, name) : xattrs.get(row);
      this.#entry({ relPath: path, name, stats, row, xattrs: known });
      this.#fold(path, name);
    }
  }

  #entry(entry: Entry): void {
    this.#count(entry);
    const { name, stats, row, xattrs = [] } = entry;
    const longest = this.#traits.longest_name_bytes;
    const type = stats.type(row);
    const meets: Partial<Record<Concern, boolean>> = {
      "byte-names": !name.isWellFormed(),
      "refused-names": isRefusedName(name, this.#traits.refused_names),
      "long-names": name.length * 3 > longest && encodeName(name).length > longest,
      "symlinks": type === "link",
      "special-files": type === "fifo" || type === "socket",
      "devices": type === "char" || type === "block",
      "modes": type !== "link",
      "setuid": type !== "link" && (stats.permissions(row) & 0o6000) !== 0,
      "owners": this.#userId === 0 || stats.get(row, STAT.uid) !== this.#userId,
      "xattrs": xattrs.some(([key]) => !isAcl(key)),
      "acls": xattrs.some(([key]) => isAcl(key)),
    };
    for (const concern of SIMPLE) if (meets[concern]) this.#meet(concern, entry.relPath);
    if (type === "file") this.#file(entry);
    this.#times(entry);
  }

  #file({ relPath, stats, row }: Entry): void {
    const size = stats.sizeBytes(row);
    const largest = this.#traits.largest_file_bytes ?? Infinity;
    if (size > largest) this.#meet("large-files", relPath);
    const allocated = stats.get(row, STAT.allocatedBytes);
    if (size - allocated > ROUNDING_BYTES) this.#meet("holes", relPath);
  }

  #times({ relPath, stats, row }: Entry): void {
    const step = this.#traits.time_step_ns;
    const second = stats.get(row, STAT.mtimeSec);
    const isFine = step === 0 || stats.mtimeNs(row) % BigInt(step) !== 0n;
    if (isFine) this.#meet("fine-times", relPath);
    if (second < 0) this.#meet("old-times", relPath);
    if (second > MAX_32_BIT) this.#meet("late-times", relPath);
  }

  /** Directories come after all that is in the one above them, depth first. */
  #enter(relPath: string): void {
    const parent = relPath.slice(0, Math.max(0, relPath.lastIndexOf("/")));
    while (this.#levels.length > 0 && this.#levels.at(-1)?.relPath !== parent) this.#levels.pop();
    if (relPath !== "") this.#fold(relPath, nameOf(relPath));
    this.#levels.push({ relPath, folded: new Set() });
  }

  /** Names of one directory that a root which folds names takes for one. */
  #fold(relPath: string, name: string): void {
    const { case_sensitive, unicode_as_is } = this.#traits;
    const folded = this.#levels.at(-1)?.folded;
    if (folded === undefined) return;
    const once = (concern: Concern, key: string) => {
      if (folded.has(key)) this.#meet(concern, relPath);
      folded.add(key);
    };
    // The slash keeps the two kinds of keys apart: no name has one.
    if (!case_sensitive) once("folded-case", name.toUpperCase());
    if (!unicode_as_is) once("folded-unicode", `/${name.normalize("NFC")}`);
  }

  #count({ stats, row }: Entry): void {
    const totals = this.#totals;
    const type = stats.type(row);
    totals.entries++;
    if (type === "file") {
      totals.files++;
      totals.bytes += stats.sizeBytes(row);
      if (stats.get(row, STAT.nlink) > 1) totals.hardLinked++;
    } else if (type === "dir") totals.directories++;
    else if (type === "link") totals.symlinks++;
    else totals.others++;
  }

  #meet(concern: Concern, relPath: string): void {
    const known = this.#concerned.get(concern);
    if (known === undefined) this.#concerned.set(concern, { count: 1, example: relPath });
    else known.count++;
  }
}

const MAX_32_BIT = 2 ** 31 - 1;

interface Entry {
  readonly relPath: string;
  readonly name: string;
  readonly stats: StatTable;
  readonly row: number;
  readonly xattrs: Xattrs | undefined;
}

function nameOf(relPath: string): string {
  return relPath.slice(relPath.lastIndexOf("/") + 1);
}

function isAcl(name: string): boolean {
  return name.startsWith("system.posix_acl_") || name === "system.nfs4_acl";
}
