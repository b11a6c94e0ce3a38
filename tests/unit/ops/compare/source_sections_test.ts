import assert from "node:assert/strict";
import type { WalkedSection } from "../../../../src/backup/walk/walked.ts";
import type { ProblemCode } from "../../../../src/base/problem.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import { NotCompared } from "../../../../src/ops/compare/source_sections.ts";

function section(
  { skipped = [], problems = [] }: {
    skipped?: readonly string[];
    problems?: readonly (readonly [relPath: string, code: ProblemCode])[];
  },
): WalkedSection {
  const by = { rule: "a rule", layer: "a layer" };
  return {
    relPath: "",
    continues: false,
    names: [],
    stats: new StatTable(1),
    linkTargets: new Map(),
    xattrs: new Map(),
    skipped: skipped.map((relPath) => ({ relPath, isDir: true, by })),
    problems: problems.map(([relPath, code]) => (
      { relPath, code, step: "walk", message: "", stored: false }
    )),
    ends: true,
    seen: 0,
    reservedNames: [],
  };
}

Deno.test("what was left out is not compared, nor anything below it", () => {
  const not = new NotCompared();
  assert.ok(!not.has("a"));
  not.add(section({ skipped: ["a/b", "c"], problems: [["d", "unreadable"]] }));
  const paths = ["a", "a/b", "a/b/c/d", "a/bc", "b", "c", "c/x", "d/e", "dd", ""];
  assert.deepStrictEqual(paths.filter((path) => not.has(path)), [
    "a/b",
    "a/b/c/d",
    "c",
    "c/x",
    "d/e",
  ]);
});

Deno.test("an entry of which an attribute could not be read is compared", () => {
  const not = new NotCompared();
  not.add(section({ problems: [["a", "metadata"]] }));
  assert.ok(!not.has("a"));
});

Deno.test("of a source that could not be listed to its end, nothing is missing", () => {
  const not = new NotCompared();
  not.add(section({ problems: [["", "unreadable"]] }));
  assert.ok(not.has("a") && not.has("a/b"));
});
