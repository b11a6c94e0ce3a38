/**
 * `backup.order = "newest-first"`: before the tree is made in its own order, the contents of all new
 * and changed files are stored, the newest first. Should the run be cut off, they are safe: they
 * lie in a directory that the next run takes over like any leftover.
 *
 * @module
 */
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";
import type { ContentIndex } from "../../store/content_index.ts";
import { NewestQueue, type QueuedFile } from "../../store/newest_queue.ts";
import { PreviousTree } from "./compare.ts";
import { FATE, type HashAnswer, type HashCall } from "../hash/hash_messages.ts";
import type { Lane } from "../../threads/lane.ts";
import type { PlanOptions } from "./plan_links.ts";
import type { PreviousSnapshot } from "../run/previous_snapshot.ts";
import type { WalkCall } from "../threads/thread_messages.ts";
import { walkBatches } from "../walk/walk_batches.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** Files and bytes that are stored between two looks at the index. */
const BATCH_FILES = 256;
const BATCH_BYTES = 64 << 20;

/** What {@link storeNewestFirst} works with. */
export interface NewestFirstOptions {
  /** A walk of the source of its own. */
  readonly walker: Lane<WalkCall, WalkedMessage[] | undefined>;
  /** A hasher that stores into the directory of the contents. */
  readonly hasher: Lane<HashCall, HashAnswer>;
  readonly previous: PreviousSnapshot | undefined;
  readonly isUnchanged: PlanOptions["isUnchanged"];
  readonly minSizeBytes: number;
  /** Absolute path of a temporary file, and what takes it away again. */
  readonly queuePath: string;
  readonly removeQueue: () => void;
  readonly index: ContentIndex;
  /** The directory of the contents, as the index knows it. */
  readonly snapshotId: number;
}

/** Stores the contents of new and changed files, newest first; returns how many. */
export async function storeNewestFirst(options: NewestFirstOptions): Promise<number> {
  const queue = new NewestQueue(options.queuePath);
  try {
    await fill(queue, options);
    let stored = 0;
    for (const batch of batches(queue)) {
      await storeBatch(batch, { ...options, first: stored });
      stored += batch.length;
    }
    return stored;
  } finally {
    queue.close();
    options.removeQueue();
  }
}

async function fill(queue: NewestQueue, options: NewestFirstOptions): Promise<void> {
  const previous = new PreviousTree(options.previous?.parts(), () => {});
  try {
    for await (const batch of walkBatches(options.walker)) {
      for (const section of batch) {
        const { entries } = await previous.match(section);
        const { stats } = section;
        for (const [i, name] of section.names.entries()) {
          const row = i + 1;
          const before = entries[i];
          if (stats.type(row) !== "file" || stats.sizeBytes(row) < options.minSizeBytes) continue;
          if (before !== undefined && options.isUnchanged(stats, row, before)) continue;
          queue.add(section.relPath, name, { stats, row });
        }
      }
    }
  } finally {
    await previous.close();
  }
}

function* batches(queue: NewestQueue): Generator<QueuedFile[]> {
  let batch: QueuedFile[] = [];
  let bytes = 0;
  for (const file of queue.newestFirst()) {
    batch.push(file);
    bytes += file.row[STAT.sizeBytes] ?? 0;
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function storeBatch(
  batch: readonly QueuedFile[],
  { hasher, index, snapshotId, first }: NewestFirstOptions & { first: number },
): Promise<void> {
  const stats = new StatTable(batch.length);
  for (const [i, { row }] of batch.entries()) stats.data.set(row, i * STAT_FIELDS);
  const groups = batch.map(({ dir, name }) => ({ relPath: dir, names: [name] }));
  const storedAs = batch.map((_, i) => String(first + i));
  const files = { groups, stats: stats.data };
  const answer = await hasher.call({ kind: "copy", files, storedAs });
  for (const [i, name] of storedAs.entries()) {
    if (answer.fates[i] !== FATE.stored) continue; // told when the tree is made
    const row = answer.rows.get(i);
    if (row !== undefined) stats.data.set(row, i * STAT_FIELDS);
    index.putIfAbsent(answer.digests[i] ?? "", {
      sizeBytes: stats.sizeBytes(i),
      mtimeSec: stats.get(i, STAT.mtimeSec),
      mtimeNsec: stats.get(i, STAT.mtimeNsec),
      snapshotId,
      relPath: name,
    });
  }
}
