/**
 * What deleting does on a file system without any room left: Btrfs needs some to rename, and takes
 * back what was deleted only with its next transaction.
 *
 * @module
 */
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { INDEX_FILE, PRIVATE_DIR } from "../../store/layout.ts";
import type { OpsDeps } from "../ops_deps.ts";

/**
 * Runs a step that needs a little room before it can give any. Where there is none, the file system
 * settles what was deleted; then the index, which is a cache, gives its room.
 *
 * @throws {FsError} when that is not enough, or the index lies elsewhere
 */
export function withLastRoom<T>(
  deps: Pick<OpsDeps, "fs" | "onEvent">,
  root: Dir,
  step: () => T,
): T {
  const { fs, onEvent } = deps;
  const isDone = (attempt: () => T): { value: T } | undefined => {
    try {
      return { value: attempt() };
    } catch (error) {
      if (!lacksRoom(error)) throw error;
      fs.syncAll(root);
      return undefined;
    }
  };
  const done = isDone(step) ?? isDone(step);
  if (done !== undefined) return done.value;
  if (dropIndex(fs, root)) {
    const message =
      "There was no room even to rename anything: the index was deleted, and the next backup makes " +
      "it anew";
    onEvent({ kind: "log", level: "warning", message });
    fs.syncAll(root);
  }
  return step();
}

/** Deletes the index of a root; false when there is none. Its journal means nothing without it. */
function dropIndex(fs: FileSystem, root: Dir): boolean {
  const dir = openDirPath(fs, root, PRIVATE_DIR);
  try {
    const isThere = unlinked(fs, dir, INDEX_FILE);
    unlinked(fs, dir, `${INDEX_FILE}-journal`);
    return isThere;
  } finally {
    fs.closeDir(dir);
  }
}

function unlinked(fs: FileSystem, dir: Dir, name: string): boolean {
  try {
    fs.unlink(dir, name);
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return false;
    throw error;
  }
}
