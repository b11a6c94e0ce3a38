/**
 * The file-system port by the C library, for Linux on x86-64 and arm64: names as bytes, every path
 * relative to an open directory, nanoseconds, every return value looked at.
 *
 * @module
 */
import { decodeName, encodeName, joinRel } from "../base/path_bytes.ts";
import { accountName } from "./account_name.ts";
import { errnoReason } from "./errno.ts";
import {
  type Attributes,
  type Dir,
  type File,
  type FileLock,
  type FileSystem,
  FsError,
  type Listing,
  type Sealing,
  type Space,
  type Xattrs,
} from "./file_system.ts";
import { errno, type Libc, SYSCALL } from "./libc.ts";
import { applyAttributes, type AttributeCall } from "./posix_attributes.ts";
import { cName, cOtherName, cPath, failure, ITSELF, uninterrupted } from "./posix_call.ts";
import { listNames } from "./posix_listing.ts";
import { nextDataRun } from "./posix_holes.ts";
import { NewFiles } from "./posix_new_files.ts";
import { packDevice, StatCall } from "./posix_stat.ts";
import { O } from "./posix_open_flags.ts";
import { readXattrs } from "./posix_xattrs.ts";
import { type StatTable, TYPE_BITS } from "./stat_table.ts";

const AT_REMOVEDIR = 0x200;
const RENAME_NOREPLACE = 1;
const FICLONE = 0x40049409n;
const LOCK_EX_NB = 2 | 4;

/** Source: limits.h; realpath(3) writes no more. */
const PATH_MAX = 4096;

/** Mode of a file that nobody else may see. */
const PRIVATE = 0o600;

class PosixDir implements Dir {
  /** What is known of files that are created here. */
  readonly newFiles = new NewFiles();
  constructor(readonly path: string, readonly fd: number) {}
}

class PosixFile implements File {
  /** Where and how this program created it. */
  made: { readonly dir: PosixDir; readonly mode: number } | undefined;
  constructor(readonly path: string, readonly fd: number) {}
}

/** All but immutable files, which `posix_sealing.ts` adds. */
export class PosixFileSystem implements Omit<FileSystem, Sealing> {
  readonly kind = "posix";
  readonly abilities = {
    byteNames: true,
    nanoseconds: true,
    xattrs: true,
    holes: true,
    ownership: true,
    specialFiles: true,
  };
  readonly #libc: Libc;
  readonly #stat: StatCall;
  readonly #attributes: AttributeCall;
  readonly #open = new Set<Dir | File>();

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#stat = new StatCall(libc);
    this.#attributes = { libc, stat: this.#stat, mayChown: libc.geteuid() === 0 };
  }

  realPath(path: string): string {
    const resolved = new Uint8Array(PATH_MAX);
    const { realpath } = this.#libc;
    this.#do({ op: "realpath", path }, () => realpath(cPath(path), resolved) === 0n ? -1 : 0);
    return decodeName(resolved.subarray(0, resolved.indexOf(0)));
  }

  openRoot(absPath: string): Dir {
    const flags = O.rdonly | O.directory | O.cloexec;
    const fd = uninterrupted(this.#libc, () => this.#libc.open(cPath(absPath), flags, 0));
    if (fd < 0) throw failure(this.#libc, { op: "open", path: absPath });
    return this.#opened(new PosixDir(absPath, fd));
  }

  openDir(dir: Dir, name: string): Dir {
    const flags = O.rdonly | O.directory | O.nofollow | O.nonblock | O.cloexec;
    return this.#opened(new PosixDir(joinRel(dir.path, name), this.#openAt(dir, name, flags)));
  }

  reopenDir(dir: Dir): Dir {
    const flags = O.rdonly | O.directory | O.cloexec;
    const { openat } = this.#libc;
    const fd = uninterrupted(this.#libc, () => openat(fdOf(dir), ITSELF, flags, 0));
    if (fd < 0) throw failure(this.#libc, { op: "open", path: dir.path });
    return this.#opened(new PosixDir(dir.path, fd));
  }

  closeDir(dir: Dir): void {
    this.#close(dir);
  }

  readDir(dir: Dir): Listing {
    return listNames(this.#libc, { fd: fdOf(dir), path: dir.path });
  }

  lstat(dir: Dir, name: string, into: StatTable, row: number): void {
    const fd = fdOf(dir);
    const found = name === "" ? this.#stat.byDescriptor(fd) : this.#stat.byName(fd, cName(name));
    if (!found) throw failure(this.#libc, { op: "lstat", path: joinRel(dir.path, name) });
    this.#stat.copyTo(into, row);
  }

  readLink(dir: Dir, name: string): string {
    const buffer = new Uint8Array(4096);
    const { readlinkat } = this.#libc;
    const got = uninterrupted(
      this.#libc,
      () => readlinkat(fdOf(dir), cName(name), buffer, BigInt(buffer.length)),
    );
    if (got < 0) throw failure(this.#libc, { op: "readlink", path: joinRel(dir.path, name) });
    return decodeName(buffer.subarray(0, got));
  }

  xattrs(dir: Dir, name: string): Xattrs {
    return readXattrs(this.#libc, { fd: fdOf(dir), name, path: joinRel(dir.path, name) });
  }

  openFile(dir: Dir, name: string, access: "read" | "write" = "read"): File {
    const how = access === "read" ? O.rdonly : O.rdwr;
    const flags = how | O.nofollow | O.nonblock | O.cloexec;
    return this.#opened(new PosixFile(joinRel(dir.path, name), this.#openAt(dir, name, flags)));
  }

  createFile(dir: Dir, name: string, mode = PRIVATE): File {
    const flags = O.rdwr | O.create | O.exclusive | O.nofollow | O.cloexec;
    const fd = this.#openAt(dir, name, flags, mode);
    const file = this.#opened(new PosixFile(joinRel(dir.path, name), fd));
    if (dir instanceof PosixDir) file.made = { dir, mode };
    return file;
  }

  /** A server may tell only now that it could not keep what was written. */
  closeFile(file: File): void {
    if (this.#close(file) === 0 || errno(this.#libc) === EINTR) return;
    throw failure(this.#libc, { op: "close", path: file.path });
  }

  fstat(file: File, into: StatTable, row: number): void {
    if (!this.#stat.byDescriptor(fdOf(file))) {
      throw failure(this.#libc, { op: "fstat", path: file.path });
    }
    this.#stat.copyTo(into, row);
  }

  fileXattrs(file: File): Xattrs {
    return readXattrs(this.#libc, { fd: fdOf(file), name: "", path: file.path });
  }

  read(file: File, into: Uint8Array<ArrayBuffer>, offset: number): number {
    let done = 0;
    while (done < into.length) {
      const part = done === 0 ? into : into.subarray(done);
      const got = this.#libc.pread(fdOf(file), part, BigInt(part.length), BigInt(offset + done));
      if (got === 0) break;
      if (got > 0) done += got;
      else if (errno(this.#libc) !== EINTR) {
        throw failure(this.#libc, { op: "read", path: file.path });
      }
    }
    return done;
  }

  write(file: File, from: Uint8Array<ArrayBuffer>, offset: number): void {
    let done = 0;
    while (done < from.length) {
      const part = done === 0 ? from : from.subarray(done);
      const put = this.#libc.pwrite(fdOf(file), part, BigInt(part.length), BigInt(offset + done));
      if (put >= 0) done += put;
      else if (errno(this.#libc) !== EINTR) {
        throw failure(this.#libc, { op: "write", path: file.path });
      }
    }
  }

  truncate(file: File, sizeBytes: number): void {
    const size = BigInt(sizeBytes);
    this.#do({ op: "truncate", path: file.path }, () => this.#libc.ftruncate(fdOf(file), size));
  }

  nextData(
    file: File,
    offset: number,
    sizeBytes: number,
  ): { start: number; end: number } | undefined {
    return nextDataRun(this.#libc, { fd: fdOf(file), path: file.path, offset, sizeBytes });
  }

  reflink(from: File, to: File): boolean {
    // Any refusal means the same: other file systems, no support, a swap file, a full disk even:
    // the copy that follows meets the error that matters.
    return this.#libc.ioctl(fdOf(to), FICLONE, fdOf(from)) === 0;
  }

  setFileAttributes(file: File, attributes: Attributes): string[] {
    const place = { fd: fdOf(file), name: "", path: file.path };
    const made = file instanceof PosixFile ? file.made : undefined;
    const given = made === undefined
      ? attributes
      : made.dir.newFiles.stillToGive(this.#attributes, { ...made, fd: place.fd, attributes });
    return applyAttributes(this.#attributes, place, given);
  }

  setAttributes(dir: Dir, name: string, attributes: Attributes): string[] {
    const place = { fd: fdOf(dir), name, path: joinRel(dir.path, name) };
    return applyAttributes(this.#attributes, place, attributes);
  }

  syncFile(file: File): void {
    this.#do({ op: "fsync", path: file.path }, () => this.#libc.fsync(fdOf(file)));
  }

  syncAll(dir: Dir): void {
    this.#do({ op: "syncfs", path: dir.path }, () => this.#libc.syncfs(fdOf(dir)));
  }

  syncDir(dir: Dir): void {
    this.#do({ op: "fsync", path: dir.path }, () => this.#libc.fsync(fdOf(dir)));
  }

  makeDir(dir: Dir, name: string, mode: number): void {
    const { mkdirat } = this.#libc;
    const path = joinRel(dir.path, name);
    this.#do({ op: "mkdir", path }, () => mkdirat(fdOf(dir), cName(name), mode));
  }

  link(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const { linkat } = this.#libc;
    const from = cName(fromName);
    const to = toName === fromName ? from : cOtherName(toName);
    const path = joinRel(toDir.path, toName);
    this.#do({ op: "link", path }, () => linkat(fdOf(fromDir), from, fdOf(toDir), to, 0));
  }

  symlink(target: string, dir: Dir, name: string): void {
    const { symlinkat } = this.#libc;
    const path = joinRel(dir.path, name);
    this.#do({ op: "symlink", path }, () => symlinkat(cPath(target), fdOf(dir), cOtherName(name)));
  }

  makeSpecial(dir: Dir, name: string, from: StatTable, row: number): void {
    const type = from.type(row);
    const device = type === "char" || type === "block" ? packDevice(from, row) : 0n;
    const mode = TYPE_BITS[type] | 0o600;
    const { mknodat } = this.#libc;
    const path = joinRel(dir.path, name);
    this.#do(
      { op: "mknod", path },
      () => mknodat(SYSCALL.mknodat, fdOf(dir), cName(name), mode, device),
    );
  }

  unlink(dir: Dir, name: string): void {
    const { unlinkat } = this.#libc;
    const done = uninterrupted(this.#libc, () => unlinkat(fdOf(dir), cName(name), 0));
    if (done < 0) throw failure(this.#libc, { op: "unlink", path: joinRel(dir.path, name) });
  }

  removeDir(dir: Dir, name: string): void {
    const { unlinkat } = this.#libc;
    const path = joinRel(dir.path, name);
    this.#do({ op: "rmdir", path }, () => unlinkat(fdOf(dir), cName(name), AT_REMOVEDIR));
  }

  rename(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const path = joinRel(toDir.path, toName);
    const { renameat2 } = this.#libc;
    const rename = (flags: number) =>
      uninterrupted(
        this.#libc,
        () => renameat2(fdOf(fromDir), cName(fromName), fdOf(toDir), cOtherName(toName), flags),
      );
    if (rename(RENAME_NOREPLACE) === 0) return;
    const code = errno(this.#libc);
    if (code !== EINVAL && code !== ENOSYS) throw failure(this.#libc, { op: "rename", path });
    // A few file systems (NFS among them) do not know the flag: look, then rename.
    if (this.#stat.byName(fdOf(toDir), cName(toName))) {
      throw new FsError({ code: "EEXIST", op: "rename", path, reason: errnoReason("EEXIST") });
    }
    this.#must(rename(0), { op: "rename", path });
  }

  replace(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const { renameat2 } = this.#libc;
    this.#do(
      { op: "rename", path: joinRel(toDir.path, toName) },
      () => renameat2(fdOf(fromDir), cName(fromName), fdOf(toDir), cOtherName(toName), 0),
    );
  }

  space(dir: Dir): Space {
    const bytes = new Uint8Array(256);
    this.#do({ op: "statfs", path: dir.path }, () => this.#libc.fstatfs(fdOf(dir), bytes));
    const [typeId = 0n, blockSize = 0n, , , available = 0n, inodes = 0n, freeInodes = 0n] =
      new BigUint64Array(bytes.buffer);
    return {
      freeBytes: Number(available * blockSize),
      // Btrfs and others have no fixed number of inodes and answer 0 of 0.
      freeInodes: inodes === 0n ? undefined : Number(freeInodes),
      typeId: Number(typeId & 0xffffffffn),
    };
  }

  protection(dir: Dir): "immutable" | "append-only" | undefined {
    if (!this.#stat.byDescriptor(fdOf(dir))) {
      throw failure(this.#libc, { op: "lstat", path: dir.path });
    }
    if (this.#stat.isImmutable) return "immutable";
    return this.#stat.isAppendOnly ? "append-only" : undefined;
  }

  tryLock(dir: Dir, name: string): FileLock | undefined {
    const flags = O.rdwr | O.create | O.nofollow | O.cloexec;
    const fd = this.#openAt(dir, name, flags);
    const file = this.#opened(new PosixFile(joinRel(dir.path, name), fd));
    if (uninterrupted(this.#libc, () => this.#libc.flock(fd, LOCK_EX_NB)) < 0) {
      const error = failure(this.#libc, { op: "flock", path: file.path });
      this.#close(file);
      if (error.code === "EAGAIN") return undefined;
      throw error;
    }
    return {
      write: (text) => {
        this.truncate(file, 0);
        this.write(file, encodeName(text), 0);
      },
      release: () => this.closeFile(file),
    };
  }

  userName(uid: number): string | undefined {
    return accountName(this.#libc, "user", uid);
  }

  groupName(gid: number): string | undefined {
    return accountName(this.#libc, "group", gid);
  }

  userId(): number | undefined {
    return this.#libc.geteuid();
  }

  closeAll(): void {
    for (const handle of [...this.#open]) this.#close(handle);
  }

  #opened<Handle extends PosixDir | PosixFile>(handle: Handle): Handle {
    this.#open.add(handle);
    return handle;
  }

  /** Closes a handle once: its number may be that of another file by the second time. */
  #close(handle: Dir | File): number {
    const fd = fdOf(handle);
    return this.#open.delete(handle) ? this.#libc.close(fd) : 0;
  }

  #openAt(dir: Dir, name: string, flags: number, mode = PRIVATE): number {
    const { openat } = this.#libc;
    const fd = uninterrupted(this.#libc, () => openat(fdOf(dir), cName(name), flags, mode));
    if (fd < 0) throw failure(this.#libc, { op: "open", path: joinRel(dir.path, name) });
    return fd;
  }

  /** Makes a call, again when a signal interrupts it. */
  #do(context: { op: string; path: string }, call: () => number): void {
    this.#must(uninterrupted(this.#libc, call), context);
  }

  #must(result: number, context: { op: string; path: string }): void {
    if (result < 0) throw failure(this.#libc, context);
  }
}

const EINTR = 4;
const EINVAL = 22;
const ENOSYS = 38;

/** The descriptor of a handle. */
export function fdOf(handle: Dir | File): number {
  if (handle instanceof PosixDir || handle instanceof PosixFile) return handle.fd;
  throw new TypeError("A handle of another file system was passed");
}
