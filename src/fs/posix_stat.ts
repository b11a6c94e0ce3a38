import type { Libc } from "./libc.ts";
import { EMPTY_NAME, uninterrupted } from "./posix_call.ts";
import { S_IFMT, STAT, STAT_FIELDS, type StatTable, TYPE_BITS } from "./stat_table.ts";

const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const STATX_BASIC_STATS = 0x7ff;

const BY_NAME = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
const BY_DESCRIPTOR = BY_NAME | AT_EMPTY_PATH;

/** Positions of 32-bit words. Source: statx(2), `struct statx`, the same on all architectures. */
const WORD = {
  attributes: 2,
  nlink: 4,
  uid: 5,
  gid: 6,
  mode: 7,
  ino: 8,
  size: 10,
  blocks: 12,
  atime: 16,
  ctime: 24,
  mtime: 28,
  rdev: 32,
  dev: 34,
} as const;

/** Source: Linux `linux/stat.h`, the same bits as those of chattr(1). */
const STATX_ATTR_IMMUTABLE = 0x10;
const STATX_ATTR_APPEND = 0x20;

/** Factor of the upper half of a 64-bit number. */
const HIGH = 2 ** 32;

/** One statx call's memory, used again for each call. */
export class StatCall {
  readonly #libc: Libc;
  readonly #bytes = new Uint8Array(256);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  readonly #signed = new Int32Array(this.#bytes.buffer);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Asks about `name` (a C string) in `fd` itself, following no symlink; false on failure. */
  byName(fd: number, name: Uint8Array<ArrayBuffer>): boolean {
    const { statx } = this.#libc;
    return uninterrupted(
      this.#libc,
      () => statx(fd, name, BY_NAME, STATX_BASIC_STATS, this.#bytes),
    ) === 0;
  }

  /** Asks about the open file or directory; false on failure. */
  byDescriptor(fd: number): boolean {
    const { statx } = this.#libc;
    return uninterrupted(
      this.#libc,
      () => statx(fd, EMPTY_NAME, BY_DESCRIPTOR, STATX_BASIC_STATS, this.#bytes),
    ) === 0;
  }

  /** Permission bits that the last call found. */
  get permissions(): number {
    return (this.#words[WORD.mode] ?? 0) & 0o7777;
  }

  /** Owner that the last call found. */
  get uid(): number {
    return this.#words[WORD.uid] ?? 0;
  }

  get gid(): number {
    return this.#words[WORD.gid] ?? 0;
  }

  /** Whether the last call found a symlink. */
  get isLink(): boolean {
    return ((this.#words[WORD.mode] ?? 0) & S_IFMT) === TYPE_BITS.link;
  }

  /** Whether the last call found what nobody may change. */
  get isImmutable(): boolean {
    return ((this.#words[WORD.attributes] ?? 0) & STATX_ATTR_IMMUTABLE) !== 0;
  }

  /** Whether the last call found what may only grow. */
  get isAppendOnly(): boolean {
    return ((this.#words[WORD.attributes] ?? 0) & STATX_ATTR_APPEND) !== 0;
  }

  /** Puts the last call's answer into row `row`. */
  copyTo(into: StatTable, row: number): void {
    const at = row * STAT_FIELDS;
    const to = into.data;
    const from = this.#words;
    to[at + STAT.mode] = (from[WORD.mode] ?? 0) & 0xffff;
    to[at + STAT.nlink] = from[WORD.nlink] ?? 0;
    to[at + STAT.uid] = from[WORD.uid] ?? 0;
    to[at + STAT.gid] = from[WORD.gid] ?? 0;
    to[at + STAT.devMajor] = from[WORD.dev] ?? 0;
    to[at + STAT.devMinor] = from[WORD.dev + 1] ?? 0;
    to[at + STAT.inoLow] = from[WORD.ino] ?? 0;
    to[at + STAT.inoHigh] = from[WORD.ino + 1] ?? 0;
    to[at + STAT.sizeBytes] = this.#unsigned64(WORD.size);
    to[at + STAT.allocatedBytes] = this.#unsigned64(WORD.blocks) * 512;
    to[at + STAT.mtimeSec] = this.#signed64(WORD.mtime);
    to[at + STAT.mtimeNsec] = from[WORD.mtime + 2] ?? 0;
    to[at + STAT.ctimeSec] = this.#signed64(WORD.ctime);
    to[at + STAT.ctimeNsec] = from[WORD.ctime + 2] ?? 0;
    to[at + STAT.atimeSec] = this.#signed64(WORD.atime);
    to[at + STAT.atimeNsec] = from[WORD.atime + 2] ?? 0;
    to[at + STAT.rdevMajor] = from[WORD.rdev] ?? 0;
    to[at + STAT.rdevMinor] = from[WORD.rdev + 1] ?? 0;
  }

  #unsigned64(word: number): number {
    return (this.#words[word] ?? 0) + (this.#words[word + 1] ?? 0) * HIGH;
  }

  #signed64(word: number): number {
    return (this.#words[word] ?? 0) + (this.#signed[word + 1] ?? 0) * HIGH;
  }
}

/** Source: glibc `makedev`: the major and minor numbers interleaved in 64 bits. */
export function packDevice(from: StatTable, row: number): bigint {
  const major = BigInt(from.get(row, STAT.rdevMajor));
  const minor = BigInt(from.get(row, STAT.rdevMinor));
  return ((major & 0xfffff000n) << 32n) | ((major & 0xfffn) << 8n) |
    ((minor & 0xffffff00n) << 12n) | (minor & 0xffn);
}
