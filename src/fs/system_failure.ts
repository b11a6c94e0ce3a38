import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { FsError } from "./file_system.ts";

/** What a user can do when the system refuses a call. */
const HINTS: Readonly<Record<string, string>> = {
  EACCES: "May this user do that?",
  EPERM: "May this user do that?",
  EIO: "The disk or its connection fails: check its health before anything else",
  ENOSPC: "Make room there (or choose a file system with more inodes), then run it again",
  EDQUOT: "Make room there, because the quota is used up, then run it again",
  EROFS: "The file system is read-only; its kernel log may say why",
};

/**
 * What the system refused, as an error that the user can act on; for refusals of which nobody on the
 * way could say more. Any other error stays what it is.
 */
export function systemFailure(error: unknown): unknown {
  if (!(error instanceof FsError)) return error;
  const { code, op, path, message } = error;
  return new AppError(`Cannot ${op} "${printable(path)}": ${message}`, {
    code: "SYSTEM_REFUSED",
    exitCode: EXIT.failed,
    hint: HINTS[code] ?? "Is its disk still there and in order? Then run the same command again",
    cause: error,
  });
}
