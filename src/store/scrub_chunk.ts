/**
 * One row of the scrub record: what is known of up to 256 inodes with neighbouring numbers, each in
 * {@link ENTRY_BYTES} bytes. A row for each inode would take five times the time to write.
 *
 * @module
 */
import { STAT, type StatTable } from "../fs/stat_table.ts";

/** Inodes that share a row: their numbers differ in the last 8 bits only. */
export const CHUNK_INODES = 256;

/** 1: slot. 1: flags. 2: mode. 4: when it was read. 4: stamp. 8: size. All little-endian. */
const ENTRY_BYTES = 20;

/** In an entry's flags: the content was not what it should be when it was read last. */
const DAMAGED = 1;
/** In memory alone: there is an entry. */
const PRESENT = 128;

/** In place of a mode that nobody has vouched for. */
export const UNKNOWN_MODE = 0xffff;

/** What is remembered of one inode. */
export interface ScrubEntry {
  /** Whole seconds since 1970; 0: it was met but never read. */
  readonly readAtSec: number;
  /** Whether the content was damaged, or could not be read, at that time. */
  readonly damaged: boolean;
  /** Permission bits that the inode had and should keep, or {@link UNKNOWN_MODE}. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** Tells another file with the same inode number, see {@link stampOf}. */
  readonly stamp: number;
}

/**
 * A number from size, mtime and the digest that the content should have: another file that got the
 * same inode number has another one. The ctime is no part of it, because every new link changes it.
 */
export function stampOf(stats: StatTable, row: number, digest: string | undefined): number {
  const size = stats.sizeBytes(row);
  let hash = 0x811c9dc5;
  hash = mixed(hash, size % 0x1_0000_0000);
  hash = mixed(hash, Math.floor(size / 0x1_0000_0000));
  hash = mixed(hash, stats.get(row, STAT.mtimeSec));
  hash = mixed(hash, stats.get(row, STAT.mtimeNsec));
  return mixed(hash, digest === undefined ? 0 : Number.parseInt(digest.slice(0, 8), 16)) >>> 0;
}

/** The steps of FNV-1a, on 32 bits at a time. */
function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ (value | 0), 0x01000193);
  return product ^ (product >>> 15);
}

/** The entries of one row, in columns. */
export class ScrubChunk {
  readonly #flags = new Uint8Array(CHUNK_INODES);
  readonly #modes = new Uint16Array(CHUNK_INODES);
  readonly #readAtSec = new Uint32Array(CHUNK_INODES);
  readonly #stamps = new Uint32Array(CHUNK_INODES);
  readonly #sizes = new Float64Array(CHUNK_INODES);
  /** Whether it differs from what is on disk. */
  isChanged = false;

  /** `bytes` is what {@link encode} made; bytes that make no whole entry are passed over. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      this.set(view.getUint8(at), {
        damaged: (view.getUint8(at + 1) & DAMAGED) !== 0,
        mode: view.getUint16(at + 2, true),
        readAtSec: view.getUint32(at + 4, true),
        stamp: view.getUint32(at + 8, true),
        sizeBytes: view.getFloat64(at + 12, true),
      });
    }
    this.isChanged = false;
  }

  has(slot: number): boolean {
    return (this.#flags[slot] ?? 0) >= PRESENT;
  }

  get(slot: number): ScrubEntry | undefined {
    if (!this.has(slot)) return undefined;
    return {
      damaged: ((this.#flags[slot] ?? 0) & DAMAGED) !== 0,
      mode: this.#modes[slot] ?? 0,
      readAtSec: this.#readAtSec[slot] ?? 0,
      stamp: this.#stamps[slot] ?? 0,
      sizeBytes: this.#sizes[slot] ?? 0,
    };
  }

  set(slot: number, { damaged, mode, readAtSec, stamp, sizeBytes }: ScrubEntry): void {
    this.#flags[slot] = PRESENT | (damaged ? DAMAGED : 0);
    this.#modes[slot] = mode;
    this.#readAtSec[slot] = readAtSec;
    this.#stamps[slot] = stamp;
    this.#sizes[slot] = sizeBytes;
    this.isChanged = true;
  }

  delete(slot: number): void {
    this.#flags[slot] = 0;
    this.isChanged = true;
  }

  /** Its bytes on disk; none when there is no entry. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(CHUNK_INODES * ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (let slot = 0; slot < CHUNK_INODES; slot++) {
      if (!this.has(slot)) continue;
      view.setUint8(at, slot);
      view.setUint8(at + 1, (this.#flags[slot] ?? 0) & DAMAGED);
      view.setUint16(at + 2, this.#modes[slot] ?? 0, true);
      view.setUint32(at + 4, this.#readAtSec[slot] ?? 0, true);
      view.setUint32(at + 8, this.#stamps[slot] ?? 0, true);
      view.setFloat64(at + 12, this.#sizes[slot] ?? 0, true);
      at += ENTRY_BYTES;
    }
    return bytes.subarray(0, at);
  }
}
