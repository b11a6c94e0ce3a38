import { printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { type CountAnswer, CountBatch } from "./count_batch.ts";

/** Counts single entries, whose paths are relative to `root`; those that are gone do not count. */
export function countEntries(
  fs: FileSystem,
  root: Dir,
  paths: readonly string[],
): Omit<CountAnswer, "left"> {
  const batch = new CountBatch();
  const problems: Problem[] = [];
  batch.beginDir("");
  for (const relPath of paths) {
    const stats = new StatTable(1);
    const failed = lookAt(fs, root, { relPath, into: stats });
    if (failed === undefined) batch.add(stats, 0, { isContent: false });
    else if (failed.code !== "ENOENT") problems.push(unreadable(relPath, failed));
  }
  return { ...batch.numbers(), problems, nearLimit: [] };
}

/** lstat of a path below `root`; what went wrong is returned. */
export function lookAt(
  fs: FileSystem,
  root: Dir,
  { relPath, into }: { relPath: string; into: StatTable },
): FsError | undefined {
  const slash = relPath.lastIndexOf("/");
  try {
    const dir = openDirPath(fs, root, relPath.slice(0, Math.max(0, slash)));
    try {
      fs.lstat(dir, relPath.slice(slash + 1), into, 0);
    } finally {
      fs.closeDir(dir);
    }
    return undefined;
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
}

function unreadable(relPath: string, error: FsError): Problem {
  const message = `Cannot count "${printable(relPath)}": ${error.message}`;
  return { relPath, step: "read", code: "unreadable", message, stored: true };
}
