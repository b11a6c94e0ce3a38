/**
 * Takes entries out of one stored directory: their lines in its checksum file first, then themselves.
 *
 * @module
 */
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { removeTree } from "../../fs/remove_tree.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { isSumsName, type Sum, sumsFileName } from "../../store/checksum_file.ts";
import type { CollectedDir } from "../rebuild/dir_collector.ts";
import { keepingTimes, readSums, writeDirSums } from "../rebuild/dir_sums.ts";

/** What goes from a directory. */
export interface Cleaning {
  /** `.phlb`, open. */
  readonly privateDir: Dir;
  /** The directory as it is recorded from now on. */
  readonly collected: CollectedDir;
  readonly names: ReadonlySet<string>;
  /** Asked before each name; answering true ends the removal, to be called again later. */
  readonly isCancelled: () => boolean;
}

const OWNER_ALL = 0o700;

/**
 * Removes the names with all that is below them. The directory keeps its mode and times, and its
 * checksum file, which may be a hard link to those of other snapshots, is replaced by a new one.
 *
 * @throws {FsError} what was removed stays removed
 */
export function cleanDir(fs: FileSystem, dir: Dir, cleaning: Cleaning): void {
  const { collected, names, isCancelled } = cleaning;
  const recorded = collected.stats;
  const found = new StatTable(1);
  fs.lstat(dir, "", found, 0);
  const mode = recorded.permissions(0);
  // Also when an earlier run was cut off with the directory open.
  const isClosed = (found.permissions(0) & OWNER_ALL) !== OWNER_ALL;
  const wasOpened = found.permissions(0) === (mode | OWNER_ALL) && found.permissions(0) !== mode;
  if (isClosed) tryMode(fs, dir, found.permissions(0) | OWNER_ALL);
  try {
    keepingTimes(fs, { dir, recorded }, () => {
      // A user's own file that goes may have the name that the checksum file takes then.
      const isInTheWay = [...names].some(isSumsName);
      if (!isInTheWay) rewriteSums(fs, dir, cleaning);
      for (const name of names) removeTree(fs, dir, name, { isCancelled });
      if (isInTheWay) rewriteSums(fs, dir, cleaning);
    });
  } finally {
    if (isClosed || wasOpened) tryMode(fs, dir, wasOpened ? mode : found.permissions(0));
  }
}

function tryMode(fs: FileSystem, dir: Dir, mode: number): void {
  try {
    fs.setAttributes(dir, "", { mode });
  } catch (error) {
    if (!(error instanceof FsError)) throw error; // what is refused because of it will tell
  }
}

function rewriteSums(fs: FileSystem, dir: Dir, cleaning: Cleaning): void {
  const { privateDir, collected, names } = cleaning;
  const own = ownSums(fs, dir, { collected, names });
  if (own === undefined) return;
  const lines = linesOf(fs, dir, { own, collected });
  const kept = lines.filter(({ name }) => !names.has(name));
  const stats = new StatTable(1);
  const fileName = sumsFileName((name) =>
    collected.names.has(name) || isOfType(fs, dir, { name, type: "dir", stats })
  );
  if (kept.length === 0 && collected.digests.size === 0) return fs.unlink(dir, own);
  if (kept.length === lines.length && fileName === own) return;
  const exists = fileName === own;
  const { stats: recorded } = collected;
  writeDirSums(fs, dir, { privateDir, fileName, exists, lines: kept, stats: recorded });
  if (!exists) fs.unlink(dir, own);
}

/** The checksum file of phlb: of several it is the one whose name is longest. */
function ownSums(
  fs: FileSystem,
  dir: Dir,
  { collected, names: gone }: Pick<Cleaning, "collected" | "names">,
): string | undefined {
  const { names, error } = fs.readDir(dir);
  if (error !== undefined) throw error;
  const stats = new StatTable(1);
  return names
    .filter((name) => isSumsName(name) && !collected.names.has(name) && !gone.has(name))
    .filter((name) => isOfType(fs, dir, { name, type: "file", stats }))
    .toSorted((a, b) => a.length - b.length).at(-1);
}

function linesOf(
  fs: FileSystem,
  dir: Dir,
  { own, collected }: { own: string; collected: CollectedDir },
): readonly Sum[] {
  const recorded = () => [...collected.digests].map(([name, digest]) => ({ name, digest }));
  try {
    return readSums(fs, dir, own) ?? recorded();
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EIO") throw error;
    return recorded(); // it cannot be read: a new one takes its place
  }
}

function isOfType(
  fs: FileSystem,
  dir: Dir,
  { name, type, stats }: { name: string; type: "dir" | "file"; stats: StatTable },
): boolean {
  try {
    fs.lstat(dir, name, stats, 0);
    return stats.type(0) === type;
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return false;
    throw error;
  }
}
