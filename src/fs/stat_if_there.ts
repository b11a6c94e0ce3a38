import { type Dir, type FileSystem, FsError } from "./file_system.ts";
import type { StatTable } from "./stat_table.ts";

/** lstat of `name` in `dir` into row 0 of `stats`; false when that is refused, for any reason. */
export function statIfThere(
  fs: FileSystem,
  { dir, name, stats }: { dir: Dir; name: string; stats: StatTable },
): boolean {
  try {
    fs.lstat(dir, name, stats, 0);
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
