/**
 * Decides which stored files are read, each inode once, and what follows from what was read.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { ReadQueue } from "../../store/read_queue.ts";
import type { FoundInode } from "../../store/scrub_table.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import { ContentCheck, type FileToRead, type ReadResult } from "./content_check.ts";
import type { Difference } from "./finding.ts";
import { INODE, type InodeTable } from "./inode_table.ts";
import type { ProgressTally } from "./progress_tally.ts";
import type { SoundFile } from "./recorded_check.ts";
import type { ScrubMemory } from "./scrub_memory.ts";
import type { Look, TargetState } from "./target_state.ts";
import { READ, type ReadAnswer, type ReadCall } from "./threads/verify_messages.ts";

/** What a {@link Reading} works with. */
export interface ReadingOptions {
  readonly pool: LanePool<ReadCall, ReadAnswer>;
  readonly maxJobs: number;
  readonly table: InodeTable;
  readonly memory: ScrubMemory;
  readonly tally: ProgressTally;
  /** Indexed by their numbers. */
  readonly targets: readonly TargetState[];
  /** Whether files wait until all of them are known, to be read in the order of their age. */
  readonly late: boolean;
  /** Inodes that were found sound since then are not read again; undefined: all are. */
  readonly readSinceSec: number | undefined;
  readonly nowSec: () => number;
  /** Looks at a path relative to the backup root. */
  readonly look: (relPath: string) => Look;
}

/** SHA-256 and SHA-512 of nothing. */
const EMPTY = new Set([
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
  "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
]);

/** An inode whose content is not what it should be, and the names for which that was told. */
export interface Damage {
  readonly difference: Difference;
  readonly told: Set<string>;
}

/** See the module text. */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #content: ContentCheck<TargetState>;
  readonly #queue: ReadQueue | undefined;
  readonly #damages = new Map<number, Damage>();
  readonly #replacements = new WeakSet<FileToRead>();
  /** Each inode once. */
  readonly total = { inodes: 0, bytes: 0 };
  /** Inodes that were to be read and were not, because the time was up. */
  stopped = 0;
  /** Inodes that an earlier run, which this one goes on with, has read. */
  readonly skipped = { inodes: 0, bytes: 0 };

  constructor(options: ReadingOptions) {
    const { pool, maxJobs, late } = options;
    this.#options = options;
    this.#content = new ContentCheck(pool, {
      maxJobs,
      dirOf: (target) => target?.dir ?? "",
      onResult: (file, result) => this.#take(file, result),
    });
    this.#queue = late ? new ReadQueue() : undefined;
  }

  /** By number of the inode. */
  get damages(): ReadonlyMap<number, Damage> {
    return this.#damages;
  }

  /** Counts a file, if its inode is met for the first time. */
  count(file: SoundFile, { isNew }: { isNew: boolean }): void {
    if (!isNew) return;
    this.total.inodes++;
    this.total.bytes += file.stats.sizeBytes(file.row);
  }

  /** A name of inode `inode` was met; `isNew`: for the first time. */
  add(
    target: TargetState,
    file: SoundFile,
    { inode, isNew }: { inode: number; isNew: boolean },
  ): void {
    const { table } = this.#options;
    const sizeBytes = file.stats.sizeBytes(file.row);
    this.count(file, { isNew });
    const digestTag = file.digest === "" ? 0 : Number.parseInt(file.digest.slice(0, 8), 16) | 1;
    const isNewDigest = digestTag !== 0 && table.tag(inode) !== digestTag >>> 0;
    if (!isNew && !isNewDigest) {
      if ((table.flags(inode) & INODE.damaged) !== 0) {
        this.tell(target, joinRel(file.dir, file.name), inode);
      }
      return;
    }
    // Manifests that disagree about an inode cannot all be right: it is read for each of them.
    table.setTag(inode, digestTag);
    if (sizeBytes === 0) return this.#takeEmpty(target, file);
    this.#enqueue(target, file, inode);
  }

  /** Waits while the readers have enough to do. */
  async room(): Promise<void> {
    await this.#content.room();
  }

  /** Reads what waits, those first that were not read for longest, `share` of the bytes of all. */
  async readLate(
    { share, isTimeUp }: { share: number; isTimeUp: () => boolean },
  ): Promise<{ isComplete: boolean }> {
    const queue = this.#queue;
    if (queue === undefined) return { isComplete: true };
    const { tally, targets } = this.#options;
    const wanted = share * this.total.bytes;
    let [files, bytes] = [0, 0];
    tally.bytesFound = Math.min(wanted, queue.total.bytes);
    tally.entriesFound += Math.ceil(share * queue.total.files);
    for (const { snapshot, inode, ...file } of queue.oldestFirst()) {
      if (bytes >= wanted) return { isComplete: true };
      if (isTimeUp()) {
        this.stopped += queue.total.files - files;
        return { isComplete: false };
      }
      const target = targets[snapshot];
      if (target !== undefined) this.#content.add(file, target, { inode });
      files++;
      bytes += file.stats.sizeBytes(file.row);
      await this.#content.room();
    }
    return { isComplete: true };
  }

  /** Waits for all that is being read. */
  async settled(): Promise<void> {
    await this.#content.settled();
  }

  close(): void {
    this.#queue?.close();
  }

  /** Tells a damage of an inode for one more of its names, once. */
  tell(target: TargetState, relPath: string, inode: number): void {
    const damage = this.#damages.get(inode);
    const name = `${target.number}\0${relPath}`;
    if (damage === undefined || damage.told.has(name)) return;
    damage.told.add(name);
    target.report(relPath, damage.difference);
  }

  #enqueue(target: TargetState, file: SoundFile, inode: number): void {
    const { memory, readSinceSec, tally } = this.#options;
    const sizeBytes = file.stats.sizeBytes(file.row);
    const queue = this.#queue;
    const isAsked = queue !== undefined || readSinceSec !== undefined;
    const known = isAsked ? memory.find(foundInode(file)) : undefined;
    const readAtSec = known?.readAtSec ?? 0;
    if (readSinceSec !== undefined && readAtSec >= readSinceSec && known?.damaged === false) {
      this.skipped.inodes++;
      this.skipped.bytes += sizeBytes;
      return;
    }
    if (queue === undefined) {
      tally.entriesFound++;
      tally.bytesFound += sizeBytes;
      this.#content.add(file, target, { inode });
      return;
    }
    memory.note(foundInode(file), { readAtSec: undefined, damaged: false, mode: undefined });
    // Without memory chance decides, or it would be the same files each time.
    const position = memory.canRecall ? queue.total.files : Math.floor(Math.random() * 2 ** 31);
    queue.add(file, { snapshot: target.number, inode }, { readAtSec, position });
  }

  #takeEmpty(target: TargetState, file: SoundFile): void {
    target.counts.filesRead++;
    if (file.digest === "" || EMPTY.has(file.digest)) return;
    const reason = `it is empty, content with the digest ${file.digest} is recorded`;
    target.report(joinRel(file.dir, file.name), { code: "content", reason });
  }

  #take(file: FileToRead, { target, inode, outcome, detail }: ReadResult<TargetState>): void {
    const { tally } = this.#options;
    if (outcome === READ.stopped) {
      this.stopped++;
      return;
    }
    const sizeBytes = file.stats.sizeBytes(file.row);
    tally.entriesDone++;
    tally.bytesDone += sizeBytes;
    if (outcome !== READ.unreadable && outcome !== READ.replaced) {
      target.counts.filesRead++;
      target.counts.bytesRead += sizeBytes;
    }
    if (outcome !== READ.replaced) this.#remember(file, { inode, damaged: outcome !== READ.ok });
    if (outcome === READ.ok) return;
    const relPath = joinRel(file.dir, file.name);
    if (outcome === READ.replaced) {
      if (this.#readAgain(file, target)) return;
      const reason = "it went away, or became another file, while it was verified";
      return target.report(relPath, { code: "missing", reason });
    }
    const difference: Difference = outcome === READ.unreadable
      ? { code: "unreadable", reason: detail }
      : { code: "content", reason: contentReason(file.digest, detail) };
    this.#options.table.setFlag(inode, INODE.damaged);
    if (!this.#damages.has(inode)) this.#damages.set(inode, { difference, told: new Set() });
    this.tell(target, relPath, inode);
  }

  /**
   * Reads what has the name now, once: a rebuild puts one file in place of another of the same content.
   * False when there is no such file.
   */
  #readAgain(file: FileToRead, target: TargetState): boolean {
    if (this.#replacements.has(file)) return false;
    const { stats } = this.#options.look(joinRel(target.dir, joinRel(file.dir, file.name)));
    if (stats?.type(0) !== "file") return false;
    if (stats.sizeBytes(0) !== file.stats.sizeBytes(file.row)) return false;
    const again = { ...file, stats, row: 0 };
    this.#replacements.add(again);
    this.#content.add(again, target, { inode: this.#options.table.add(stats, 0) });
    return true;
  }

  #remember(
    file: FileToRead,
    { inode, damaged }: { inode: number; damaged: boolean },
  ): void {
    const { memory, table, nowSec } = this.#options;
    const isRight = (table.flags(inode) & INODE.modeKnown) !== 0;
    const mode = isRight ? file.stats.permissions(file.row) : undefined;
    memory.note(foundInode(file), { readAtSec: nowSec(), damaged, mode });
  }
}

function foundInode({ stats, row, digest }: FileToRead): FoundInode {
  return { stats, row, digest: digest === "" ? undefined : digest };
}

/** Hex digits of a SHA-256. */
const SHA256_DIGITS = 64;

function contentReason(wanted: string, found: string): string {
  const kind = wanted.length === SHA256_DIGITS ? "SHA-256" : "SHA-512";
  return `its content has the ${kind} ${found}, ${wanted} is recorded`;
}
