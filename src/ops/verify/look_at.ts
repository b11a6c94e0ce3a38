import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { Look } from "./target_state.ts";

/** Looks at a path relative to `root`, without following a symlink. */
export function lookAt(fs: FileSystem, root: Dir, relPath: string): Look {
  const slash = relPath.lastIndexOf("/");
  try {
    const dir = openDirPath(fs, root, relPath.slice(0, Math.max(slash, 0)));
    try {
      const stats = new StatTable(1);
      fs.lstat(dir, relPath.slice(slash + 1), stats, 0);
      return { stats, isGone: false };
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { stats: undefined, isGone: error.code === "ENOENT" };
  }
}
