import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";

/** Whether there is something at an absolute path, as far as this user may see. */
export function hasSourcePath(fs: FileSystem, path: string): boolean {
  const slash = path.lastIndexOf("/");
  try {
    const dir = fs.openRoot(slash <= 0 ? "/" : path.slice(0, slash));
    try {
      fs.lstat(dir, path.slice(slash + 1), new StatTable(1), 0);
      return true;
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
