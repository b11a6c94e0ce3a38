import assert from "node:assert/strict";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { ReadQueue } from "../../../src/store/read_queue.ts";

Deno.test("a read queue gives files back, those first that were not read for longest", () => {
  const queue = new ReadQueue();
  const add = (name: string, { dir, readAtSec }: { dir: string; readAtSec: number }) => {
    const stats = new StatTable(3);
    stats.set(2, STAT.sizeBytes, name.length);
    stats.set(2, STAT.inoHigh, 2 ** 32 - 1);
    const file = { dir, name, stats, row: 2, digest: `d${readAtSec}` };
    queue.add(file, { snapshot: 3, inode: queue.total.files }, {
      readAtSec,
      position: queue.total.files,
    });
  };
  add("recent", { dir: "a", readAtSec: 30 });
  add("never\udcff", { dir: "a", readAtSec: 0 });
  add("old", { dir: "", readAtSec: 10 });
  add("never2", { dir: "b", readAtSec: 0 });
  assert.deepStrictEqual(queue.total, { files: 4, bytes: 21 });
  const files = [...queue.oldestFirst()];
  assert.deepStrictEqual(
    files.map(({ dir, name, digest, inode, snapshot }) => [dir, name, digest, inode, snapshot]),
    [
      ["a", "never\udcff", "d0", 1, 3],
      ["b", "never2", "d0", 3, 3],
      ["", "old", "d10", 2, 3],
      ["a", "recent", "d30", 0, 3],
    ],
  );
  const [first] = files;
  assert.strictEqual(first?.stats.sizeBytes(first.row), 6);
  assert.strictEqual(first?.stats.get(first.row, STAT.inoHigh), 2 ** 32 - 1);
  queue.close();
});
