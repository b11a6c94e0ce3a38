import { AppError, EXIT } from "../base/app_error.ts";
import { FsError } from "../fs/file_system.ts";
import { IndexUnusable } from "./index_schema.ts";

/** SQLite's result codes for a file whose content is no good. Source: sqlite.org/rescode.html. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** No room for it. */
const SQLITE_FULL = 13;

/**
 * The low byte of SQLite's result code, undefined for any other error. Only errors of statements
 * have one: those of `exec()` and of opening a file come without (seen with Deno 2.6 and 2.8), which
 * is why the index does without `exec()`.
 */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

function isSqliteError(error: Error): boolean {
  return "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** Whether the index file itself is at fault, so that a new one is better than this. */
export function isUnusable(error: unknown): boolean {
  const code = resultCode(error);
  // A RangeError is a number in it that this program would never have written.
  return error instanceof IndexUnusable || error instanceof RangeError ||
    code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Whether there is no room for the index. */
export function isIndexFull(error: unknown): boolean {
  return resultCode(error) === SQLITE_FULL;
}

/** Goes on from `The index "…" `. */
export function unusableReason(error: unknown): string {
  if (error instanceof IndexUnusable) return error.message;
  return "is damaged";
}

/** The error to throw for `cause`; what is neither SQLite's nor the file system's stays as it is. */
export function indexFailure(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if (!(isUnusable(cause) || cause instanceof FsError || isSqliteError(cause))) return cause;
  return new AppError(`Cannot use the index "${path}": ${cause.message}`, {
    code: "INDEX_FAILED",
    exitCode: EXIT.failed,
    hint: isIndexFull(cause)
      ? "Make room there, or set `index.path` to another place"
      : "Run again: an index that is missing or damaged is made anew from the snapshots",
    cause,
  });
}
