import { type Dir, type FileSystem, FsError } from "./file_system.ts";
import { StatTable } from "./stat_table.ts";

/** How {@link removeTree} tells of its work. */
export interface RemoveOptions {
  /** Called after each name that was removed. */
  readonly onRemoved?: () => void;
  /** Asked before each name; answering true ends the removal, to be called again later. */
  readonly isCancelled?: () => boolean;
}

const OWNER_ALL = 0o700;

/**
 * Removes `name` of `dir` with all that is in it, following no symlink, and returns how many names
 * that were. A name that is gone already counts as removed.
 *
 * @throws {FsError} when something cannot be removed; what was removed stays removed
 */
export function removeTree(
  fs: FileSystem,
  dir: Dir,
  name: string,
  options: RemoveOptions = {},
): number {
  if (options.isCancelled?.() === true) return 0;
  const stats = new StatTable(1);
  try {
    fs.lstat(dir, name, stats, 0);
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return 0;
    throw error;
  }
  let removed = 1;
  if (stats.isDir(0)) {
    if ((stats.permissions(0) & OWNER_ALL) !== OWNER_ALL) makeWritable(fs, dir, name);
    removed += removeContent(fs, dir, name, options);
  }
  if (options.isCancelled?.() === true) return removed - 1;
  if (stats.isDir(0)) fs.removeDir(dir, name);
  else fs.unlink(dir, name);
  options.onRemoved?.();
  return removed;
}

function removeContent(fs: FileSystem, parent: Dir, name: string, options: RemoveOptions): number {
  const dir = fs.openDir(parent, name);
  try {
    const listing = fs.readDir(dir);
    let removed = 0;
    for (const entry of listing.names) removed += removeTree(fs, dir, entry, options);
    if (listing.error !== undefined) throw listing.error;
    return removed;
  } finally {
    fs.closeDir(dir);
  }
}

/** Directories of an ordinary user may lack the permissions to be emptied. */
function makeWritable(fs: FileSystem, parent: Dir, name: string): void {
  try {
    fs.setAttributes(parent, name, { mode: OWNER_ALL });
  } catch (error) {
    if (!(error instanceof FsError)) throw error; // opening or emptying it will tell
  }
}
