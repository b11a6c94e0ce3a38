import { ok, strictEqual } from "node:assert/strict";
import type { Summary } from "../../../src/store/summary.ts";
import { loadFigures, makeFigures } from "../../../src/ui/figures.ts";
import { profileText } from "../../../src/ui/profile_text.ts";
import { summaryText } from "../../../src/ui/summary_text.ts";
import { textWidth } from "../../../src/ui/text_width.ts";
import { assertGolden } from "../../support/golden.ts";
import { INTERRUPTED_SUMMARY, PLAIN_SUMMARY, TROUBLED_SUMMARY } from "../../support/summaries.ts";

const figures = makeFigures(undefined);
const SNAPSHOT = "/mnt/backup/ann/2026-01-07-085247";

function textOf(summary: Summary, { dryRun = false } = {}): string {
  const partial = "/mnt/backup/ann/.2026-01-07-085247.partial";
  const snapshotPath = summary.complete ? SNAPSHOT : partial;
  return summaryText(summary, { snapshotPath, dryRun, figures });
}

Deno.test("summaryText() reads as agreed, for every way a run can end", () => {
  const texts = {
    complete: textOf(PLAIN_SUMMARY),
    "complete, with problems": textOf(TROUBLED_SUMMARY),
    interrupted: textOf(INTERRUPTED_SUMMARY),
    "dry run": textOf({ ...PLAIN_SUMMARY, complete: false }, { dryRun: true }),
  };
  const shown = Object.entries(texts).map(([name, text]) => `==== ${name}\n${text}`);
  assertGolden("summary.txt", shown.join("\n"));
});

Deno.test("summaryText() reads as agreed in German", async () => {
  const german = await loadFigures("de-DE");
  const texts = [
    summaryText(PLAIN_SUMMARY, { snapshotPath: SNAPSHOT, dryRun: false, figures: german }),
    summaryText(TROUBLED_SUMMARY, { snapshotPath: SNAPSHOT, dryRun: false, figures: german }),
    profileText(PLAIN_SUMMARY, german),
  ];
  assertGolden("summary.de.txt", texts.join("\n====\n"));
});

Deno.test("summaryText() shows numbers that add up to what was walked", () => {
  for (const summary of [PLAIN_SUMMARY, TROUBLED_SUMMARY, INTERRUPTED_SUMMARY]) {
    const lines = textOf(summary).split("\n");
    const rule = lines.findIndex((line) => /^ +-+$/.test(line));
    const first = lines.findIndex((line) => line.startsWith("  Linked"));
    const numberIn = (line: string) =>
      Number(/^ {2}[A-Z][a-z ]+?\s+([\d,]+)/.exec(line)?.[1]?.replaceAll(",", ""));
    const parts = lines.slice(first, rule).map(numberIn);
    strictEqual(parts.reduce((a, b) => a + b, 0), numberIn(lines[rule + 1] ?? ""));
  }
});

Deno.test("summaryText() fits 80 columns except for paths", () => {
  for (const line of textOf(TROUBLED_SUMMARY).split("\n")) {
    ok(textWidth(line) <= 80 || line.includes("/"), line);
  }
});

Deno.test("summaryText() writes numbers and dates in the configured language", () => {
  const text = summaryText(PLAIN_SUMMARY, {
    snapshotPath: SNAPSHOT,
    dryRun: false,
    figures: makeFigures("de-DE"),
  });
  ok(text.includes("125.432"), text);
  ok(text.includes("38,40 GiB in files"), text);
  ok(text.includes("07.01.2026, 08:52:47"), text);
});

Deno.test("summaryText() names ten problems, counts all and says where the rest is", () => {
  const text = textOf(TROUBLED_SUMMARY);
  strictEqual(text.match(/^ {2}Cannot read/gm)?.length, 10);
  ok(text.includes("Problems: 16 (14 unreadable, 1 damaged, 1 unsupported)"), text);
  ok(text.includes("… and 6 more, see the log"));
  ok(text.includes("/mnt/backup/ann/2026-01-07-085247-backup.log"));
});
