import { printable } from "../../base/path_bytes.ts";
import type { Problem, ProblemCode } from "../../base/problem.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { StoredFailure } from "./stored_source.ts";

/**
 * Failures after which nothing else could be written either, so that the run ends. What else the
 * target refuses is a problem with one entry.
 */
const FATAL = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ESTALE"]);

/** Whether a failure of the target ends the run. */
export function isFatal({ code }: FsError): boolean {
  return FATAL.has(code);
}

/**
 * The problem that an error means for one entry.
 *
 * @throws the error itself when it ends the run
 */
export function failure(error: unknown, relPath: string, action = "restore"): Problem {
  if (error instanceof StoredFailure) {
    const message = `Cannot ${action} "${printable(relPath)}": ${error.message}`;
    return { relPath, step: "restore", code: error.code, message, stored: false };
  }
  if (!(error instanceof FsError) || isFatal(error)) throw error;
  const message = `Cannot ${action} "${printable(relPath)}": ${reasonOf(error)}`;
  return { relPath, step: "restore", code: codeOf(error), message, stored: false };
}

function codeOf({ code, op }: FsError): ProblemCode {
  if (code === "EEXIST" || code === "ENOTEMPTY" || code === "ELOOP" || code === "ENOTDIR") {
    return "exists";
  }
  if (op === "mknod") return "unsupported";
  return code === "EILSEQ" || code === "EINVAL" ? "bad-name" : "unwritable";
}

function reasonOf({ code, op, message }: FsError): string {
  if (code === "ENOTEMPTY") return "a directory that is not empty is in its place";
  if (code === "EEXIST") return "something is in its place";
  if (code === "ELOOP" || code === "ENOTDIR") return "what should be its directory is none";
  return `the target does not take it (${op}: ${message})`;
}

/** Takes away what may be there; the problem that `relPath` is left. */
export function tryUnlink(
  fs: FileSystem,
  dir: Dir,
  { name, relPath }: { name: string; relPath: string },
): Problem | undefined {
  try {
    fs.unlink(dir, name);
    return undefined;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (error.code === "ENOENT" || !isThere(fs, dir, name)) return undefined;
    const message = `Cannot remove "${printable(relPath)}": ${error.message}`;
    return { relPath, step: "restore", code: "unwritable", message, stored: true };
  }
}

function isThere(fs: FileSystem, dir: Dir, name: string): boolean {
  try {
    fs.lstat(dir, name, new StatTable(1), 0);
    return true;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.code !== "ENOENT";
  }
}
