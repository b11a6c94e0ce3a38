import { FsError } from "./file_system.ts";

/** Whether the system refused for want of bytes, inodes or quota. */
export function lacksRoom(error: unknown): error is FsError {
  return error instanceof FsError && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
