import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";

const OWNER_ALL = 0o700;

/**
 * Renames a directory, never replacing anything. Moving one changes the `..` in it, so that an
 * ordinary user must be allowed to write to it: one that is read-only gets its mode back afterwards.
 */
export function renameDir(
  fs: FileSystem,
  { from, to, name, newName = name }: { from: Dir; to: Dir; name: string; newName?: string },
): void {
  try {
    fs.rename(from, name, to, newName);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EACCES") throw error;
    const stats = new StatTable(1);
    fs.lstat(from, name, stats, 0);
    const mode = stats.permissions(0);
    if (!stats.isDir(0) || (mode & OWNER_ALL) === OWNER_ALL) throw error;
    fs.setAttributes(from, name, { mode: mode | OWNER_ALL });
    try {
      fs.rename(from, name, to, newName);
    } catch (again) {
      fs.setAttributes(from, name, { mode });
      throw again;
    }
    fs.setAttributes(to, newName, { mode });
  }
}
