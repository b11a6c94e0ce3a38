import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { ScrubEntry } from "../../store/scrub_chunk.ts";
import { openScrubRecord, type ScrubPlace } from "../../store/scrub_record.ts";
import type { FoundInode, InodeNews, RecordedInode, ScrubRecord } from "../../store/scrub_table.ts";

/** Noted entries are written after so long at the latest. */
const FLUSH_MS = 10_000;

/** How a {@link ScrubMemory} is opened. */
export interface MemoryOptions {
  /** What may be made: nothing (it is only read), the file, or `.phlb` for it as well. */
  readonly create: "nothing" | "file" | "directory";
  /** Hears once why nothing (more) is remembered. */
  readonly onLost: (reason: string) => void;
}

/**
 * The scrub record as far as it can be had: what cannot be written is told once and forgotten, and the
 * verify goes on.
 */
export class ScrubMemory {
  readonly #record: ScrubRecord | undefined;
  readonly #own = new StatTable(1);
  readonly #onLost: (reason: string) => void;
  #writable: boolean;
  #flushedMs = 0;

  constructor(place: ScrubPlace, { create, onLost }: MemoryOptions) {
    place.fs.lstat(place.rootDir, "", this.#own, 0);
    const { record, reason } = openScrubRecord(place, { create });
    this.#record = record;
    this.#onLost = onLost;
    this.#writable = reason === undefined;
    if (reason !== undefined && create !== "nothing") onLost(reason);
  }

  /** Whether what was read in earlier runs is known. */
  get canRecall(): boolean {
    return this.#record !== undefined;
  }

  find(inode: FoundInode): ScrubEntry | undefined {
    return this.#guard(() => this.#record?.find(inode));
  }

  note(inode: FoundInode, news: InodeNews): void {
    if (this.#writable) this.#guard(() => this.#record?.note(inode, news));
  }

  /** Begins a run; see {@link ScrubRecord.startRun}. */
  startRun(
    scope: string,
    { nowSec, resume }: { nowSec: number; resume: boolean },
  ): { startedAtSec: number; resumed: boolean } {
    const fresh = { startedAtSec: nowSec, resumed: false };
    const record = this.#record;
    if (record === undefined) return fresh;
    if (this.#writable) {
      const started = this.#guard(() => record.startRun(scope, { nowSec, resume }));
      if (started !== undefined) return started;
    }
    const since = resume ? this.#guard(() => record.unfinishedSince(scope)) : undefined;
    return since === undefined ? fresh : { startedAtSec: since, resumed: true };
  }

  finishRun(scope: string, { startedAtSec }: { startedAtSec: number }): void {
    if (this.#writable) this.#guard(() => this.#record?.finishRun(scope, { startedAtSec }));
  }

  /** Forgets the inodes that `isThere` does not know; `row` 0 of what it gets has the number. */
  forgetGone(isThere: (stats: StatTable) => boolean): void {
    if (!this.#writable) return;
    this.#guard(() => {
      this.#record?.flush();
      this.#record?.forget((inode) => !isThere(this.#rowOf(inode)));
    });
  }

  /** Writes what was noted, if that was last done a while ago. */
  flushSometimes(nowMs: number): void {
    if (nowMs - this.#flushedMs < FLUSH_MS) return;
    this.#flushedMs = nowMs;
    this.flush();
  }

  flush(): void {
    if (this.#writable) this.#guard(() => this.#record?.flush());
  }

  close(): void {
    this.#record?.close();
  }

  #rowOf({ device, inoHigh, inoLow }: RecordedInode): StatTable {
    const stats = new StatTable(1);
    const [major = 0, minor = 0] = device === ""
      ? [this.#own.get(0, STAT.devMajor), this.#own.get(0, STAT.devMinor)]
      : device.split(":").map(Number);
    stats.set(0, STAT.devMajor, major);
    stats.set(0, STAT.devMinor, minor);
    stats.set(0, STAT.inoHigh, inoHigh);
    stats.set(0, STAT.inoLow, inoLow);
    return stats;
  }

  /** The step's result; what SQLite refuses ends the writing, nothing else. */
  #guard<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") {
        throw error;
      }
      if (this.#writable) this.#onLost(error.message);
      this.#writable = false;
      return undefined;
    }
  }
}
