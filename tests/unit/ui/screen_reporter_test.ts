import { ok, strictEqual } from "node:assert/strict";
import type { BackupEvent } from "../../../src/backup/events.ts";
import { makeFigures } from "../../../src/ui/figures.ts";
import { Progress } from "../../../src/ui/progress.ts";
import { ScreenReporter } from "../../../src/ui/screen_reporter.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { screenOf } from "../../support/screen.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";

const SNAPSHOT = "/mnt/backup/ann/2026-01-07-085247";

const EVENTS: readonly BackupEvent[] = [
  { kind: "start", source: "/home/ann", snapshotPath: SNAPSHOT },
  { kind: "log", level: "info", message: "not shown" },
  {
    kind: "progress",
    entriesDone: 1,
    bytesDone: 1,
    entriesFound: 2,
    bytesFound: 2,
    walkDone: false,
    problems: 0,
    currentPath: "a",
  },
  {
    kind: "problem",
    problem: {
      relPath: "x\n",
      step: "hash",
      code: "unreadable",
      message: 'Cannot read "x\n": Permission denied',
      stored: false,
    },
  },
  {
    kind: "summary",
    summary: PLAIN_SUMMARY,
    published: true,
    dryRun: false,
    snapshotPath: SNAPSHOT,
  },
];

function show({ isTty = false, results = true, color = false } = {}) {
  const terminal = fakeTerminal({ isTty });
  const figures = makeFigures(undefined);
  const clock = new FakeClock();
  const progress = isTty
    ? new Progress({ terminal, clock, figures, color, intervalMs: 500 })
    : undefined;
  const loudness = { level: results ? "warning" : "error", results } as const;
  const reporter = new ScreenReporter({ terminal, figures, color, loudness, progress });
  for (const event of EVENTS) reporter.handle(event);
  reporter.close();
  return terminal;
}

const LINES = `Backing up "/home/ann" to "${SNAPSHOT}"\n` +
  'Error: Cannot read "x\\x0a": Permission denied\n';

Deno.test("without a terminal there are nothing but log lines, and the summary on the output", () => {
  const { outText, errText } = show();
  strictEqual(errText, LINES);
  ok(outText.startsWith(`\nBackup complete: ${SNAPSHOT}\n`), outText);
});

Deno.test("on a terminal the display is gone at the end and the log lines are left", () => {
  const { errText } = show({ isTty: true });
  ok(errText.includes("1 entries"));
  strictEqual(screenOf(errText, { columns: 80 }).join("\n") + "\n", LINES);
});

Deno.test("--quiet shows problems alone", () => {
  const { outText, errText } = show({ results: false });
  strictEqual(outText, "");
  strictEqual(errText, 'Error: Cannot read "x\\x0a": Permission denied\n');
});

Deno.test("colours are for the level of a message alone", () => {
  const { errText } = show({ color: true });
  ok(errText.includes('\x1b[31mError:\x1b[0m Cannot read "x'), errText);
});
