/**
 * Goes through the tree of a snapshot with lstat data and checksum files, in the order of a manifest.
 *
 * @module
 */
import { NO_RULES, Selector } from "../../../backup/select/select.ts";
import { walk } from "../../../backup/walk/walker.ts";
import { joinRel } from "../../../base/path_bytes.ts";
import type { Problem } from "../../../base/problem.ts";
import { type Dir, type File, type FileSystem, FsError } from "../../../fs/file_system.ts";
import { DirCache, openDirPath } from "../../../fs/open_path.ts";
import { StatTable } from "../../../fs/stat_table.ts";
import { isSumsName } from "../../../store/checksum_file.ts";
import { treeSections } from "../../read/tree_sections.ts";
import { scopeOf } from "../scope.ts";
import type { FoundSums, TreePlan, TreeSection } from "./verify_messages.ts";

/** A checksum file above this size is not read: 2,000,000 lines. */
const MAX_SUMS_BYTES = 256 * 1024 * 1024;

/**
 * The sections of the tree that `plan` names; none when there is nothing at `plan.below`.
 *
 * @throws {FsError} when the snapshot's directory itself cannot be read
 */
export function* goThrough(
  fs: FileSystem,
  root: Dir,
  plan: TreePlan,
): Generator<TreeSection> {
  const dir = openDirPath(fs, root, plan.snapshotDir);
  try {
    if (plan.bare !== undefined) yield* bareTree(fs, dir, plan);
    else yield* recordedTree(fs, dir, plan.below);
  } finally {
    fs.closeDir(dir);
  }
}

function* recordedTree(fs: FileSystem, snapshot: Dir, below: string): Generator<TreeSection> {
  const start = below === "" ? undefined : openBelow(fs, snapshot, below);
  if (start !== undefined && "section" in start) {
    if (start.section !== undefined) yield start.section;
    return;
  }
  const root = start?.dir ?? snapshot;
  const sums = new SumsReader(fs, root);
  try {
    const own = new StatTable(1);
    fs.lstat(root, "", own, 0);
    for (
      const found of walk({ fs, root, selector: new Selector(NO_RULES, { stats: own, row: 0 }) })
    ) {
      const { relPath, continues, names, stats, linkTargets, problems, reservedNames } = found;
      yield {
        relPath: prefixed(below, relPath),
        continues,
        names,
        stats,
        linkTargets,
        records: [],
        sums: continues ? new Map() : sums.readAll(relPath, reservedNames.filter(isSumsName)),
        problems: problems.map((problem) => ({
          ...problem,
          relPath: prefixed(below, problem.relPath),
        })),
      };
    }
  } finally {
    sums.close();
    if (start !== undefined) fs.closeDir(start.dir);
  }
}

function prefixed(below: string, relPath: string): string {
  return relPath === "" ? below : joinRel(below, relPath);
}

/** The directory at `below`, or a section with the one other entry that is there. */
function openBelow(
  fs: FileSystem,
  snapshot: Dir,
  below: string,
): { dir: Dir } | { section: TreeSection | undefined } {
  const slash = below.lastIndexOf("/");
  const [parentPath, name] = [below.slice(0, Math.max(slash, 0)), below.slice(slash + 1)];
  try {
    const parent = openDirPath(fs, snapshot, parentPath);
    try {
      const stats = new StatTable(2);
      fs.lstat(parent, name, stats, 1);
      if (stats.isDir(1)) return { dir: fs.openDir(parent, name) };
      fs.lstat(parent, "", stats, 0);
      const linkTargets = new Map<number, string>();
      if (stats.type(1) === "link") linkTargets.set(1, fs.readLink(parent, name));
      return { section: entrySection({ relPath: parentPath, name, stats, linkTargets }) };
    } finally {
      fs.closeDir(parent);
    }
  } catch (error) {
    if (error instanceof FsError && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
      return { section: undefined };
    }
    throw error;
  }
}

function entrySection(
  { relPath, name, stats, linkTargets }: {
    relPath: string;
    name: string;
    stats: StatTable;
    linkTargets: Map<number, string>;
  },
): TreeSection {
  const names = [name];
  const nothing = { records: [], sums: new Map(), problems: [] };
  return { relPath, continues: true, names, stats, linkTargets, ...nothing };
}

function* bareTree(
  fs: FileSystem,
  dir: Dir,
  { below, bare }: TreePlan,
): Generator<TreeSection> {
  const problems: Problem[] = [];
  const sums = new SumsReader(fs, dir);
  const scope = scopeOf(below);
  const ownSums = bare?.ownSums === true;
  const after = bare?.after === undefined ? {} : { after: bare.after };
  const onProblem = (problem: Problem) => problems.push(problem);
  let isFirst = true;
  try {
    for (const section of treeSections({ fs, dir, ownSums, onProblem, ...after })) {
      const part = scope.partOf(section);
      if (part === undefined) continue;
      const linkTargets = new Map<number, string>();
      for (const [row, record] of part.records.entries()) {
        if (record?.linkTarget !== undefined) linkTargets.set(row, record.linkTarget);
      }
      const wantsSums = ownSums && part === section && (isFirst || !section.continues);
      isFirst = false;
      yield {
        ...part,
        linkTargets,
        sums: wantsSums ? sums.readOwn(section.relPath) : new Map(),
        problems: problems.splice(0).filter(({ relPath }) => scope.has(relPath)),
      };
    }
  } finally {
    sums.close();
  }
}

/** Reads the checksum files of directories; what cannot be read is told with its reason. */
class SumsReader {
  readonly #fs: FileSystem;
  readonly #dirs: DirCache;
  readonly #stats = new StatTable(1);

  constructor(fs: FileSystem, root: Dir) {
    this.#fs = fs;
    this.#dirs = new DirCache(fs, root);
  }

  readAll(relPath: string, names: readonly string[]): Map<string, FoundSums> {
    const found = new Map<string, FoundSums>();
    for (const name of names) {
      const sums = this.#read(relPath, name);
      if (sums !== undefined) found.set(name, sums);
    }
    return found;
  }

  /** The last one in the chain SHA256SUMS, SHA256SUMS.phlb …: that is ours. */
  readOwn(relPath: string): Map<string, FoundSums> {
    const names = this.#names(relPath).filter(isSumsName);
    return this.readAll(relPath, names.toSorted((a, b) => a.length - b.length).slice(-1));
  }

  close(): void {
    this.#dirs.close();
  }

  #names(relPath: string): string[] {
    try {
      return this.#fs.readDir(this.#dirs.get(relPath)).names;
    } catch (error) {
      if (error instanceof FsError) return []; // the walk tells of it
      throw error;
    }
  }

  #read(relPath: string, name: string): FoundSums | undefined {
    try {
      const dir = this.#dirs.get(relPath);
      this.#fs.lstat(dir, name, this.#stats, 0);
      if (this.#stats.type(0) !== "file") return undefined;
      const file = this.#fs.openFile(dir, name);
      try {
        return this.#readWhole(file);
      } finally {
        this.#fs.closeFile(file);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return error.code === "ENOENT" ? undefined : { reason: error.message };
    }
  }

  #readWhole(file: File): FoundSums {
    this.#fs.fstat(file, this.#stats, 0);
    const sizeBytes = this.#stats.sizeBytes(0);
    if (sizeBytes > MAX_SUMS_BYTES) return { reason: "it is too large" };
    const bytes = new Uint8Array(sizeBytes);
    const count = this.#fs.read(file, bytes, 0);
    return { bytes: count === sizeBytes ? bytes : bytes.slice(0, count) };
  }
}
