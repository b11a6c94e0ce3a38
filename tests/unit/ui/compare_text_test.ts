import assert from "node:assert/strict";
import type { CompareResult } from "../../../src/ops/compare/compare.ts";
import { CompareCounter, type Difference } from "../../../src/ops/compare/difference.ts";
import { compareSummaryText, differenceText } from "../../../src/ui/compare_text.ts";
import { makeFigures } from "../../../src/ui/figures.ts";

const FIGURES = makeFigures(undefined);

function text(difference: Partial<Difference>): string {
  const whole = {
    kind: "new",
    relPath: "a",
    type: "file",
    sizeBytes: 2048,
    ...difference,
  } as const;
  return differenceText(whole, { figures: FIGURES, color: false });
}

Deno.test("a difference is a word, a path that a terminal can show, and what it is about", () => {
  const stored = { type: "dir", sizeBytes: 0 } as const;
  const lines = [
    text({ relPath: "a\nb" }),
    text({ kind: "missing", type: "dir", relPath: "d" }),
    text({ kind: "size", stored: { type: "file", sizeBytes: 1 } }),
    text({ kind: "type", stored }),
    text({ kind: "metadata", fields: ["mode", "owner"] }),
    text({ kind: "content", suspect: true }),
  ];
  assert.deepStrictEqual(lines, [
    "new       a\\x0ab",
    "missing   d/",
    "size      a (2.00 KiB, was 1 Bytes)",
    "type      a (file, was dir)",
    "metadata  a (mode, owner)",
    "content   a (size and time of change are the same)",
  ]);
});

Deno.test("the summary has the form of PyHardLinkBackup's", () => {
  const counter = new CompareCounter();
  counter.entry({ type: "file", sizeBytes: 1536 });
  counter.outcome("equal");
  counter.entry({ type: "dir", sizeBytes: 0 });
  counter.outcome({ kind: "new", relPath: "d", type: "dir", sizeBytes: 0 });
  const result: CompareResult = {
    source: "/src",
    snapshotId: "src/1",
    relPath: "in\x07side",
    snapshotPath: "/root/src/1",
    totals: counter.totals,
    comparesMetadata: false,
  };
  assert.strictEqual(
    compareSummaryText(result, FIGURES),
    `Compare complete: /root/src/1/in\\x07side (total size 1.50 KiB)

  Total entries processed: 2 (1 files, 1 directories, 0 others)
   * Successfully compared: 1
   * New in the source: 1
   * Missing in the source: 0
   * File size mismatch: 0
   * File hash mismatch: 0
   * Type mismatch: 0
   * Symlink target mismatch: 0
   * Metadata mismatch: not compared
  Files read: 0 (0 Bytes)`,
  );
});
