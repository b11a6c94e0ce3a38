import assert from "node:assert/strict";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { InodeStore } from "../../../src/store/inode_store.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];

Deno.test("InodeStore keeps inodes apart by device and number, also above 2^53", () => {
  using place = makeStore();
  const { store } = place;
  const huge = inode({ high: 0xffff_ffff, low: 0xffff_fff0 });
  const near = inode({ high: 0xffff_ffff, low: 0xffff_fff1 });
  put(store, huge, { digest: A, path: "x" });
  assert.strictEqual(store.find(huge, 0)?.digest, A);
  assert.strictEqual(store.find(near, 0), undefined);
  assert.strictEqual(
    store.find(inode({ high: 0xffff_ffff, low: 0xffff_fff0, dev: 9 }), 0),
    undefined,
  );
});

Deno.test("of equal contents the inode with the most links is kept, then the first", () => {
  using place = makeStore();
  const { store } = place;
  const rows = [inode({ low: 1 }), inode({ low: 2, nlink: 3 }), inode({ low: 3 })];
  for (const [i, row] of rows.entries()) put(store, row, { digest: A, path: `p${i}` });
  put(store, inode({ low: 4 }), { digest: B, path: "other" });
  put(store, inode({ low: 5, size: 0 }), { digest: A, path: "empty" });
  const found = store.findDuplicates({ minSizeBytes: 0, sameMetadata: false });
  assert.deepStrictEqual(found, { inodes: 2, names: 2, bytes: 20 });
  const kept = (row: StatTable) => store.keeperFor(row, 0)?.keeper.relPath;
  assert.deepStrictEqual(rows.map(kept), ["p1", undefined, "p1"]);
  assert.deepStrictEqual([store.hasDuplicates(A), store.hasDuplicates(B)], [true, false]);

  const { keeper, id } = store.keeperFor(rows[0] ?? inode({}), 0) ?? assert.fail();
  store.setKeeper(keeper.group, { id, snapshot: 7, relPath: "now" });
  assert.deepStrictEqual(rows.map(kept), [undefined, "now", "now"]);
});

Deno.test("what is damaged, of another size or changed since is nobody's equal", () => {
  using place = makeStore();
  const { store } = place;
  const [good, bad, small] = [inode({ low: 1 }), inode({ low: 2 }), inode({ low: 3, size: 9 })];
  for (const row of [good, bad, small]) put(store, row, { digest: A, path: "p" });
  store.markUnsound(store.find(bad, 0)?.id ?? -1);
  assert.strictEqual(store.findDuplicates({ minSizeBytes: 0, sameMetadata: false }).inodes, 0);

  using second = makeStore();
  for (const low of [1, 2]) put(second.store, inode({ low }), { digest: A, path: "p" });
  second.store.findDuplicates({ minSizeBytes: 0, sameMetadata: false });
  assert.ok(second.store.keeperFor(inode({ low: 2 }), 0));
  assert.strictEqual(second.store.keeperFor(inode({ low: 2, mtime: 6 }), 0), undefined);
});

Deno.test("a damaged file's digest leads to a sound file that has it", () => {
  using place = makeStore();
  const { store } = place;
  put(store, inode({ low: 1 }), { digest: A, path: "sound" });
  store.addFault("damaged", { snapshot: 1, relPath: "bad", digest: A, sizeBytes: 10 });
  store.addFault("damaged", { snapshot: 1, relPath: "lost", digest: B, sizeBytes: 10 });
  const found = [...store.damaged()].map(({ at, sound }) => [at.relPath, sound?.relPath]);
  assert.deepStrictEqual(found, [["bad", "sound"], ["lost", undefined]]);
  assert.ok(store.hasFault("damaged", { snapshot: 1, relPath: "bad" }));
  assert.ok(!store.hasFault("stored", { snapshot: 1, relPath: "bad" }));
});

function makeStore(): Disposable & { store: InodeStore } {
  const store = new InodeStore();
  return { store, [Symbol.dispose]: () => store.close() };
}

function inode(
  { high = 0, low = 1, dev = 8, size = 10, nlink = 1, mtime = 5 }: Record<string, number>,
): StatTable {
  const stats = new StatTable(1);
  stats.set(0, STAT.devMajor, dev);
  stats.set(0, STAT.inoHigh, high);
  stats.set(0, STAT.inoLow, low);
  stats.set(0, STAT.sizeBytes, size);
  stats.set(0, STAT.nlink, nlink);
  stats.set(0, STAT.mtimeSec, mtime);
  return stats;
}

function put(
  store: InodeStore,
  stats: StatTable,
  { digest = "", path }: { digest: string | undefined; path: string },
): void {
  const at = { snapshot: 0, relPath: path };
  store.put({ digest, sha512: "", attributed: false }, { stats, row: 0, at });
}
