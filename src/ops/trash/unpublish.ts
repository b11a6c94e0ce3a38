import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Dir } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { companionsOf, partialName } from "../../store/layout.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { withLastRoom } from "./last_room.ts";
import { renameDir } from "./rename_dir.ts";

/**
 * Makes a snapshot one that is being deleted where there is no room to put it into the trash: its
 * directory gets the name of a run that was cut off, and what stood beside it goes. Nothing is made
 * for that. Cut off itself, it is what a run that was cut off leaves, and goes with the next backup
 * of its name.
 *
 * Calls `use` with the open directory that holds it, and the name that it has now.
 *
 * @throws {ROOT_FAILED} when a full file system refuses even that; the snapshot is as it was then
 */
export async function unpublish<T>(
  deps: Pick<OpsDeps, "fs" | "onEvent">,
  root: Dir,
  { snapshot: { name, time }, use }: {
    snapshot: Pick<ListedSnapshot, "name" | "time">;
    use: (dir: Dir, name: string) => Promise<T>;
  },
): Promise<T> {
  const { fs } = deps;
  const dir = openDirPath(fs, root, name);
  try {
    const newName = partialName(time);
    try {
      withLastRoom(deps, root, () => renameDir(fs, { from: dir, to: dir, name: time, newName }));
    } catch (error) {
      throw lacksRoom(error) ? tooFull(joinRel(name, time), error) : error;
    }
    fs.syncDir(dir);
    const { names, error } = fs.readDir(dir);
    if (error !== undefined) throw error;
    for (const companion of companionsOf(names, time)) fs.unlink(dir, companion);
    fs.syncDir(dir); // what is left of a cut-off deletion is not to outlive the directory
    return await use(dir, newName);
  } finally {
    fs.closeDir(dir);
  }
}

function tooFull(id: string, cause: Error): AppError {
  return new AppError(`Cannot delete "${printable(id)}": ${cause.message}`, {
    code: "ROOT_FAILED",
    exitCode: EXIT.failed,
    hint:
      "The disk has no room even to rename. Delete something there that you can spare, or the " +
      "oldest snapshot with rm -rf, then run it again",
    cause,
  });
}
