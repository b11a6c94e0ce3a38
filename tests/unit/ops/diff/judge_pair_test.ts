import assert from "node:assert/strict";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import type { TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";
import { judgePair, metadataChanges, sameXattrs } from "../../../../src/ops/diff/judge_pair.ts";
import type { EntryRecord } from "../../../../src/store/section.ts";

interface Sample {
  readonly type?: EntryType;
  readonly stat?: Partial<Record<keyof typeof STAT, number>>;
  readonly record?: EntryRecord;
  readonly isStored?: boolean;
}

function entry({ type = "file", stat = {}, record, isStored = false }: Sample): TreeEntry {
  const stats = new StatTable(1);
  const all = { sizeBytes: 5, mtimeSec: 100, inoLow: 9, ...stat };
  for (const [field, value] of Object.entries(all)) {
    stats.set(0, Object.entries(STAT).find(([key]) => key === field)?.[1] ?? 0, value);
  }
  stats.set(0, STAT.mode, TYPE_BITS[type] | (stat.mode ?? 0o644));
  const place = { relPath: "", name: "x" };
  return { relPath: "x", place, stats, row: 0, record, isStored };
}

const digest = (value: string): Sample => ({ record: { digest: value } });
const later = { mtimeSec: 101 };

const CASES: readonly (readonly [verdict: string, what: string, Sample, Sample])[] = [
  ["same", "all is as it was but the inode", digest("a"), { ...digest("a"), stat: { inoLow: 1 } }],
  ["metadata", "the time differs", digest("a"), { ...digest("a"), stat: later }],
  ["content", "content and time differ", digest("a"), { ...digest("b"), stat: later }],
  ["content", "content and size differ", digest("a"), { ...digest("b"), stat: { sizeBytes: 6 } }],
  ["suspect", "content alone differs", digest("a"), digest("b")],
  ["type", "a symlink took its place", digest("a"), { type: "link" }],
  ["content", "a symlink has another target", { type: "link", record: { linkTarget: "a" } }, {
    type: "link",
    record: { linkTarget: "b" },
  }],
  ["content", "a device has another number", { type: "char", stat: { rdevMinor: 1 } }, {
    type: "char",
    stat: { rdevMinor: 2 },
  }],
  ["metadata", "a directory has another mode", { type: "dir" }, {
    type: "dir",
    stat: { mode: 0o700 },
  }],
  ["same", "metadata differs but is that of stored files", digest("a"), {
    ...digest("a"),
    stat: later,
    isStored: true,
  }],
  ["unknown", "one has no digest and another time", digest("a"), { stat: later, isStored: true }],
  ["same", "one has no digest, size and time are the same", digest("a"), { isStored: true }],
  ["content", "one has no digest and another size", digest("a"), { stat: { sizeBytes: 6 } }],
  ["same", "both are the same stored file", { isStored: true }, { isStored: true }],
  ["same", "SHA-512 is the same", { record: { sha512: "a" }, isStored: true }, {
    record: { sha512: "a" },
    stat: later,
    isStored: true,
  }],
  ["content", "what is only written down has another time", { record: { state: "recorded" } }, {
    record: { state: "recorded" },
    stat: later,
  }],
];

for (const [verdict, what, before, after] of CASES) {
  Deno.test(`the verdict is "${verdict}" when ${what}`, () => {
    assert.strictEqual(judgePair(entry(before), entry(after)), verdict);
  });
}

Deno.test("each attribute that differs is named", () => {
  const xattrs = [["user.x", Uint8Array.of(1)]] as const;
  const after = entry({ stat: { mode: 0o600, gid: 1, mtimeNsec: 1 }, record: { xattrs } });
  assert.deepStrictEqual(metadataChanges(entry({}), after), ["mode", "owner", "mtime", "xattrs"]);
});

Deno.test("attributes are the same in any order, not with other values", () => {
  const [a, b] = [["a", Uint8Array.of(1)], ["b", Uint8Array.of(2)]] as const;
  assert.ok(sameXattrs([a, b], [b, a]));
  assert.ok(!sameXattrs([a], [["a", Uint8Array.of(2)]]));
  assert.ok(!sameXattrs([a], [b]));
  assert.ok(!sameXattrs([a], []));
});
