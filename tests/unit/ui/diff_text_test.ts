import assert from "node:assert/strict";
import type { Change, DiffTotals } from "../../../src/ops/diff/change.ts";
import type { DiffResult } from "../../../src/ops/diff/diff.ts";
import { changeMessage, changeText, diffSummaryText } from "../../../src/ui/diff_text.ts";
import { makeFigures } from "../../../src/ui/figures.ts";

const FIGURES = makeFigures(undefined);
const NONE = { files: 0, dirs: 0, others: 0, bytes: 0 };

function result(totals: Partial<DiffTotals>, more: Partial<DiffResult> = {}): DiffResult {
  return {
    before: { snapshotId: "a/1", relPath: "" },
    after: { snapshotId: "a/2", relPath: "" },
    totals: {
      changedFiles: 0,
      suspectFiles: 0,
      changedOthers: 0,
      changedTypes: 0,
      changedMetadata: 0,
      renamed: NONE,
      added: NONE,
      removed: NONE,
      ...totals,
    },
    comparesMetadata: true,
    differs: true,
    ...more,
  };
}

Deno.test("a change is a letter and a path that a terminal can show", () => {
  const change: Change = { modifier: "+", relPath: "a\x1b[2J\udcff", type: "dir", sizeBytes: 0 };
  assert.strictEqual(changeText(change, { color: false }), "+  a\\x1b[2J\\xff/");
  assert.strictEqual(changeText(change, { color: true }), "\x1b[32m+  a\\x1b[2J\\xff/\x1b[0m");
});

Deno.test("a snapshot itself is shown as a slash", () => {
  const change: Change = { modifier: "U", relPath: "", type: "dir", sizeBytes: 0 };
  assert.strictEqual(changeText(change, { color: false }), "U  /");
});

Deno.test("what metadata changed, and what type there was, is told to programs", () => {
  const before = { relPath: "x", type: "dir", sizeBytes: 0 } as const;
  const file = { relPath: "x", type: "file", sizeBytes: 3 } as const;
  assert.deepStrictEqual(changeMessage({ modifier: "T", ...file, before }), {
    message_type: "change",
    path: "x",
    modifier: "T",
    type: "file",
    size: 3,
    old_type: "dir",
  });
  const metadata = ["mode"] as const;
  assert.deepStrictEqual(changeMessage({ modifier: "U", ...before, before, metadata }), {
    message_type: "change",
    path: "x/",
    modifier: "U",
    type: "dir",
    metadata: ["mode"],
  });
});

Deno.test("the summary tells of types, suspects and hidden changes only where there are some", () => {
  const shown = { figures: FIGURES, metadata: false };
  assert.strictEqual(
    diffSummaryText(result({}), shown),
    `Files:     0 new, 0 removed, 0 changed, 0 renamed
Dirs:      0 new, 0 removed, 0 renamed
Others:    0 new, 0 removed, 0 changed, 0 renamed
Metadata:  0 changed
Added:     0 Bytes
Removed:   0 Bytes`,
  );
  const text = diffSummaryText(
    result({ changedTypes: 1, changedMetadata: 1200, suspectFiles: 2 }),
    shown,
  );
  assert.match(text, /^Types: {5}1 changed$/m);
  assert.match(text, /^Metadata: {2}1,200 changed \(--metadata shows them\)$/m);
  assert.match(text, /^2 files marked "\?" changed though /m);
  const bare = diffSummaryText(result({}, { comparesMetadata: false }), shown);
  assert.match(bare, /^Metadata: {2}not compared, for want of a manifest$/m);
});
