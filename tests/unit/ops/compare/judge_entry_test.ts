import assert from "node:assert/strict";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import type { Difference } from "../../../../src/ops/compare/difference.ts";
import { CompareCounter, differenceCount } from "../../../../src/ops/compare/difference.ts";
import { judgeEntry, judgeFile } from "../../../../src/ops/compare/judge_entry.ts";
import type { TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";
import type { EntryRecord } from "../../../../src/store/section.ts";

interface Sample {
  readonly type?: EntryType;
  readonly size?: number;
  readonly mode?: number;
  readonly mtime?: number;
  readonly record?: EntryRecord;
  readonly isStored?: boolean;
}

function entry({ type = "file", size = 5, mode = 0o644, mtime = 1, ...rest }: Sample): TreeEntry {
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, TYPE_BITS[type] | mode);
  stats.set(0, STAT.sizeBytes, size);
  stats.set(0, STAT.mtimeSec, mtime);
  const place = { relPath: "", name: "x" };
  return { relPath: "x", place, stats, row: 0, record: undefined, isStored: false, ...rest };
}

const ALL = { metadata: true, fast: false };

function kindOf(outcome: Difference | "equal" | "read"): string {
  return typeof outcome === "string" ? outcome : outcome.kind;
}

const CASES: readonly (readonly [outcome: string, what: string, Sample, Sample, typeof ALL])[] = [
  ["read", "files have the same size", {}, {}, ALL],
  ["size", "files have another size", {}, { size: 6 }, ALL],
  ["size", "and so without reading", {}, { size: 6 }, { ...ALL, fast: true }],
  ["equal", "nothing is to be read", {}, {}, { ...ALL, fast: true }],
  ["metadata", "nothing is to be read and the time differs", {}, { mtime: 2 }, {
    ...ALL,
    fast: true,
  }],
  ["equal", "attributes were not read", { record: { xattrs: [["a", new Uint8Array(0)]] } }, {}, {
    ...ALL,
    fast: true,
  }],
  ["type", "a directory took its place", {}, { type: "dir" }, ALL],
  ["target", "a link leads elsewhere", { type: "link", record: { linkTarget: "a" } }, {
    type: "link",
    record: { linkTarget: "b" },
  }, ALL],
  ["metadata", "a directory has another mode", { type: "dir" }, { type: "dir", mode: 0 }, ALL],
  ["equal", "metadata does not count", { type: "dir" }, { type: "dir", mode: 0 }, {
    ...ALL,
    metadata: false,
  }],
  ["equal", "metadata is that of a stored file", { type: "dir", isStored: true }, {
    type: "dir",
    mode: 0,
  }, ALL],
];

for (const [outcome, what, stored, source, scope] of CASES) {
  Deno.test(`an entry is judged "${outcome}" when ${what}`, () => {
    assert.strictEqual(kindOf(judgeEntry(entry(stored), entry(source), scope)), outcome);
  });
}

function judgeRead(stored: Sample, now: Sample, digest: string): Difference | "equal" {
  const source = entry({});
  const { stats, row, record } = entry(now);
  const reading = { digest, stats, row, xattrs: record?.xattrs ?? [], problems: [] };
  return judgeFile({ stored: entry(stored), source, reading }, "recorded", ALL);
}

Deno.test("what counts of a file is what it was when it was read", () => {
  assert.strictEqual(judgeRead({}, {}, "recorded"), "equal");
  assert.strictEqual(kindOf(judgeRead({}, { size: 6 }, "recorded")), "size");
  assert.strictEqual(kindOf(judgeRead({}, { mode: 0o600 }, "recorded")), "metadata");
  const xattrs = [["user.a", Uint8Array.of(1)]] as const;
  assert.strictEqual(
    judgeRead({ record: { xattrs } }, { record: { xattrs } }, "recorded"),
    "equal",
  );
});

Deno.test("other content is suspect when size and time are the same", () => {
  const [rotten, edited] = [judgeRead({}, {}, "other"), judgeRead({}, { mtime: 2 }, "other")];
  assert.ok(typeof rotten === "object" && typeof edited === "object");
  assert.deepStrictEqual([rotten.kind, rotten.suspect], ["content", true]);
  assert.deepStrictEqual([edited.kind, edited.suspect], ["content", undefined]);
});

Deno.test("each entry has one outcome, and the counts add up", () => {
  const counter = new CompareCounter();
  const difference = { relPath: "x", type: "file", sizeBytes: 5 } as const;
  counter.outcome("equal");
  counter.outcome("failed");
  counter.outcome({ kind: "new", ...difference });
  counter.outcome({ kind: "content", ...difference, suspect: true });
  const { entries, equal, failed, suspect } = counter.totals;
  assert.deepStrictEqual([entries, equal, failed, suspect], [4, 1, 1, 1]);
  assert.strictEqual(equal + failed + differenceCount(counter.totals), entries);
});
