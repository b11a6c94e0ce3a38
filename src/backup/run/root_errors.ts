/**
 * Failures of the backup root as errors that the user can act on.
 *
 * @module
 */
import { join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { isIndexFull } from "../../store/index_errors.ts";
import { findLeftovers, type Leftover, leftoverPath } from "./leftovers.ts";

/** What a user can do about a backup root that cannot be written any more. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC:
    "Make room there (or choose a file system with more inodes), then run it again: what was " +
    "stored is used again",
  EDQUOT: "Make room there, because the quota is used up, then run it again",
  EROFS: "The file system became read-only; its kernel log may say why",
  EIO: "The disk or its connection fails: check its health before anything else",
};

/** What is known of the root when it fails. */
export interface FailingRoot {
  /** Absolute. */
  readonly path: string;
  /** What earlier runs left there. */
  readonly leftovers: readonly Leftover[];
}

/** What `cause` is to be thrown as at the end of a run. */
export function rootFailure(cause: unknown, root: FailingRoot): unknown {
  if (cause instanceof AppError && isIndexFull(cause.cause)) {
    const { message, code, exitCode, hint = "" } = cause;
    const options = { code, exitCode, hint: withLeftovers(hint, root), cause: cause.cause };
    return new AppError(message, options);
  }
  if (!(cause instanceof FsError)) return cause;
  const place = cause.path === "" ? root.path : cause.path;
  return new AppError(`Cannot ${cause.op} "${printable(place)}": ${cause.message}`, {
    code: "ROOT_FAILED",
    exitCode: EXIT.failed,
    hint: hintOf(cause, root) ?? `Is the backup root "${root.path}" still there and writable?`,
    cause,
  });
}

/**
 * The error for a first step into the root that failed; when there is no room, that is what code and
 * hint say.
 */
export function entryFailure(
  error: unknown,
  { fs, root, ...told }: {
    fs: FileSystem;
    root: { readonly path: string; readonly dir: Dir };
    /** Up to the reason. */
    message: string;
    code: string;
    hint: string;
  },
): unknown {
  if (!(error instanceof FsError)) return error;
  const { path, dir } = root;
  const full = lacksRoom(error)
    ? hintOf(error, { path, leftovers: findLeftovers(fs, dir) })
    : undefined;
  return new AppError(`${told.message}: ${error.message}`, {
    code: full === undefined ? told.code : "ROOT_UNWRITABLE",
    exitCode: EXIT.failed,
    hint: full ?? told.hint,
    cause: error,
  });
}

function hintOf(error: FsError, root: FailingRoot): string | undefined {
  const hint = HINTS[error.code];
  if (hint === undefined || !lacksRoom(error)) return hint;
  return withLeftovers(hint, root);
}

function withLeftovers(hint: string, { path, leftovers }: FailingRoot): string {
  if (leftovers.length === 0) return hint;
  const paths = leftovers.map((leftover) => `"${printable(join(path, leftoverPath(leftover)))}"`);
  return `${hint}. To make room, what was cut off may be deleted: ${paths.join(", ")}`;
}
