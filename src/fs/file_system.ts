/**
 * The port to the disk: everything phlb asks of a file system, always relative to an open
 * directory, never through a symlink below it. Synchronous, because it is called from worker
 * threads, where a synchronous call costs a quarter of an asynchronous one.
 *
 * Every method throws {@link FsError} and nothing else when the operating system refuses. A name is
 * a single path component in the form of `base/path_bytes.ts`; `""` means the directory itself
 * where a method says so. EINTR and short reads or writes are dealt with inside.
 *
 * @module
 */
import type { StatTable } from "./stat_table.ts";

/** Which implementation runs. */
export type FileSystemKind = "posix" | "portable";

/** An open directory. Belongs to the file system that opened it and to the thread it was opened in. */
export interface Dir {
  /** For messages only. */
  readonly path: string;
}

/** An open regular file. */
export interface File {
  /** For messages only. */
  readonly path: string;
}

/** What `readDir` found: all names but `.` and `..`, in no order. */
export interface Listing {
  readonly names: string[];
  /** Names that this implementation cannot open; none when absent. */
  readonly unusable?: readonly UnusableName[];
  /** Set when reading broke off; `names` then holds what came before. */
  readonly error: FsError | undefined;
}

/** A name that cannot be used, as far as it can be shown. */
export interface UnusableName {
  readonly name: string;
  /** `its name …`, or whose rule forbids it. */
  readonly reason: string;
}

/** Extended attributes, POSIX ACLs among them, by their full names (`user.x`, `system.posix_acl_access`). */
export type Xattrs = readonly (readonly [name: string, value: Uint8Array])[];

/** Attributes to give to something that was just created; an absent one is left alone. */
export interface Attributes {
  /** Permission bits 0–0o7777; ignored for symlinks. */
  readonly mode?: number;
  /** Both or neither; only applied when the process may (root), else ignored. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly times?: Times;
  readonly xattrs?: Xattrs;
}

/** Whole seconds since 1970 (may be negative) and nanoseconds 0–999,999,999. */
export interface Times {
  readonly atimeSec: number;
  readonly atimeNsec: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
}

/** Room left on a file system; an unknown figure is `undefined`. */
export interface Space {
  readonly freeBytes: number | undefined;
  readonly freeInodes: number | undefined;
  /** Magic number of the file system (`statfs.f_type`), 0 when unknown. */
  readonly typeId: number;
}

/** A held lock on a file; gone when released or when the process ends. */
export interface FileLock {
  /** Replaces what the locked file says. */
  write(text: string): void;
  release(): void;
}

/** What an implementation can keep; shown to the user where it is false. */
export interface Abilities {
  /** Names that are not valid Unicode. */
  readonly byteNames: boolean;
  readonly nanoseconds: boolean;
  readonly xattrs: boolean;
  readonly holes: boolean;
  readonly ownership: boolean;
  readonly specialFiles: boolean;
}

/** Hears of an immutable file that is about to be opened to change; row 0 of `stats` is its own. */
export type OnLift = (lifted: {
  readonly dir: Dir;
  readonly name: string;
  readonly stats: StatTable;
}) => void;

/** The methods that deal with immutable files. */
export type Sealing = "seal" | "sealFile" | "isSealed" | "liftBelow";

/** How a file system answers {@link FileSystem.seal} that has no immutable files. */
export const NO_SEALS: ReadonlySet<string> = new Set(["ENOTTY", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** See the module text. */
export interface FileSystem {
  readonly kind: FileSystemKind;
  readonly abilities: Abilities;

  /** The absolute path without symlinks; for roots that a user named. */
  realPath(path: string): string;
  /** Opens an absolute path as a directory. Symlinks in it are followed: only for roots a user named. */
  openRoot(absPath: string): Dir;
  /** Opens a directory in `dir`; ELOOP or ENOTDIR when the name is a symlink. */
  openDir(dir: Dir, name: string): Dir;
  /** Opens the same directory once more, as a handle of its own. */
  reopenDir(dir: Dir): Dir;
  closeDir(dir: Dir): void;
  /** All names in `dir`; a failure half-way is told, not thrown, with the names read so far. */
  readDir(dir: Dir): Listing;

  /** lstat of `name` in `dir` (`""`: of `dir` itself) into row `row`. */
  lstat(dir: Dir, name: string, into: StatTable, row: number): void;
  readLink(dir: Dir, name: string): string;
  /** Extended attributes of `name`, never following a symlink (`""`: of `dir` itself). Empty where unsupported. */
  xattrs(dir: Dir, name: string): Xattrs;

  /**
   * Opens a file with O_NOFOLLOW and O_NONBLOCK, for reading or also for writing; ELOOP when it is a
   * symlink by now.
   */
  openFile(dir: Dir, name: string, access?: "read" | "write"): File;
  /**
   * Creates a file exclusively (EEXIST when there is one), for writing and reading. Its mode is 0600
   * until it is given one, or about `mode` (0–0o777) where that is no secret: then giving it that one
   * costs less.
   */
  createFile(dir: Dir, name: string, mode?: number): File;
  closeFile(file: File): void;
  fstat(file: File, into: StatTable, row: number): void;
  fileXattrs(file: File): Xattrs;
  /** Fills `into` from position `offset` of the file; fewer bytes only at its end. */
  read(file: File, into: Uint8Array<ArrayBuffer>, offset: number): number;
  /** Writes all of `from` at position `offset` of the file. */
  write(file: File, from: Uint8Array<ArrayBuffer>, offset: number): void;
  truncate(file: File, sizeBytes: number): void;
  /**
   * The next run of data at or after `offset`: `[start, end)`. `undefined` when only a hole is
   * left. A file system without holes answers with one run to the end.
   */
  nextData(
    file: File,
    offset: number,
    sizeBytes: number,
  ): { start: number; end: number } | undefined;
  /** Makes the empty `to` share the blocks of `from`; false where the file systems cannot. */
  reflink(from: File, to: File): boolean;
  /**
   * Gives attributes to a file that this run created. Returns what the file system does not keep:
   * names of xattrs, or "owner", "mode", "times".
   */
  setFileAttributes(file: File, attributes: Attributes): string[];
  /** The same by name, never following a symlink (`""`: the directory itself). */
  setAttributes(dir: Dir, name: string, attributes: Attributes): string[];
  /** Makes one file's data and attributes durable. */
  syncFile(file: File): void;
  /** Makes everything on the file system of `dir` durable. */
  syncAll(dir: Dir): void;
  /** Makes the names in `dir` durable. */
  syncDir(dir: Dir): void;

  makeDir(dir: Dir, name: string, mode: number): void;
  link(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void;
  symlink(target: string, dir: Dir, name: string): void;
  /** Recreates a fifo, socket or device node from row `row`. */
  makeSpecial(dir: Dir, name: string, from: StatTable, row: number): void;
  unlink(dir: Dir, name: string): void;
  removeDir(dir: Dir, name: string): void;
  /** Renames without ever replacing: EEXIST when the new name is taken. */
  rename(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void;
  /**
   * Renames, and atomically takes the place of a file of the new name. When both names are links to
   * one inode, nothing happens and both stay.
   */
  replace(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void;

  space(dir: Dir): Space;
  /** What keeps entries of `dir` from being changed, also by root (chattr); undefined: nothing. */
  protection(dir: Dir): "immutable" | "append-only" | undefined;
  /**
   * Makes a regular file immutable (chattr +i): nobody, root included, can change, link, rename or
   * remove it. Nothing happens to one that is. EPERM where only root may, ENOTTY or another code of
   * {@link NO_SEALS} where there is no such thing.
   */
  seal(dir: Dir, name: string): void;
  /** The same for an open file. */
  sealFile(file: File): void;
  /** Whether an entry is immutable; a symlink is not followed. */
  isSealed(dir: Dir, name: string): boolean;
  /**
   * From now on an immutable file below `dir` is in the way of no link, rename or unlink here: it is
   * made an ordinary one for as long as that takes. `onLift` hears of each before. Undefined: it is
   * in the way again.
   */
  liftBelow(dir: Dir | undefined, onLift?: OnLift): void;
  /** Takes the lock on a file of `dir` (created when missing), or undefined when another holds it. */
  tryLock(dir: Dir, name: string): FileLock | undefined;
  /** Name of a user or group, undefined when the system knows none. */
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  /** Effective user id; undefined where there is none. */
  userId(): number | undefined;

  /**
   * Closes every handle that is still open, for a thread that ends: the process would keep them.
   * Never throws; none of the handles may be used afterwards.
   */
  closeAll(): void;
}

/** The operating system refused. `code` is the errno's name (`ENOSPC`), or `E<number>` for a rare one. */
export class FsError extends Error {
  readonly code: string;
  /** The call, for example `link`. */
  readonly op: string;
  /** What it was about, for messages. */
  readonly path: string;

  constructor(options: { code: string; op: string; path: string; reason: string }) {
    super(options.reason);
    this.name = "FsError";
    this.code = options.code;
    this.op = options.op;
    this.path = options.path;
  }
}
