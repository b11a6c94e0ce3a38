import assert from "node:assert/strict";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import { type Change, DiffCounter } from "../../../../src/ops/diff/change.ts";
import { ChangeList } from "../../../../src/ops/diff/change_list.ts";
import type { TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";

function entry(
  relPath: string,
  { type = "file", digest, scope = "" }: {
    type?: EntryType;
    digest?: string;
    scope?: string;
  } = {},
): TreeEntry {
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, TYPE_BITS[type]);
  stats.set(0, STAT.sizeBytes, 10);
  const inside = relPath.slice(scope === "" ? 0 : scope.length + 1);
  const place = { relPath: inside, name: undefined };
  const record = digest === undefined ? undefined : { digest };
  return { relPath, place, stats, row: 0, record, isStored: false };
}

function makeList(options: { renames?: boolean; limit?: number } = {}) {
  const lines: string[] = [];
  const changes: Change[] = [];
  let overflows = 0;
  const list = new ChangeList({
    renames: true,
    limit: 100,
    ...options,
    emit: (change) => {
      changes.push(change);
      const before = change.modifier === "R" ? `${change.before?.relPath} -> ` : "";
      lines.push(`${change.modifier} ${before}${change.relPath}`);
    },
    onOverflow: () => overflows++,
  });
  return { list, lines, changes, overflows: () => overflows };
}

Deno.test("a rename stands where the new name does, all else in its order", () => {
  const { list, lines } = makeList();
  list.addLone("-", entry("a", { digest: "d" }));
  list.addLone("-", entry("b"));
  list.add({ modifier: "M", relPath: "c", type: "file", sizeBytes: 1 });
  list.addLone("+", entry("d", { digest: "d" }));
  assert.deepStrictEqual(lines, []);
  list.finish();
  assert.deepStrictEqual(lines, ["- b", "M c", "R a -> d"]);
});

Deno.test("a file in the place of a directory is one change of type", () => {
  const { list, lines, changes } = makeList({ renames: false });
  list.addLone("+", entry("new/a", { scope: "new" }));
  list.addLone("-", entry("old/a", { type: "dir", scope: "old" }));
  list.addLone("-", entry("old/a/b", { scope: "old" }));
  list.finish();
  assert.deepStrictEqual(lines, ["T new/a", "- old/a/b"]);
  assert.strictEqual(changes[0]?.before?.type, "dir");
});

Deno.test("without renames what has the same content is gone and new", () => {
  const { list, lines } = makeList({ renames: false });
  list.addLone("-", entry("a", { digest: "d" }));
  list.addLone("+", entry("b", { digest: "d" }));
  list.finish();
  assert.deepStrictEqual(lines, ["- a", "+ b"]);
});

Deno.test("with too many changes, all are told at once as they come and that is said once", () => {
  const { list, lines, overflows } = makeList({ limit: 2 });
  list.addLone("-", entry("a", { digest: "d" }));
  list.addLone("+", entry("b", { digest: "d" }));
  assert.deepStrictEqual([lines.length, overflows()], [0, 0]);
  for (const name of ["c", "d"]) list.addLone("+", entry(name));
  assert.deepStrictEqual([lines, overflows()], [["- a", "+ b", "+ c", "+ d"], 1]);
  list.finish();
  assert.strictEqual(lines.length, 4);
});

Deno.test("changes are counted by kind, bytes of changed files on both sides", () => {
  const counter = new DiffCounter();
  const before = { relPath: "x", type: "file", sizeBytes: 7 } as const;
  const file = { relPath: "x", type: "file", sizeBytes: 10 } as const;
  for (const modifier of ["M", "?", "R", "U"] as const) counter.add({ modifier, ...file, before });
  for (const modifier of ["+", "-"] as const) counter.add({ modifier, ...file });
  const none = { sizeBytes: 0, before: { ...before, sizeBytes: 0 } };
  counter.add({ modifier: "M", relPath: "l", type: "link", ...none });
  counter.add({ modifier: "T", relPath: "t", type: "dir", ...none, before });
  counter.add({ modifier: "+", relPath: "d", type: "dir", sizeBytes: 0 });
  assert.deepStrictEqual(counter.totals, {
    changedFiles: 2,
    suspectFiles: 1,
    changedOthers: 1,
    changedTypes: 1,
    changedMetadata: 1,
    renamed: { files: 1, dirs: 0, others: 0, bytes: 10 },
    added: { files: 1, dirs: 1, others: 0, bytes: 30 },
    removed: { files: 1, dirs: 0, others: 0, bytes: 31 },
  });
});
