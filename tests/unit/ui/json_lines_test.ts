import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { BackupEvent } from "../../../src/backup/events.ts";
import type { LogLevel } from "../../../src/backup/snapshot/run_log.ts";
import { jsonLine, JsonReporter, pathFields } from "../../../src/ui/json_lines.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { TROUBLED_SUMMARY } from "../../support/summaries.ts";

const PROGRESS: BackupEvent = {
  kind: "progress",
  entriesDone: 10,
  bytesDone: 1000,
  entriesFound: 40,
  bytesFound: 4000,
  walkDone: true,
  problems: 1,
  currentPath: "a/b",
};

const PROBLEM: BackupEvent = {
  kind: "problem",
  problem: {
    relPath: "bad \udcff",
    step: "hash",
    code: "unreadable",
    message: 'Cannot read "bad \udcff": Permission denied',
    stored: false,
  },
};

function tell(
  events: readonly BackupEvent[],
  { level = "warning", progress = true }: { level?: LogLevel; progress?: boolean } = {},
) {
  const terminal = fakeTerminal();
  const clock = new FakeClock();
  const loudness = { level, results: true };
  const reporter = new JsonReporter({ terminal, clock, loudness, progress });
  for (const event of events) {
    clock.advance(4000);
    reporter.handle(event);
  }
  reporter.close();
  return { out: parsed(terminal.outText), err: parsed(terminal.errText) };
}

function parsed(text: string): unknown[] {
  ok(text === "" || text.endsWith("\n"));
  return text.split("\n").slice(0, -1).map((line) => {
    const { schema_version: version, ...message } = JSON.parse(line);
    strictEqual(version, 1);
    return message;
  });
}

Deno.test("--json writes progress as status messages in restic's words", () => {
  const { out, err } = tell([PROGRESS]);
  deepStrictEqual(err, []);
  deepStrictEqual(out, [{
    message_type: "status",
    seconds_elapsed: 4,
    seconds_remaining: 12,
    percent_done: 0.25,
    total_files: 40,
    total_bytes: 4000,
    files_done: 10,
    bytes_done: 1000,
    error_count: 1,
    current_files: ["a/b"],
  }]);
});

Deno.test("--json leaves totals out while nobody knows them", () => {
  const { out } = tell([{ ...PROGRESS, walkDone: false, currentPath: "" }]);
  deepStrictEqual(out, [{
    message_type: "status",
    seconds_elapsed: 4,
    percent_done: 0,
    files_done: 10,
    bytes_done: 1000,
    error_count: 1,
    current_files: [],
  }]);
});

Deno.test("--json writes problems to the error stream, with the exact bytes of a strange name", () => {
  const { out, err } = tell([PROBLEM]);
  deepStrictEqual(out, []);
  deepStrictEqual(err, [{
    message_type: "error",
    error: {
      message: 'Cannot read "bad \ufffd": Permission denied',
      message_b64: "Q2Fubm90IHJlYWQgImJhZCD/IjogUGVybWlzc2lvbiBkZW5pZWQ=",
    },
    during: "hash",
    item: "bad \ufffd",
    item_b64: "YmFkIP8=",
    code: "unreadable",
    stored: false,
    path: "bad \ufffd",
    path_b64: "YmFkIP8=",
  }]);
});

Deno.test("--json tells in the summary what restic tells, and all of ours but the problems", () => {
  const summary = TROUBLED_SUMMARY;
  const snapshotPath = "/mnt/backup/ann/2026-01-07-085247";
  const { out } = tell([{
    kind: "summary",
    summary,
    published: true,
    dryRun: false,
    snapshotPath,
  }]);
  const { problems: _, ...rest } = summary;
  deepStrictEqual(out, [{
    message_type: "summary",
    published: true,
    dry_run: false,
    files_new: 34,
    files_changed: 1200,
    files_unmodified: 124_120,
    data_added: 1_231_686_041,
    total_files_processed: 125_368,
    total_bytes_processed: 41_231_686_041,
    total_duration: 132.8,
    snapshot_path: snapshotPath,
    ...rest,
  }]);
});

Deno.test("--json names the job in every message of it", () => {
  const start: BackupEvent = { kind: "start", jobId: "docs", source: "/s", snapshotPath: "/b/s/t" };
  const { out, err } = tell([start, PROGRESS, PROBLEM, {
    kind: "log",
    level: "error",
    message: "x",
  }]);
  strictEqual(out.length + err.length, 3);
  for (const message of [...out, ...err]) {
    ok(typeof message === "object" && message !== null && "job" in message);
    strictEqual(message.job, "docs");
  }
});

Deno.test("--json keeps to the level of messages, and to no progress when told so", () => {
  const info: BackupEvent = { kind: "log", level: "info", message: "x" };
  deepStrictEqual(tell([info, PROBLEM], { level: "warning" }).err.length, 1);
  deepStrictEqual(tell([info, PROBLEM], { level: "info" }).err.length, 2);
  deepStrictEqual(tell([PROGRESS], { progress: false }).out, []);
});

Deno.test("jsonLine() is one line of valid Unicode whatever is in it", () => {
  const line = jsonLine({ message_type: "log", message: "a\nb\u2028\ud800" });
  strictEqual(
    line,
    '{"message_type":"log","message":"a\\nb\\u2028\ufffd","message_b64":"YQpi4oCo77+9",' +
      '"schema_version":1}\n',
  );
});

Deno.test("jsonLine() tells the bytes of every text that lost some, wherever it stands", () => {
  const line = jsonLine({
    message_type: "x",
    name: "\udcff",
    plain: "é",
    path: "\udcfe",
    path_b64: "/g==",
    inner: { tags: ["a", "\udcff"], at: [{ to: "\udcff" }] },
  });
  deepStrictEqual(JSON.parse(line), {
    message_type: "x",
    name: "\ufffd",
    name_b64: "/w==",
    plain: "é",
    path: "\ufffd",
    path_b64: "/g==",
    inner: {
      tags: ["a", "\ufffd"],
      tags_b64: [null, "/w=="],
      at: [{ to: "\ufffd", to_b64: "/w==" }],
    },
    schema_version: 1,
  });
});

Deno.test("pathFields() adds the bytes only where the text has lost some", () => {
  deepStrictEqual(pathFields("é"), { path: "é" });
  deepStrictEqual(pathFields("\udce9"), { path: "\udce9", path_b64: "6Q==" });
});
