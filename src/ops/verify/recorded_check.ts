/**
 * Compares one snapshot's tree with its manifest and its checksum files with both; contents and the
 * modes of shared inodes are handed on.
 *
 * @module
 */
import { isTimeOf } from "../../base/coarse_time.ts";
import { joinRel } from "../../base/path_bytes.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { isSumsName, sumsFileName } from "../../store/checksum_file.ts";
import { forgottenAt, type ForgottenPath, forgottenReason } from "../../store/forgotten.ts";
import { WRITE_BITS } from "../../store/protection.ts";
import type { ManifestSection, Section } from "../../store/section.ts";
import {
  compareEntry,
  type CompareRules,
  isSameFile,
  modeText,
  type RecordedEntry,
  timeText,
} from "./compare_entry.ts";
import { counted, type Difference, reasonOf } from "./finding.ts";
import type { EntryOf, JoinVisitor } from "./join_sections.ts";
import { compareSums } from "./sums_check.ts";
import type { FoundSums, TreeSection } from "./threads/verify_messages.ts";
import { besideOldSum, OLD_CONFIG } from "../../store/old_companion.ts";

/** A stored regular file whose type and size are right. */
export interface SoundFile {
  /** Directory, relative to the snapshot. */
  readonly dir: string;
  readonly name: string;
  /** As it was found. */
  readonly stats: StatTable;
  readonly row: number;
  /** SHA-256 or SHA-512 in hex; `""` when none is known. */
  readonly digest: string;
  /** Permission bits that the entry should have; undefined when nobody knows. */
  readonly mode: number | undefined;
}

/** Who hears what a check finds. */
export interface CheckListener {
  onFinding(relPath: string, difference: Difference): void;
  /** An entry was looked at; the size in bytes of a regular file. */
  onEntry(fileBytes: number | undefined): void;
  onFile(file: SoundFile): void;
  pause(): Promise<void>;
}

/** Mode of every checksum file. Source: FORMAT.md. */
const SUMS_MODE = 0o644;

/** What {@link StatTable.inodeKey} says where nobody wrote the source's inode down. */
const UNKNOWN_INODE = "0:0:0:0";

/** What a {@link RecordedCheck} knows of the snapshot. */
export interface CheckedSnapshot {
  readonly rules: CompareRules;
  /** What was taken out of it. */
  readonly forgotten?: readonly ForgottenPath[];
}

interface OpenDir {
  readonly relPath: string;
  /** Undefined: the directory is not in the manifest, or is not wanted. */
  recorded: { readonly mtimeSec: number; readonly mtimeNsec: number } | undefined;
  /** Whether the tree has it and could be listed. */
  readonly isListed: boolean;
  readonly names: string[];
  readonly digests: string[];
  /** Files without a digest. */
  readonly unknown: Set<string>;
  /** Entries of the source that keep our checksum file from having their name. */
  readonly reserved: Set<string>;
  /** Files beyond the manifest that could be ours. */
  readonly sums: Map<string, EntryOf<TreeSection>>;
  readonly contents: ReadonlyMap<string, FoundSums>;
}

/** A directory that one side does not have, with all that is in it. */
interface Subtree {
  readonly relPath: string;
  readonly code: "missing" | "extra";
  entries: number;
}

/** See the module text. Call {@link RecordedCheck.end} when the join is through. */
export class RecordedCheck implements JoinVisitor {
  readonly #listener: CheckListener;
  readonly #rules: CompareRules;
  readonly #forgotten: readonly ForgottenPath[];
  #dir: OpenDir | undefined;
  /** The directory that the tree is at. */
  #next: { readonly relPath: string; readonly sums: OpenDir["contents"] } | undefined;
  #subtree: Subtree | undefined;
  /** Whether the manifest was made from the snapshot afterwards, see FORMAT.md. */
  #isRebuilt = false;
  /** Where the tree could not be read: what is missing there need not be missing. */
  readonly #unreadable = new Set<string>();

  constructor(listener: CheckListener, { rules, forgotten = [] }: CheckedSnapshot) {
    this.#listener = listener;
    this.#rules = rules;
    this.#forgotten = forgotten;
  }

  /** Hears of the first section of the manifest, wanted or not. */
  begin({ stats }: Section): void {
    this.#isRebuilt = stats.inodeKey(0) === UNKNOWN_INODE;
  }

  pause(): Promise<void> {
    return this.#listener.pause();
  }

  section(found: TreeSection): void {
    for (const { relPath, message } of found.problems) {
      this.#unreadable.add(relPath);
      this.#listener.onFinding(relPath, { code: "unreadable", reason: reasonOf(message) });
    }
    // The directory before it may have entries left, in the manifest alone.
    if (!found.continues) this.#next = { relPath: found.relPath, sums: found.sums };
  }

  both({ section, row }: EntryOf<ManifestSection>, found: EntryOf<TreeSection>): void {
    const { relPath, stats } = section;
    const dir = this.#enter(relPath);
    reserve(dir, section.names[row - 1]);
    const record = section.records[row];
    if (row === 0) dir.recorded = mtimeOf(stats);
    const recorded = { stats, row, record };
    const there = { stats: found.section.stats, row: found.row };
    if (stats.type(row) !== "file") {
      this.#listener.onEntry(undefined);
      this.#compare(recorded, found, { path: pathOf({ section, row }) });
      return;
    }
    const name = section.names[row - 1] ?? "";
    this.#listener.onEntry(stats.sizeBytes(row));
    this.#expectSum(dir, name, record?.digest);
    const isSound = isSameFile(recorded, there) ||
      this.#compare(recorded, found, { path: joinRel(relPath, name) });
    if (!isSound) return;
    const mode = stats.permissions(row);
    this.#listener.onFile({ dir: relPath, name, ...there, digest: record?.digest ?? "", mode });
  }

  missing({ section, row }: EntryOf<ManifestSection>): void {
    const { relPath, stats } = section;
    const path = pathOf({ section, row });
    const name = section.names[row - 1] ?? "";
    const isFile = stats.type(row) === "file";
    this.#listener.onEntry(isFile ? stats.sizeBytes(row) : undefined);
    if (section.records[row]?.state === "recorded" || this.#isUnreadable(path)) return;
    if (row !== 0 && isFile && this.#dir?.relPath === relPath) {
      this.#expectSum(this.#dir, name, section.records[row]?.digest);
    }
    if (this.#dir?.relPath === relPath) reserve(this.#dir, name);
    if (this.#inSubtree(path)) return;
    if (row === 0) this.#subtree = { relPath, code: "missing", entries: 0 };
    else this.#listener.onFinding(path, { code: "missing", reason: "it is missing" });
  }

  extra(found: EntryOf<TreeSection>): void {
    const { section, row } = found;
    const { relPath } = section;
    const name = section.names[row - 1] ?? "";
    const path = pathOf(found);
    if (this.#inSubtree(path)) return;
    if (row === 0) {
      this.#enter(relPath);
      this.#subtree = { relPath, code: "extra", entries: 0 };
      return;
    }
    const dir = this.#enter(relPath);
    const isFile = section.stats.type(row) === "file";
    if (isFile && isSumsName(name)) dir.sums.set(name, found);
    else if (!isFile || !this.#isPredecessors(dir, name)) this.#reportExtra(path);
  }

  /** Whether it lies beside a file of PyHardLinkBackup 0.x: manifests made later leave it out. */
  #isPredecessors({ relPath, names, unknown }: OpenDir, name: string): boolean {
    if (!this.#isRebuilt) return false;
    if (relPath === "" && name === OLD_CONFIG) return true;
    const beside = besideOldSum(name);
    return beside !== undefined && (unknown.has(beside) || names.lastIndexOf(beside) >= 0);
  }

  /** Tells what is still to be told. */
  end(): void {
    this.#leaveSubtree();
    this.#settleDir();
  }

  /** The same when the manifest broke off: of the directory at hand too little is known. */
  cut(): void {
    this.#leaveSubtree();
    this.#dir = undefined;
  }

  /** Tells the differences; false when the content cannot be right. */
  #compare(
    recorded: RecordedEntry,
    { section, row }: EntryOf<TreeSection>,
    { path }: { path: string },
  ): boolean {
    const found = { stats: section.stats, row, linkTarget: section.linkTargets.get(row) };
    const differences = compareEntry(recorded, found, this.#rules);
    for (const difference of differences) this.#listener.onFinding(path, difference);
    return !differences.some(({ code }) => code === "type" || code === "size");
  }

  #reportExtra(path: string): void {
    this.#listener.onFinding(path, { code: "extra", reason: this.#whyExtra(path) });
  }

  #whyExtra(path: string): string {
    const forgotten = forgottenAt(this.#forgotten, path);
    if (forgotten === undefined) return "the manifest does not have it";
    return `${forgottenReason(forgotten)}, but is still there: run phlb forget-path again`;
  }

  #enter(relPath: string): OpenDir {
    if (this.#dir?.relPath === relPath) return this.#dir;
    this.#settleDir();
    if (this.#subtree !== undefined && !isIn(relPath, this.#subtree.relPath)) this.#leaveSubtree();
    const next = this.#next?.relPath === relPath ? this.#next : undefined;
    this.#dir = {
      relPath,
      recorded: undefined,
      isListed: next !== undefined && !this.#isUnreadable(relPath),
      names: [],
      digests: [],
      unknown: new Set(),
      reserved: new Set(),
      sums: new Map(),
      contents: next?.sums ?? new Map(),
    };
    return this.#dir;
  }

  #expectSum(dir: OpenDir, name: string, digest: string | undefined): void {
    if (digest === undefined) {
      dir.unknown.add(name);
      return;
    }
    dir.names.push(name);
    dir.digests.push(digest);
  }

  /** Whether `path` lies in a directory that was found missing or extra; it is counted there. */
  #inSubtree(path: string): boolean {
    const subtree = this.#subtree;
    if (subtree === undefined) return false;
    if (!isIn(path, subtree.relPath)) {
      this.#leaveSubtree();
      return false;
    }
    subtree.entries++;
    return true;
  }

  #leaveSubtree(): void {
    const subtree = this.#subtree;
    this.#subtree = undefined;
    if (subtree === undefined) return;
    const { relPath, code, entries } = subtree;
    const inIt = entries === 0
      ? ""
      : ` (a directory with ${counted(entries, ["entry", "entries"])})`;
    const reason = code === "missing" ? "it is missing" : this.#whyExtra(relPath);
    this.#listener.onFinding(relPath, { code, reason: reason + inIt });
  }

  /** Whether the entry or a directory above it could not be read. */
  #isUnreadable(path: string): boolean {
    if (this.#unreadable.size === 0) return false;
    for (let at = path;; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
      if (this.#unreadable.has(at)) return true;
      if (at === "") return false;
    }
  }

  /** Looks at the checksum file of the directory that is left now. */
  #settleDir(): void {
    const dir = this.#dir;
    this.#dir = undefined;
    if (dir === undefined || dir.recorded === undefined || !dir.isListed) return;
    const candidates = [...dir.sums.keys()].toSorted((a, b) => a.length - b.length);
    const own = dir.names.length > 0 ? candidates.pop() : undefined;
    for (const name of candidates) this.#reportExtra(joinRel(dir.relPath, name));
    const found = own === undefined ? undefined : dir.sums.get(own);
    if (own !== undefined && found !== undefined) {
      this.#checkSums(dir, { name: own, found, mtime: dir.recorded });
    } else if (dir.names.length > 0) {
      const isTaken = (name: string) => dir.reserved.has(name);
      const relPath = joinRel(dir.relPath, sumsFileName(isTaken));
      this.#listener.onFinding(relPath, { code: "checksums", reason: "it is missing" });
    }
  }

  #checkSums(
    dir: OpenDir,
    { name, found: { section: { stats }, row }, mtime }: {
      name: string;
      found: EntryOf<TreeSection>;
      mtime: NonNullable<OpenDir["recorded"]>;
    },
  ): void {
    const relPath = joinRel(dir.relPath, name);
    const told = (difference: Difference) => this.#listener.onFinding(relPath, difference);
    const content = dir.contents.get(name);
    if (content === undefined) return told({ code: "checksums", reason: "it is missing" });
    if ("reason" in content) return told({ code: "unreadable", reason: content.reason });
    const reason = compareSums(content.bytes, dir);
    if (reason !== undefined) return told({ code: "checksums", reason });
    if (this.#isRebuilt) return; // it may be another program's
    const [sec, nsec] = [stats.get(row, STAT.mtimeSec), stats.get(row, STAT.mtimeNsec)];
    if (sec !== mtime.mtimeSec || !isTimeOf(nsec, mtime.mtimeNsec)) {
      const wanted = timeText(mtime.mtimeSec, mtime.mtimeNsec);
      const text = `it was modified ${timeText(sec, nsec)}, its directory ${wanted}`;
      told({ code: "checksums", reason: text });
    }
    const mode = stats.permissions(row);
    if (mode !== SUMS_MODE && mode !== (SUMS_MODE & ~WRITE_BITS)) {
      const text = `its mode is ${modeText(mode)} instead of ${modeText(SUMS_MODE)}`;
      told({ code: "mode", reason: text });
    }
  }
}

function reserve({ reserved }: OpenDir, name = ""): void {
  if (isSumsName(name)) reserved.add(name);
}

function mtimeOf(stats: StatTable): NonNullable<OpenDir["recorded"]> {
  return { mtimeSec: stats.get(0, STAT.mtimeSec), mtimeNsec: stats.get(0, STAT.mtimeNsec) };
}

function pathOf({ section: { relPath, names }, row }: EntryOf<Section>): string {
  return row === 0 ? relPath : joinRel(relPath, names[row - 1] ?? "");
}

function isIn(path: string, dir: string): boolean {
  return path === dir || dir === "" || path.startsWith(`${dir}/`);
}
