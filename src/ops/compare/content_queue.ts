/**
 * Reads files in the order in which they are met, many at a time and a bounded number ahead, and
 * hands everything on in that order, what needs no reading as well.
 *
 * @module
 */
import type { FileList, HashAnswer } from "../../backup/hash/hash_messages.ts";
import { FATE } from "../../backup/hash/hash_messages.ts";
import type { Problem } from "../../base/problem.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import type { TreeEntry } from "../diff/entry_cursor.ts";
import type { ReadCall } from "./reader_thread.ts";

/** A batch ends with that many items, or that many bytes to read. */
const BATCH_ITEMS = 500;
const BATCH_BYTES = 64 << 20;

/** Batches under way or waiting for their turn. */
const BATCHES_AHEAD = 8;

/** What reading a file said. */
export interface FileReading {
  /** Undefined when it could not be read. */
  readonly digest: string | undefined;
  /** What it was when it was read. */
  readonly stats: StatTable;
  readonly row: number;
  readonly xattrs: Xattrs;
  readonly problems: readonly Problem[];
}

/** A pair of files whose contents have to be looked at. */
export interface FilePair {
  readonly stored: TreeEntry;
  readonly source: TreeEntry;
  /** Whether the stored file is to be read too. */
  readonly readsStored: boolean;
}

/** An item: something that is told when its turn comes, or files to be read first. */
export type QueueItem =
  | { readonly kind: "ready"; readonly settle: () => void }
  | {
    readonly kind: "files";
    readonly pair: FilePair;
    readonly settle: (source: FileReading, stored: FileReading | undefined) => void;
  };

type FileItem = Extract<QueueItem, { kind: "files" }>;

/** The threads of each side. */
export interface ReadingPools {
  readonly source: LanePool<ReadCall, HashAnswer>;
  readonly stored: LanePool<ReadCall, HashAnswer>;
}

/** See the module text. */
export class ContentQueue {
  readonly #pools: ReadingPools;
  readonly #batches: Promise<() => void>[] = [];
  #items: QueueItem[] = [];
  #bytes = 0;

  constructor(pools: ReadingPools) {
    this.#pools = pools;
  }

  /** Takes an item; resolves when there is room for another. */
  async add(item: QueueItem): Promise<void> {
    this.#items.push(item);
    if (item.kind === "files") {
      const { source } = item.pair;
      this.#bytes += source.stats.sizeBytes(source.row);
    }
    if (this.#items.length >= BATCH_ITEMS || this.#bytes >= BATCH_BYTES) await this.#dispatch();
  }

  /** Resolves when everything was settled. */
  async finish(): Promise<void> {
    await this.#dispatch();
    while (this.#batches.length > 0) await this.#settleOldest();
  }

  async #dispatch(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    const batch = this.#read(items);
    batch.catch(() => undefined); // thrown when its turn comes
    this.#batches.push(batch);
    while (this.#batches.length > BATCHES_AHEAD) await this.#settleOldest();
  }

  async #settleOldest(): Promise<void> {
    const settle = await this.#batches.shift();
    settle?.();
  }

  /** Resolves with what settles all of them. */
  async #read(items: readonly QueueItem[]): Promise<() => void> {
    const files = items.filter((item): item is FileItem => item.kind === "files");
    const twice = files.filter(({ pair }) => pair.readsStored);
    const [source, stored] = await Promise.all([
      readAll(this.#pools.source, files.map(({ pair }) => pair.source)),
      readAll(this.#pools.stored, twice.map(({ pair }) => pair.stored)),
    ]);
    return () => {
      for (const item of items) {
        if (item.kind === "ready") item.settle();
        else {
          const own = source.get(item.pair.source);
          if (own !== undefined) item.settle(own, stored.get(item.pair.stored));
        }
      }
    };
  }
}

async function readAll(
  pool: LanePool<ReadCall, HashAnswer>,
  entries: readonly TreeEntry[],
): Promise<Map<TreeEntry, FileReading>> {
  if (entries.length === 0) return new Map();
  const files = fileList(entries);
  const answer = await pool.lease((lane) => lane.call({ files }));
  const problems = Map.groupBy(answer.problems, ({ relPath }) => relPath);
  return new Map(entries.map((entry, index) => {
    const row = answer.rows.get(index);
    const hashed = answer.fates[index] === FATE.hashed;
    return [entry, {
      digest: hashed ? answer.digests[index] : undefined,
      stats: row === undefined ? entry.stats : new StatTable(row),
      row: row === undefined ? entry.row : 0,
      xattrs: answer.xattrs.get(index) ?? [],
      problems: problems.get(entry.relPath) ?? [],
    }];
  }));
}

function fileList(entries: readonly TreeEntry[]): FileList {
  const groups: { relPath: string; names: string[] }[] = [];
  const stats = new StatTable(entries.length);
  for (const [index, entry] of entries.entries()) {
    const slash = entry.relPath.lastIndexOf("/");
    const relPath = entry.relPath.slice(0, Math.max(slash, 0));
    const name = entry.relPath.slice(slash + 1);
    const last = groups.at(-1);
    if (last?.relPath === relPath) last.names.push(name);
    else groups.push({ relPath, names: [name] });
    stats.copyRow(index, entry.stats, entry.row);
  }
  return { groups, stats: stats.data };
}
