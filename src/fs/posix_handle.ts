import type { Dir, File } from "./file_system.ts";

/** A directory by its descriptor. */
export class PosixDir implements Dir {
  constructor(readonly path: string, readonly fd: number) {}
}

/** A file by its descriptor. */
export class PosixFile implements File {
  constructor(readonly path: string, readonly fd: number) {}
}

/**
 * The descriptor of a handle.
 *
 * @throws {TypeError} for a handle that another implementation made
 */
export function fdOf(handle: Dir | File): number {
  if (handle instanceof PosixDir || handle instanceof PosixFile) return handle.fd;
  throw new TypeError("A handle of another file system was passed");
}
