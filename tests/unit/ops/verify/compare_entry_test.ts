import assert from "node:assert/strict";
import { STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import {
  compareEntry,
  isMode,
  isSameFile,
  isStoredMode,
  timeText,
} from "../../../../src/ops/verify/compare_entry.ts";
import type { EntryRecord } from "../../../../src/store/section.ts";

const OWNED = { owners: true };

interface Row {
  readonly type?: keyof typeof TYPE_BITS;
  readonly mode?: number;
  readonly size?: number;
  readonly sec?: number;
  readonly nsec?: number;
  readonly uid?: number;
  readonly minor?: number;
}

function stats(
  { type = "file", mode = 0o644, size = 3, sec = 5, nsec = 7, uid = 1, minor = 0 }: Row,
) {
  const table = new StatTable(1);
  table.set(0, STAT.mode, TYPE_BITS[type] | mode);
  table.set(0, STAT.sizeBytes, size);
  table.set(0, STAT.mtimeSec, sec);
  table.set(0, STAT.mtimeNsec, nsec);
  table.set(0, STAT.uid, uid);
  table.set(0, STAT.rdevMinor, minor);
  return table;
}

function codes(
  [recorded, found]: readonly [Row, Row],
  { record, target, rules = OWNED }: {
    record?: EntryRecord;
    target?: string;
    rules?: { owners: boolean };
  } = {},
): string[] {
  const wanted = { stats: stats(recorded), row: 0, record };
  const there = { stats: stats(found), row: 0, linkTarget: target };
  return compareEntry(wanted, there, rules).map(({ code }) => code);
}

Deno.test("a file is compared by type, size and time; mode and owner are its inode's", () => {
  assert.deepStrictEqual(codes([{}, { mode: 0o600, uid: 9 }]), []);
  assert.deepStrictEqual(codes([{}, { size: 4 }]), ["size"]);
  assert.deepStrictEqual(codes([{}, { sec: 6 }]), ["mtime"]);
  assert.deepStrictEqual(codes([{}, { nsec: 8 }]), ["mtime"]);
  assert.deepStrictEqual(codes([{}, { type: "dir", size: 9 }]), ["type"]);
});

Deno.test("where the manifest has the time of the inode, that counts", () => {
  const record = { storedMtime: { sec: 1, nsec: 2 } };
  assert.deepStrictEqual(codes([{}, { sec: 1, nsec: 2 }], { record }), []);
  assert.deepStrictEqual(codes([{}, {}], { record }), ["mtime"]);
  const found = { stats: stats({ sec: 1, nsec: 2 }), row: 0 };
  assert.strictEqual(isSameFile({ stats: stats({}), row: 0, record }, found), true);
  assert.strictEqual(isSameFile({ stats: stats({}), row: 0, record: undefined }, found), false);
});

Deno.test("directories and special files have their own mode and owner", () => {
  const dir = { type: "dir" } as const;
  assert.deepStrictEqual(codes([dir, { ...dir, size: 4096 }]), []);
  assert.deepStrictEqual(codes([dir, { ...dir, mode: 0o755, uid: 2 }]), ["mode", "owner"]);
  const pipe = { type: "fifo", sec: 9, mode: 0o600 } as const;
  assert.deepStrictEqual(codes([{ type: "fifo" }, pipe]), ["mtime", "mode"]);
  assert.deepStrictEqual(codes([{ type: "char" }, { type: "char", minor: 3 }]), ["target"]);
});

Deno.test("owners count only where they could be given, and so do setuid and setgid", () => {
  const rules = { owners: false };
  const dir = { type: "dir", mode: 0o2775 } as const;
  assert.deepStrictEqual(codes([dir, { ...dir, mode: 0o775, uid: 9 }], { rules }), []);
  assert.deepStrictEqual(codes([dir, { ...dir, mode: 0o774 }], { rules }), ["mode"]);
  assert.deepStrictEqual([isMode(0o4755, 0o755, OWNED), isMode(0o4755, 0o755, rules)], [
    false,
    true,
  ]);
});

Deno.test("a symlink is compared by target and time", () => {
  const link = { type: "link" } as const;
  const record = { linkTarget: "a" };
  assert.deepStrictEqual(codes([link, link], { record, target: "a" }), []);
  assert.deepStrictEqual(codes([link, link], { record, target: "b" }), ["target"]);
  assert.deepStrictEqual(codes([link, { ...link, sec: 0 }], { record, target: "a" }), ["mtime"]);
});

Deno.test("times are shown to the nanosecond, whatever they are", () => {
  assert.strictEqual(timeText(-1, 5), "1969-12-31 23:59:59.000000005 UTC");
  assert.strictEqual(timeText(2 ** 52, 0), `${2 ** 52}.000000000 s after 1970`);
});

Deno.test("a stored file may lack write bits, and nothing else", () => {
  assert.ok(isStoredMode(0o444, 0o644, OWNED));
  assert.ok(isStoredMode(0o644, 0o644, OWNED));
  assert.ok(isStoredMode(0o4555, 0o4755, OWNED));
  assert.ok(!isStoredMode(0o644, 0o444, OWNED), "it has a bit more");
  assert.ok(!isStoredMode(0o404, 0o644, OWNED), "it lacks a bit for reading");
  assert.ok(!isStoredMode(0o464, 0o666, OWNED), "it lost one of three");
});
