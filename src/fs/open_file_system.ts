import type { FileSystem, FileSystemKind } from "./file_system.ts";
import { openLibc } from "./libc.ts";
import { SealingFileSystem } from "./posix_sealing.ts";
import { PortableFileSystem } from "./portable.ts";

/** The file system that was opened, and one sentence when it is not the one that is wanted most. */
export interface OpenedFileSystem {
  readonly fs: FileSystem;
  readonly note?: string;
}

/**
 * Opens the file-system port: `auto` is posix where the C library can be called, else portable.
 *
 * @throws {Error} when posix is wanted and cannot be had
 */
export function openFileSystem(wanted: "auto" | FileSystemKind): OpenedFileSystem {
  if (wanted === "portable") {
    return { fs: new PortableFileSystem(), note: `The portable file system is used; ${LESS}` };
  }
  const opened = openLibc();
  if ("libc" in opened) return { fs: new SealingFileSystem(opened.libc) };
  if (wanted === "posix") throw new Error(`The posix file system cannot be used: ${opened.reason}`);
  const note = `The portable file system is used, because ${opened.reason}; ${LESS}`;
  return { fs: new PortableFileSystem(), note };
}

/** What nobody would notice otherwise. */
const LESS = "names that are not Unicode may be left out, times are kept to the millisecond, " +
  "extended attributes, holes and special files are not kept, an error half-way through a " +
  "directory may go unseen, and what should be mounted is not known";
