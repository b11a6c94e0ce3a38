/**
 * lstat results in columns: one row of {@link STAT_FIELDS} numbers for each entry, in one buffer
 * that can be handed from thread to thread without a copy.
 *
 * @module
 */

/** Numbers in a row. */
export const STAT_FIELDS = 20;

/** Column of each field in a row. 64-bit numbers that may pass 2^53 stand as two halves. */
export const STAT = {
  /** `st_mode` whole: the type bits (`S_IFMT`) and the permission bits. */
  mode: 0,
  nlink: 1,
  uid: 2,
  gid: 3,
  devMajor: 4,
  devMinor: 5,
  inoHigh: 6,
  inoLow: 7,
  sizeBytes: 8,
  /** 512 × `st_blocks`; less than the size when the file has holes. */
  allocatedBytes: 9,
  /** Whole seconds since 1970, may be negative; the nanoseconds are 0–999,999,999. */
  mtimeSec: 10,
  mtimeNsec: 11,
  ctimeSec: 12,
  ctimeNsec: 13,
  atimeSec: 14,
  atimeNsec: 15,
  /** For device nodes. */
  rdevMajor: 16,
  rdevMinor: 17,
} as const;

/** Type bits of a mode. Source: POSIX `<sys/stat.h>`, same values on Linux and macOS. */
export const S_IFMT = 0o170000;

/** What an entry is; the words of mtree(5)'s `type` keyword. */
export type EntryType = "file" | "dir" | "link" | "fifo" | "socket" | "char" | "block";

const TYPES: Readonly<Record<number, EntryType>> = {
  0o100000: "file",
  0o040000: "dir",
  0o120000: "link",
  0o010000: "fifo",
  0o140000: "socket",
  0o020000: "char",
  0o060000: "block",
};

/** Type bits of `type`, the inverse of {@link StatTable.type}. */
export const TYPE_BITS: Readonly<Record<EntryType, number>> = {
  file: 0o100000,
  dir: 0o040000,
  link: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  char: 0o020000,
  block: 0o060000,
};

/** Reads (and, in tests, writes) rows of stat numbers by name. */
export class StatTable {
  /** The rows; pass `data` over a thread border and wrap it again on the other side. */
  readonly data: Float64Array<ArrayBuffer>;

  constructor(rows: number | Float64Array<ArrayBuffer>) {
    this.data = typeof rows === "number" ? new Float64Array(rows * STAT_FIELDS) : rows;
  }

  /** How many rows there is room for. */
  get capacity(): number {
    return this.data.length / STAT_FIELDS;
  }

  /** One number of one row. */
  get(row: number, field: number): number {
    return this.data[row * STAT_FIELDS + field] ?? 0;
  }

  set(row: number, field: number, value: number): void {
    this.data[row * STAT_FIELDS + field] = value;
  }

  type(row: number): EntryType {
    return TYPES[this.get(row, STAT.mode) & S_IFMT] ?? "file";
  }

  isDir(row: number): boolean {
    return (this.get(row, STAT.mode) & S_IFMT) === TYPE_BITS.dir;
  }

  /** Permission bits with setuid, setgid and sticky, 0–0o7777. */
  permissions(row: number): number {
    return this.get(row, STAT.mode) & 0o7777;
  }

  sizeBytes(row: number): number {
    return this.get(row, STAT.sizeBytes);
  }

  /** Device and inode as one key, exact also above 2^53. */
  inodeKey(row: number): string {
    const at = row * STAT_FIELDS;
    const d = this.data;
    const device = `${d[at + STAT.devMajor]}:${d[at + STAT.devMinor]}`;
    return `${device}:${d[at + STAT.inoHigh]}:${d[at + STAT.inoLow]}`;
  }

  /** The inode number, exact. */
  ino(row: number): bigint {
    return (BigInt(this.get(row, STAT.inoHigh)) << 32n) | BigInt(this.get(row, STAT.inoLow));
  }

  mtimeNs(row: number): bigint {
    return BigInt(this.get(row, STAT.mtimeSec)) * 1_000_000_000n +
      BigInt(this.get(row, STAT.mtimeNsec));
  }

  ctimeNs(row: number): bigint {
    return BigInt(this.get(row, STAT.ctimeSec)) * 1_000_000_000n +
      BigInt(this.get(row, STAT.ctimeNsec));
  }

  /** Copies row `from` of `source` to row `to` of this table. */
  copyRow(to: number, source: StatTable, from: number): void {
    const at = from * STAT_FIELDS;
    this.data.set(source.data.subarray(at, at + STAT_FIELDS), to * STAT_FIELDS);
  }

  /** A new table of the given rows, in their order. */
  pick(rows: readonly number[]): StatTable {
    const picked = new StatTable(rows.length);
    for (const [to, from] of rows.entries()) picked.copyRow(to, this, from);
    return picked;
  }
}
