/**
 * The file-system port by the C library, for Linux on x86-64 and arm64: names as bytes, every path
 * relative to an open directory, nanoseconds, every return value looked at.
 *
 * @module
 */
import { decodeName, encodeName, joinRel } from "../base/path_bytes.ts";
import { accountName } from "./account_name.ts";
import {
  type Attributes,
  type Dir,
  type File,
  type FileLock,
  type FileSystem,
  type Listing,
  type Space,
  type Times,
  type Xattrs,
} from "./file_system.ts";
import { errno, type Libc } from "./libc.ts";
import { cName, cOtherName, cPath, EMPTY_NAME, failure, uninterrupted } from "./posix_call.ts";
import { readXattrs, writeXattrs } from "./posix_xattrs.ts";
import { STAT, STAT_FIELDS, type StatTable, TYPE_BITS } from "./stat_table.ts";

const O = {
  rdonly: 0,
  rdwr: 2,
  create: 0o100,
  exclusive: 0o200,
  nonblock: 0o4000,
  cloexec: 0o2000000,
  // These two have other values on arm64. Source: Linux asm/fcntl.h.
  directory: Deno.build.arch === "aarch64" ? 0o40000 : 0o200000,
  nofollow: Deno.build.arch === "aarch64" ? 0o100000 : 0o400000,
} as const;

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_REMOVEDIR = 0x200;
const AT_EMPTY_PATH = 0x1000;
const AT_NO_AUTOMOUNT = 0x800;
const STATX_BASIC_STATS = 0x7ff;
const RENAME_NOREPLACE = 1;
const FICLONE = 0x40049409n;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const LOCK_EX_NB = 2 | 4;
/** Source: limits.h; realpath(3) writes no more. */
const PATH_MAX = 4096;

/** Bytes of directory entries that one getdents64 brings. Source: own measurement, 2026-11-21. */
const LISTING_BYTES = 64 * 1024;
const LISTING_SIZE = BigInt(LISTING_BYTES);

class PosixDir implements Dir {
  constructor(readonly path: string, readonly fd: number) {}
}

class PosixFile implements File {
  constructor(readonly path: string, readonly fd: number) {}
}

/** See the module text. */
export class PosixFileSystem implements FileSystem {
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
  readonly #root: boolean;
  readonly #statBytes = new Uint8Array(256);
  readonly #stat32 = new Uint32Array(this.#statBytes.buffer);
  readonly #statSigned = new Int32Array(this.#statBytes.buffer);
  readonly #times = new BigInt64Array(4);
  readonly #timesBytes = new Uint8Array(this.#times.buffer);
  readonly #listing = new Uint8Array(LISTING_BYTES);

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#root = libc.geteuid() === 0;
  }

  realPath(path: string): string {
    const resolved = new Uint8Array(PATH_MAX);
    if (this.#libc.realpath(cPath(path), resolved) === 0n) {
      throw failure(this.#libc, { op: "realpath", path });
    }
    return decodeName(resolved.subarray(0, resolved.indexOf(0)));
  }

  openRoot(absPath: string): Dir {
    const flags = O.rdonly | O.directory | O.cloexec;
    const fd = uninterrupted(this.#libc, () => this.#libc.open(cPath(absPath), flags, 0));
    if (fd < 0) throw failure(this.#libc, { op: "open", path: absPath });
    return new PosixDir(absPath, fd);
  }

  openDir(dir: Dir, name: string): Dir {
    const flags = O.rdonly | O.directory | O.nofollow | O.nonblock | O.cloexec;
    return new PosixDir(joinRel(dir.path, name), this.#open(dir, name, flags));
  }

  closeDir(dir: Dir): void {
    this.#libc.close(fdOf(dir));
  }

  readDir(dir: Dir): Listing {
    const names: string[] = [];
    const buffer = this.#listing;
    // A descriptor that was read before stands at its end.
    this.#libc.lseek(fdOf(dir), 0n, 0);
    for (;;) {
      const got = uninterrupted(
        this.#libc,
        () => this.#libc.getdents64(fdOf(dir), buffer, LISTING_SIZE),
      );
      if (got < 0) {
        return { names, error: failure(this.#libc, { op: "getdents64", path: dir.path }) };
      }
      if (got === 0) return { names, error: undefined };
      collectNames(buffer, got, names);
    }
  }

  lstat(dir: Dir, name: string, into: StatTable, row: number): void {
    const empty = name === "";
    const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (empty ? AT_EMPTY_PATH : 0);
    const path = empty ? EMPTY_NAME : cName(name);
    const { statx } = this.#libc;
    if (statx(fdOf(dir), path, flags, STATX_BASIC_STATS, this.#statBytes) < 0) {
      throw failure(this.#libc, { op: "lstat", path: joinRel(dir.path, name) });
    }
    this.#copyStat(into, row);
  }

  readLink(dir: Dir, name: string): string {
    const buffer = new Uint8Array(4096);
    const got = this.#libc.readlinkat(fdOf(dir), cName(name), buffer, BigInt(buffer.length));
    if (got < 0) throw failure(this.#libc, { op: "readlink", path: joinRel(dir.path, name) });
    return decodeName(buffer.subarray(0, got));
  }

  xattrs(dir: Dir, name: string): Xattrs {
    const path = joinRel(dir.path, name);
    return readXattrs(this.#libc, { fd: fdOf(dir), name, path });
  }

  openFile(dir: Dir, name: string): File {
    const flags = O.rdonly | O.nofollow | O.nonblock | O.cloexec;
    return new PosixFile(joinRel(dir.path, name), this.#open(dir, name, flags));
  }

  createFile(dir: Dir, name: string): File {
    const flags = O.rdwr | O.create | O.exclusive | O.nofollow | O.cloexec;
    return new PosixFile(joinRel(dir.path, name), this.#open(dir, name, flags));
  }

  closeFile(file: File): void {
    this.#libc.close(fdOf(file));
  }

  fstat(file: File, into: StatTable, row: number): void {
    const { statx } = this.#libc;
    if (statx(fdOf(file), EMPTY_NAME, AT_EMPTY_PATH, STATX_BASIC_STATS, this.#statBytes) < 0) {
      throw failure(this.#libc, { op: "fstat", path: file.path });
    }
    this.#copyStat(into, row);
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
    this.#must(
      uninterrupted(this.#libc, () => this.#libc.ftruncate(fdOf(file), BigInt(sizeBytes))),
      {
        op: "truncate",
        path: file.path,
      },
    );
  }

  nextData(
    file: File,
    offset: number,
    sizeBytes: number,
  ): { start: number; end: number } | undefined {
    const start = Number(this.#libc.lseek(fdOf(file), BigInt(offset), SEEK_DATA));
    if (start < 0) {
      const number = errno(this.#libc);
      if (number === ENXIO) return undefined;
      if (number === EINVAL) return { start: offset, end: sizeBytes };
      throw failure(this.#libc, { op: "seek", path: file.path });
    }
    const end = Number(this.#libc.lseek(fdOf(file), BigInt(start), SEEK_HOLE));
    if (end < 0) throw failure(this.#libc, { op: "seek", path: file.path });
    return { start, end };
  }

  reflink(from: File, to: File): boolean {
    // Any refusal means the same: other file systems, no support, a swap file, a full disk even:
    // the copy that follows meets the error that matters.
    return this.#libc.ioctl(fdOf(to), FICLONE, fdOf(from)) === 0;
  }

  setFileAttributes(file: File, attributes: Attributes): string[] {
    const { mode, owner, times, xattrs } = attributes;
    const fd = fdOf(file);
    const { path } = file;
    if (owner !== undefined && this.#root) {
      this.#must(this.#libc.fchown(fd, owner.uid, owner.gid), { op: "chown", path });
    }
    if (mode !== undefined) this.#must(this.#libc.fchmod(fd, mode), { op: "chmod", path });
    const refused = xattrs === undefined
      ? []
      : writeXattrs(this.#libc, { fd, name: "", path }, xattrs);
    if (times !== undefined) {
      this.#must(this.#libc.futimens(fd, this.#packTimes(times)), { op: "utimens", path });
    }
    return refused;
  }

  setAttributes(dir: Dir, name: string, attributes: Attributes): string[] {
    if (name === "") return this.setFileAttributes(dir, attributes);
    const { mode, owner, times, xattrs } = attributes;
    const fd = fdOf(dir);
    const path = joinRel(dir.path, name);
    if (owner !== undefined && this.#root) {
      const { uid, gid } = owner;
      const done = this.#libc.fchownat(fd, cName(name), uid, gid, AT_SYMLINK_NOFOLLOW);
      this.#must(done, { op: "chown", path });
    }
    if (mode !== undefined && !this.#isLink(dir, name)) {
      this.#must(this.#libc.fchmodat(fd, cName(name), mode, 0), { op: "chmod", path });
    }
    const refused = xattrs === undefined ? [] : writeXattrs(this.#libc, { fd, name, path }, xattrs);
    if (times !== undefined) {
      const packed = this.#packTimes(times);
      const done = this.#libc.utimensat(fd, cName(name), packed, AT_SYMLINK_NOFOLLOW);
      this.#must(done, { op: "utimens", path });
    }
    return refused;
  }

  syncFile(file: File): void {
    this.#must(this.#libc.fsync(fdOf(file)), { op: "fsync", path: file.path });
  }

  syncAll(dir: Dir): void {
    this.#must(this.#libc.syncfs(fdOf(dir)), { op: "syncfs", path: dir.path });
  }

  syncDir(dir: Dir): void {
    this.#must(this.#libc.fsync(fdOf(dir)), { op: "fsync", path: dir.path });
  }

  makeDir(dir: Dir, name: string, mode: number): void {
    const done = this.#libc.mkdirat(fdOf(dir), cName(name), mode);
    if (done < 0) throw failure(this.#libc, { op: "mkdir", path: joinRel(dir.path, name) });
  }

  link(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const { linkat } = this.#libc;
    const done = linkat(fdOf(fromDir), cName(fromName), fdOf(toDir), cOtherName(toName), 0);
    if (done < 0) throw failure(this.#libc, { op: "link", path: joinRel(toDir.path, toName) });
  }

  symlink(target: string, dir: Dir, name: string): void {
    const text = new Uint8Array([...encodeName(target), 0]);
    const done = this.#libc.symlinkat(text, fdOf(dir), cName(name));
    if (done < 0) throw failure(this.#libc, { op: "symlink", path: joinRel(dir.path, name) });
  }

  makeSpecial(dir: Dir, name: string, from: StatTable, row: number): void {
    const mode = (from.get(row, STAT.mode) & 0o170000) | 0o600;
    const node = (mode & 0o170000) === TYPE_BITS.char || (mode & 0o170000) === TYPE_BITS.block;
    const device = node ? packDevice(from, row) : 0n;
    const done = this.#libc.mknodat(fdOf(dir), cName(name), mode, device);
    if (done < 0) throw failure(this.#libc, { op: "mknod", path: joinRel(dir.path, name) });
  }

  unlink(dir: Dir, name: string): void {
    const done = this.#libc.unlinkat(fdOf(dir), cName(name), 0);
    if (done < 0) throw failure(this.#libc, { op: "unlink", path: joinRel(dir.path, name) });
  }

  removeDir(dir: Dir, name: string): void {
    const done = this.#libc.unlinkat(fdOf(dir), cName(name), AT_REMOVEDIR);
    if (done < 0) throw failure(this.#libc, { op: "rmdir", path: joinRel(dir.path, name) });
  }

  rename(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const path = joinRel(toDir.path, toName);
    const rename = (flags: number) => {
      const { renameat2 } = this.#libc;
      return renameat2(fdOf(fromDir), cName(fromName), fdOf(toDir), cOtherName(toName), flags);
    };
    if (rename(RENAME_NOREPLACE) === 0) return;
    // A few file systems (NFS among them) do not know the flag: look, then rename.
    if (errno(this.#libc) !== EINVAL || this.#exists(toDir, toName)) {
      throw failure(this.#libc, { op: "rename", path });
    }
    this.#must(rename(0), { op: "rename", path });
  }

  space(dir: Dir): Space {
    const bytes = new Uint8Array(256);
    this.#must(this.#libc.fstatfs(fdOf(dir), bytes), { op: "statfs", path: dir.path });
    const [typeId = 0n, blockSize = 0n, , , available = 0n, inodes = 0n, freeInodes = 0n] =
      new BigUint64Array(bytes.buffer);
    return {
      freeBytes: Number(available * blockSize),
      // Btrfs and others have no fixed number of inodes and answer 0 of 0.
      freeInodes: inodes === 0n ? undefined : Number(freeInodes),
      typeId: Number(typeId & 0xffffffffn),
    };
  }

  tryLock(dir: Dir, name: string): FileLock | undefined {
    const flags = O.rdwr | O.create | O.nofollow | O.cloexec;
    const fd = this.#open(dir, name, flags);
    const file = new PosixFile(joinRel(dir.path, name), fd);
    if (this.#libc.flock(fd, LOCK_EX_NB) < 0) {
      const error = failure(this.#libc, { op: "flock", path: file.path });
      this.#libc.close(fd);
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

  #open(dir: Dir, name: string, flags: number): number {
    const { openat } = this.#libc;
    const fd = uninterrupted(this.#libc, () => openat(fdOf(dir), cName(name), flags, 0o600));
    if (fd < 0) throw failure(this.#libc, { op: "open", path: joinRel(dir.path, name) });
    return fd;
  }

  #must(result: number, context: { op: string; path: string }): void {
    if (result < 0) throw failure(this.#libc, context);
  }

  #exists(dir: Dir, name: string): boolean {
    const flags = AT_SYMLINK_NOFOLLOW;
    const { statx } = this.#libc;
    return statx(fdOf(dir), cName(name), flags, STATX_BASIC_STATS, this.#statBytes) === 0;
  }

  #isLink(dir: Dir, name: string): boolean {
    return this.#exists(dir, name) && ((this.#stat32[7] ?? 0) & 0o170000) === TYPE_BITS.link;
  }

  #packTimes(times: Times): Uint8Array<ArrayBuffer> {
    this.#times[0] = BigInt(times.atimeSec);
    this.#times[1] = BigInt(times.atimeNsec);
    this.#times[2] = BigInt(times.mtimeSec);
    this.#times[3] = BigInt(times.mtimeNsec);
    return this.#timesBytes;
  }

  /** Source: statx(2), `struct statx`: 32-bit words by position, the same on all architectures. */
  #copyStat(into: StatTable, row: number): void {
    const at = row * STAT_FIELDS;
    const to = into.data;
    const from = this.#stat32;
    const signed = this.#statSigned;
    const high = 4294967296;
    to[at + STAT.nlink] = from[4] ?? 0;
    to[at + STAT.uid] = from[5] ?? 0;
    to[at + STAT.gid] = from[6] ?? 0;
    to[at + STAT.mode] = (from[7] ?? 0) & 0xffff;
    to[at + STAT.inoLow] = from[8] ?? 0;
    to[at + STAT.inoHigh] = from[9] ?? 0;
    to[at + STAT.sizeBytes] = (from[10] ?? 0) + (from[11] ?? 0) * high;
    to[at + STAT.allocatedBytes] = ((from[12] ?? 0) + (from[13] ?? 0) * high) * 512;
    to[at + STAT.atimeSec] = (from[16] ?? 0) + (signed[17] ?? 0) * high;
    to[at + STAT.atimeNsec] = from[18] ?? 0;
    to[at + STAT.ctimeSec] = (from[24] ?? 0) + (signed[25] ?? 0) * high;
    to[at + STAT.ctimeNsec] = from[26] ?? 0;
    to[at + STAT.mtimeSec] = (from[28] ?? 0) + (signed[29] ?? 0) * high;
    to[at + STAT.mtimeNsec] = from[30] ?? 0;
    to[at + STAT.rdevMajor] = from[32] ?? 0;
    to[at + STAT.rdevMinor] = from[33] ?? 0;
    to[at + STAT.devMajor] = from[34] ?? 0;
    to[at + STAT.devMinor] = from[35] ?? 0;
  }
}

const EINTR = 4;
const ENXIO = 6;
const EINVAL = 22;

function fdOf(handle: Dir | File): number {
  if (handle instanceof PosixDir || handle instanceof PosixFile) return handle.fd;
  throw new TypeError("A handle of another file system was passed");
}

/** Source: getdents64(2): ino 8, off 8, length 2, type 1, then the NUL-terminated name. */
function collectNames(buffer: Uint8Array, end: number, names: string[]): void {
  for (let at = 0; at < end;) {
    const length = (buffer[at + 16] ?? 0) | ((buffer[at + 17] ?? 0) << 8);
    const name = nameAt(buffer, at + 19, at + length);
    if (name !== "." && name !== "..") names.push(name);
    at += length;
  }
}

function nameAt(buffer: Uint8Array, start: number, limit: number): string {
  let end = start;
  let ascii = true;
  for (; end < limit && buffer[end] !== 0; end++) {
    if ((buffer[end] ?? 0) > 0x7f) ascii = false;
  }
  const bytes = buffer.subarray(start, end);
  return ascii && bytes.length < 64 ? String.fromCharCode(...bytes) : decodeName(bytes);
}

/** Source: glibc `makedev`: the major and minor numbers interleaved in 64 bits. */
function packDevice(from: StatTable, row: number): bigint {
  const major = BigInt(from.get(row, STAT.rdevMajor));
  const minor = BigInt(from.get(row, STAT.rdevMinor));
  return ((major & 0xfffff000n) << 32n) | ((major & 0xfffn) << 8n) |
    ((minor & 0xffffff00n) << 12n) | (minor & 0xffn);
}
