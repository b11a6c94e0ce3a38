/**
 * The table in the scrub record: inodes, and the runs that read them. See `scrub_record.ts`.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { STAT, type StatTable } from "../fs/stat_table.ts";
import { CHUNK_INODES, ScrubChunk, type ScrubEntry, stampOf, UNKNOWN_MODE } from "./scrub_chunk.ts";

/** A stored file as it was found; `digest` is what it should have, as far as that is known. */
export interface FoundInode {
  readonly stats: StatTable;
  readonly row: number;
  readonly digest: string | undefined;
}

/** What became of an inode that was met. */
export interface InodeNews {
  /** Whole seconds since 1970; undefined: it was not read now. */
  readonly readAtSec: number | undefined;
  readonly damaged: boolean;
  /** Permission bits to remember, when they are the right ones; undefined: what is known stays. */
  readonly mode: number | undefined;
}

/** Rows that are kept unpacked at most: 20 MiB. */
const MAX_CHUNKS = 4096;

/** A row, and which one. */
interface Chunk {
  readonly device: string;
  /** Upper half of the inode numbers. */
  readonly high: number;
  /** Lower half of them divided by {@link CHUNK_INODES}. */
  readonly low: number;
  readonly row: ScrubChunk;
}

/** Rows by device, upper half and lower half. */
type Chunks = Map<string, Map<number, Chunk>>;

/** An inode that the record knows of. */
export interface RecordedInode extends ScrubEntry {
  /** `""` for the file system of the backup root itself, else `<major>:<minor>`. */
  readonly device: string;
  /** Halves of the inode number. */
  readonly inoHigh: number;
  readonly inoLow: number;
}

/** Made by `openScrubRecord`. What writes may throw SQLite's errors. */
export class ScrubRecord {
  readonly #database: DatabaseSync;
  readonly #own: StatTable;
  readonly #statements: Statements;
  #chunks: Chunks = new Map();
  #loaded = 0;
  #last: Chunk | undefined;

  /** `own` is the stat row of the backup root. */
  constructor(database: DatabaseSync, { own }: { own: StatTable }) {
    this.#database = database;
    this.#own = own;
    this.#statements = prepareStatements(database);
  }

  /**
   * `""` on the backup root's own file system, so that a disk which gets another device number is
   * known again; else `<major>:<minor>`.
   */
  deviceOf(stats: StatTable, row: number): string {
    const major = stats.get(row, STAT.devMajor);
    const minor = stats.get(row, STAT.devMinor);
    const own = this.#own;
    if (major === own.get(0, STAT.devMajor) && minor === own.get(0, STAT.devMinor)) return "";
    return `${major}:${minor}`;
  }

  /** What is remembered of an inode; undefined when nothing is, or another file had its number. */
  find({ stats, row, digest }: FoundInode): ScrubEntry | undefined {
    const entry = this.#chunkOf(stats, row).row.get(slotOf(stats, row));
    return entry?.stamp === stampOf(stats, row, digest) ? entry : undefined;
  }

  /** Remembers an inode; it is written with the next {@link flush}, or before. */
  note({ stats, row, digest }: FoundInode, { readAtSec, damaged, mode }: InodeNews): void {
    const chunk = this.#chunkOf(stats, row).row;
    const slot = slotOf(stats, row);
    const stamp = stampOf(stats, row, digest);
    const known = chunk.get(slot);
    const before = known?.stamp === stamp ? known : undefined;
    if (before !== undefined && readAtSec === undefined && mode === undefined) return;
    chunk.set(slot, {
      readAtSec: readAtSec ?? before?.readAtSec ?? 0,
      damaged: readAtSec === undefined ? before?.damaged ?? false : damaged,
      mode: mode ?? before?.mode ?? UNKNOWN_MODE,
      sizeBytes: stats.sizeBytes(row),
      stamp,
    });
  }

  /** Writes what was noted since the last time, in one transaction. */
  flush(): void {
    const changed = [...this.#all()].filter(({ row }) => row.isChanged);
    if (changed.length === 0) return;
    this.#write(() => {
      for (const { device, high, low, row } of changed) {
        this.#statements.put.run(device, high, low, row.encode());
      }
    });
    for (const { row } of changed) row.isChanged = false;
  }

  /**
   * Begins a run over `scope` and returns when it began, in whole seconds since 1970: now, or when the
   * unfinished run over the same scope began that `resume` goes on with (undefined: there is none).
   */
  startRun(
    scope: string,
    { nowSec, resume }: { nowSec: number; resume: boolean },
  ): { startedAtSec: number; resumed: boolean } {
    const unfinished = resume ? this.unfinishedSince(scope) : undefined;
    const startedAtSec = unfinished ?? nowSec;
    this.#write(() => this.#statements.putRun.run(scope, startedAtSec, 0));
    return { startedAtSec, resumed: unfinished !== undefined };
  }

  /** When the last run over `scope` began, if it did not come to its end. */
  unfinishedSince(scope: string): number | undefined {
    const run = this.#statements.getRun.get(scope);
    return run?.["is_finished"] === 0 && typeof run["started_at"] === "number"
      ? run["started_at"]
      : undefined;
  }

  /** Says that the run over `scope` came to its end, and writes everything. */
  finishRun(scope: string, { startedAtSec }: { startedAtSec: number }): void {
    this.flush();
    this.#write(() => this.#statements.putRun.run(scope, startedAtSec, 1));
  }

  /** All inodes of the record as it is on disk; nothing may be noted meanwhile. */
  *inodes(): Generator<RecordedInode> {
    for (const row of this.#statements.all.iterate()) {
      const { device, high, low, entries } = row;
      if (typeof device !== "string" || typeof high !== "number" || typeof low !== "number") {
        continue;
      }
      if (!(entries instanceof Uint8Array)) continue;
      const chunk = new ScrubChunk(entries);
      for (let slot = 0; slot < CHUNK_INODES; slot++) {
        const entry = chunk.get(slot);
        if (entry === undefined) continue;
        yield { ...entry, device, inoHigh: high, inoLow: low * CHUNK_INODES + slot };
      }
    }
  }

  /** Forgets the inodes for which `isGone` says so; call it after {@link flush}. */
  forget(isGone: (inode: RecordedInode) => boolean): void {
    const touched = new Map<string, Chunk>();
    for (const inode of this.inodes()) {
      if (!isGone(inode)) continue;
      const { device, inoHigh: high, inoLow } = inode;
      const low = Math.floor(inoLow / CHUNK_INODES);
      const key = `${device}/${high}/${low}`;
      const chunk = touched.get(key) ?? this.#load({ device, high, low });
      chunk.row.delete(inoLow % CHUNK_INODES);
      touched.set(key, chunk);
    }
    if (touched.size === 0) return;
    this.#write(() => {
      for (const { device, high, low, row } of touched.values()) {
        const bytes = row.encode();
        if (bytes.length > 0) this.#statements.put.run(device, high, low, bytes);
        else this.#statements.remove.run(device, high, low);
      }
    });
    this.#drop();
  }

  close(): void {
    this.#database.close();
  }

  #chunkOf(stats: StatTable, row: number): Chunk {
    const high = stats.get(row, STAT.inoHigh);
    const low = Math.floor(stats.get(row, STAT.inoLow) / CHUNK_INODES);
    const device = this.deviceOf(stats, row);
    const last = this.#last;
    if (last?.low === low && last.high === high && last.device === device) return last;
    const chunk = this.#chunks.get(`${device}/${high}`)?.get(low) ??
      this.#keep(this.#load({ device, high, low }));
    this.#last = chunk;
    return chunk;
  }

  #keep(chunk: Chunk): Chunk {
    if (this.#loaded >= MAX_CHUNKS) {
      this.flush();
      this.#drop();
    }
    const key = `${chunk.device}/${chunk.high}`;
    const group = this.#chunks.get(key) ?? new Map<number, Chunk>();
    group.set(chunk.low, chunk);
    this.#chunks.set(key, group);
    this.#loaded++;
    return chunk;
  }

  *#all(): Generator<Chunk> {
    for (const group of this.#chunks.values()) yield* group.values();
  }

  #drop(): void {
    this.#chunks = new Map();
    this.#loaded = 0;
    this.#last = undefined;
  }

  #load({ device, high, low }: Omit<Chunk, "row">): Chunk {
    const entries = this.#statements.get.get(device, high, low)?.["entries"];
    const row = entries instanceof Uint8Array ? new ScrubChunk(entries) : new ScrubChunk();
    return { device, high, low, row };
  }

  #write(step: () => void): void {
    this.#statements.begin.run();
    try {
      step();
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#statements.rollback.run();
      throw error;
    }
  }
}

function slotOf(stats: StatTable, row: number): number {
  return stats.get(row, STAT.inoLow) % CHUNK_INODES;
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync) {
  const where = "WHERE device = ? AND high = ? AND low = ?";
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    rollback: database.prepare("ROLLBACK"),
    get: database.prepare(`SELECT entries FROM inodes ${where}`),
    all: database.prepare("SELECT device, high, low, entries FROM inodes"),
    put: database.prepare("INSERT OR REPLACE INTO inodes VALUES (?, ?, ?, ?)"),
    remove: database.prepare(`DELETE FROM inodes ${where}`),
    getRun: database.prepare("SELECT started_at, is_finished FROM runs WHERE scope = ?"),
    putRun: database.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)"),
  };
}
