import { FsError } from "./file_system.ts";

/**
 * The absolute path without symlinks.
 *
 * @throws {FsError} ENOENT, EACCES, ELOOP or ENOTDIR as the system answers.
 */
export function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new FsError({ code: codeOf(error), op: "realpath", path, reason: reasonOf(error) });
  }
}

function codeOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "ENOENT";
  if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
  if (error instanceof Deno.errors.FilesystemLoop) return "ELOOP";
  if (error instanceof Deno.errors.NotADirectory) return "ENOTDIR";
  return "EIO";
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "no such file or directory";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error.message;
}
