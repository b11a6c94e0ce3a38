import assert from "node:assert/strict";
import type { HashAnswer } from "../../../../src/backup/hash/hash_messages.ts";
import { FATE } from "../../../../src/backup/hash/hash_messages.ts";
import { STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import { ContentQueue } from "../../../../src/ops/compare/content_queue.ts";
import type { ReadCall } from "../../../../src/ops/compare/reader_thread.ts";
import type { TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";
import type { Lane } from "../../../../src/threads/lane.ts";
import { LanePool } from "../../../../src/threads/lane_pool.ts";

function file(relPath: string, sizeBytes = 1): TreeEntry {
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, TYPE_BITS.file);
  stats.set(0, STAT.sizeBytes, sizeBytes);
  const place = { relPath: "", name: relPath };
  return { relPath, place, stats, row: 0, record: undefined, isStored: false };
}

/** A lane whose answers wait until they are let go; a digest is `side:path`. */
function heldLane(side: string) {
  const held: (() => void)[] = [];
  const lane: Lane<ReadCall, HashAnswer> = {
    call: ({ files: { groups } }) => {
      const paths = groups.flatMap(({ relPath, names }) =>
        names.map((name) => relPath === "" ? name : `${relPath}/${name}`)
      );
      const answer: HashAnswer = {
        fates: new Uint8Array(paths.length).fill(FATE.hashed),
        digests: paths.map((path) => `${side}:${path}`),
        rows: new Map(),
        xattrs: new Map(),
        problems: [],
        refused: [],
        unsettled: [],
      };
      return new Promise((resolve) => held.push(() => resolve(answer)));
    },
    close: () => Promise.resolve(),
  };
  return { lane, held, letGo: () => held.splice(0).forEach((answer) => answer()) };
}

function makeQueue() {
  const source = heldLane("source");
  const stored = heldLane("stored");
  const pools = { source: new LanePool([source.lane]), stored: new LanePool([stored.lane]) };
  const settled: string[] = [];
  const queue = new ContentQueue(pools);
  const ready = (name: string) =>
    queue.add({ kind: "ready", settle: () => void settled.push(name) });
  const read = (relPath: string, options: { readsStored?: boolean; sizeBytes?: number } = {}) => {
    const { readsStored = false, sizeBytes } = options;
    const pair = { stored: file(relPath), source: file(relPath, sizeBytes), readsStored };
    return queue.add({
      kind: "files",
      pair,
      settle: (own, other) => void settled.push(`${own.digest} ${other?.digest}`),
    });
  };
  return { queue, source, stored, settled, ready, read };
}

Deno.test("all is settled in the order in which it came, read or not", async () => {
  const { queue, source, stored, settled, ready, read } = makeQueue();
  await ready("a");
  await read("dir/b", { readsStored: true });
  await read("dir/c");
  await read("d");
  await ready("e");
  assert.deepStrictEqual([settled, source.held.length], [[], 0]);
  const finished = queue.finish();
  await Promise.resolve();
  assert.deepStrictEqual([source.held.length, stored.held.length], [1, 1]);
  source.letGo();
  stored.letGo();
  await finished;
  assert.deepStrictEqual(settled, [
    "a",
    "source:dir/b stored:dir/b",
    "source:dir/c undefined",
    "source:d undefined",
    "e",
  ]);
});

Deno.test("large files go out at once, and no more of them than may be under way", async () => {
  const { queue, source, settled, read } = makeQueue();
  const added: string[] = [];
  const feed = async () => {
    for (let i = 0; i < 12; i++) {
      await read(`f${i}`, { sizeBytes: 2 ** 30 });
      added.push(`f${i}`);
    }
  };
  const feeding = feed();
  await turns();
  assert.deepStrictEqual([added.length, settled.length], [8, 0]);
  while (added.length < 12) {
    source.letGo();
    await turns();
  }
  await feeding;
  const finished = queue.finish();
  while (settled.length < 12) {
    source.letGo();
    await turns();
  }
  await finished;
  assert.deepStrictEqual(
    settled.map((line) => line.split(" ")[0]),
    added.map((f) => `source:${f}`),
  );
});

Deno.test("a lane that fails is thrown when its turn comes", async () => {
  const failing: Lane<ReadCall, HashAnswer> = {
    call: () => Promise.reject(new Error("it failed")),
    close: () => Promise.resolve(),
  };
  const pool = new LanePool([failing]);
  const queue = new ContentQueue({ source: pool, stored: pool });
  const settled: string[] = [];
  await queue.add({ kind: "ready", settle: () => void settled.push("a") });
  const pair = { stored: file("b"), source: file("b"), readsStored: false };
  await queue.add({ kind: "files", pair, settle: () => void settled.push("b") });
  await assert.rejects(queue.finish(), /it failed/);
  assert.deepStrictEqual(settled, []);
});

/** Lets everything happen that waits for nothing else. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
