import assert from "node:assert/strict";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../../src/fs/stat_table.ts";

Deno.test("StatTable tells the type and the permissions from the mode", () => {
  const table = new StatTable(1);
  const types = ["file", "dir", "link", "fifo", "socket", "char", "block"] as const;
  for (const type of types satisfies readonly EntryType[]) {
    table.set(0, STAT.mode, TYPE_BITS[type] | 0o6751);
    assert.deepStrictEqual([table.type(0), table.permissions(0)], [type, 0o6751]);
    assert.strictEqual(table.isDir(0), type === "dir");
  }
});

Deno.test("StatTable composes nanoseconds exactly, also before 1970", () => {
  const table = new StatTable(1);
  table.set(0, STAT.mtimeSec, -2);
  table.set(0, STAT.mtimeNsec, 999_999_999);
  table.set(0, STAT.ctimeSec, 1_795_250_329);
  table.set(0, STAT.ctimeNsec, 1);
  assert.strictEqual(table.mtimeNs(0), -1_000_000_001n);
  assert.strictEqual(table.ctimeNs(0), 1_795_250_329_000_000_001n);
});

Deno.test("StatTable.pick() copies the rows asked for, in that order", () => {
  const table = new StatTable(3);
  for (const row of [0, 1, 2]) table.set(row, STAT.sizeBytes, row * 10);
  const picked = table.pick([2, 0]);
  assert.deepStrictEqual([picked.capacity, picked.sizeBytes(0), picked.sizeBytes(1)], [2, 20, 0]);
  picked.set(1, STAT.sizeBytes, 99);
  assert.strictEqual(table.sizeBytes(0), 0);
});

Deno.test("StatTable over the buffer of another sees the same rows", () => {
  const table = new StatTable(2);
  table.set(1, STAT.uid, 7);
  assert.strictEqual(new StatTable(table.data).get(1, STAT.uid), 7);
});
