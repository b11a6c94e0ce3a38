/**
 * Single places in a snapshot without a manifest, read from its tree without a walk of all of it.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import { isPredecessors, type OpenedSnapshot } from "../read/open_snapshot.ts";
import { isOldTree, treeSections } from "../read/tree_sections.ts";
import { sectionEntries } from "./snapshot_entries.ts";

/** A directory of a bare snapshot. */
export interface BareOptions {
  readonly fs: FileSystem;
  readonly snapshot: OpenedSnapshot;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Everything below the directory `relPath`, itself first, in slices in the order of a manifest.
 *
 * @throws {FsError} when it cannot be opened or is no directory
 */
export function* bareTree(options: BareOptions, relPath: string): Generator<SnapshotEntry[]> {
  const { fs, snapshot } = options;
  const dir = openDirPath(fs, snapshot.dir, relPath);
  try {
    for (const section of treeSections(treeOptions(options, { dir, relPath }))) {
      yield sectionEntries(section, relPath);
    }
  } finally {
    fs.closeDir(dir);
  }
}

/**
 * The entries of the directory `relPath`, without itself and in no order.
 *
 * @throws {FsError} when it cannot be opened or is no directory
 */
export function bareDir(options: BareOptions, relPath: string): SnapshotEntry[] {
  const { fs, snapshot } = options;
  const dir = openDirPath(fs, snapshot.dir, relPath);
  try {
    const entries: SnapshotEntry[] = [];
    for (const section of treeSections(treeOptions(options, { dir, relPath }))) {
      if (section.relPath !== "") break;
      entries.push(...sectionEntries(section, relPath).slice(section.continues ? 0 : 1));
    }
    return [...entries, ...subDirs(fs, dir, relPath)];
  } finally {
    fs.closeDir(dir);
  }
}

/** The entry at `relPath`, undefined when there is none. */
export function bareEntry(options: BareOptions, relPath: string): SnapshotEntry | undefined {
  const { fs, snapshot } = options;
  if (relPath === "") return lstat(fs, snapshot.dir, { name: "", relPath });
  const slash = relPath.lastIndexOf("/");
  const parent = relPath.slice(0, Math.max(slash, 0));
  try {
    const dir = openDirPath(fs, snapshot.dir, parent);
    try {
      const found = lstat(fs, dir, { name: relPath.slice(slash + 1), relPath });
      if (found === undefined || found.stats.isDir(0)) return found;
    } finally {
      fs.closeDir(dir);
    }
    // Also tells whether it is the user's, and its digest.
    return bareDir(options, parent).find((entry) => entry.relPath === relPath);
  } catch (error) {
    if (error instanceof FsError && IS_MISSING.has(error.code)) return undefined;
    throw error;
  }
}

const IS_MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

function treeOptions(
  { fs, snapshot, onProblem }: BareOptions,
  { dir, relPath }: { dir: Dir; relPath: string },
) {
  const isOld = relPath === "" ? {} : { isOld: isOldTree(fs, snapshot.dir) };
  const inSnapshot = (problem: Problem) =>
    onProblem({ ...problem, relPath: joinPaths(relPath, problem.relPath) });
  return { fs, dir, ownSums: isPredecessors(snapshot.ref), onProblem: inSnapshot, ...isOld };
}

function joinPaths(first: string, second: string): string {
  return second === "" ? first : joinRel(first, second);
}

function subDirs(fs: FileSystem, dir: Dir, relPath: string): SnapshotEntry[] {
  const entries = fs.readDir(dir).names.map((name) =>
    lstat(fs, dir, { name, relPath: joinRel(relPath, name) })
  );
  return entries.filter((entry) => entry !== undefined).filter(({ stats }) => stats.isDir(0));
}

function lstat(
  fs: FileSystem,
  dir: Dir,
  { name, relPath }: { name: string; relPath: string },
): SnapshotEntry | undefined {
  const stats = new StatTable(1);
  try {
    fs.lstat(dir, name, stats, 0);
    // Links of stored files say nothing about the source.
    stats.set(0, STAT.nlink, 1);
    return { relPath, stats, row: 0, record: undefined };
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
