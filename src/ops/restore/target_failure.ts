import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";

const AGAIN =
  "run it again with --overwrite if-changed: what is restored already is not written again";

/** What the user can do about a target that takes nothing any more. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: `Make room there (or choose a file system with more inodes), then ${AGAIN}`,
  EDQUOT: `Make room there, because the quota is used up, then ${AGAIN}`,
  EROFS: "The file system is read-only; its kernel log may say why",
  EIO: "The disk or its connection fails: check its health before anything else",
};

/** What an error that ended a restore is to be thrown as. */
export function targetFailure(error: unknown, { target }: { target: string }): unknown {
  if (!(error instanceof FsError)) return error;
  const place = error.path === "" ? target : error.path;
  return new AppError(`Cannot ${error.op} "${printable(place)}": ${error.message}`, {
    code: lacksRoom(error) ? "TARGET_FULL" : "TARGET_FAILED",
    exitCode: EXIT.failed,
    hint: HINTS[error.code] ?? `Is "${printable(target)}" still there and writable?`,
    cause: error,
  });
}
