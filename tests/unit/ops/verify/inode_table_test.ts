import assert from "node:assert/strict";
import { STAT, StatTable } from "../../../../src/fs/stat_table.ts";
import { INODE, InodeTable } from "../../../../src/ops/verify/inode_table.ts";
import { fc } from "../../../support/property.ts";

function row([low, high, minor]: readonly [low: number, high: number, minor: number]): StatTable {
  const stats = new StatTable(1);
  stats.set(0, STAT.inoLow, low);
  stats.set(0, STAT.inoHigh, high);
  stats.set(0, STAT.devMinor, minor);
  return stats;
}

const INODES = fc.tuple(
  fc.oneof(fc.nat(20), fc.constantFrom(2 ** 31, 2 ** 32 - 1)),
  fc.constantFrom(0, 1, 2 ** 32 - 1),
  fc.nat(2),
);

Deno.test("an inode table numbers inodes in the order of their first name and counts the names", () => {
  fc.assert(fc.property(fc.array(INODES, { maxLength: 300 }), (inodes) => {
    const table = new InodeTable();
    const names = new Map<string, number>();
    const numbers = new Map<string, number>();
    for (const inode of inodes) {
      const key = inode.join();
      const number = table.add(row(inode), 0);
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      names.set(key, (names.get(key) ?? 0) + 1);
      assert.strictEqual(number, numbers.get(key));
    }
    assert.strictEqual(table.size, numbers.size);
    for (const inode of inodes) {
      const number = numbers.get(inode.join()) ?? -1;
      assert.strictEqual(table.find(row(inode), 0), number);
      assert.strictEqual(table.names(number), names.get(inode.join()));
    }
    assert.strictEqual(table.find(row([77, 77, 77]), 0), undefined);
  }));
});

Deno.test("flags, tags and counts of an inode do not touch each other", () => {
  const table = new InodeTable();
  const inode = table.add(row([1, 0, 0]), 0);
  table.setTag(inode, 0xffff_ffff);
  table.setFlag(inode, INODE.damaged);
  table.add(row([1, 0, 0]), 0);
  table.setFlag(inode, INODE.modeKnown);
  const seen = [table.names(inode), table.flags(inode), table.tag(inode)];
  assert.deepStrictEqual(seen, [2, INODE.damaged | INODE.modeKnown, 0xffff_ffff]);
});

Deno.test("an inode table keeps hundreds of thousands apart", () => {
  const table = new InodeTable();
  const stats = new StatTable(1);
  const count = 200_000;
  for (let i = 0; i < count; i++) {
    stats.set(0, STAT.inoLow, i * 7);
    assert.strictEqual(table.add(stats, 0), i);
  }
  stats.set(0, STAT.inoLow, (count - 1) * 7);
  assert.deepStrictEqual([table.find(stats, 0), table.size], [count - 1, count]);
});
