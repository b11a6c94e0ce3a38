import assert from "node:assert/strict";
import { chooseTime, contentsTime } from "../../../../src/backup/snapshot/snapshot_time.ts";
import { AppError, EXIT } from "../../../../src/base/app_error.ts";
import { DEFAULT_TIME_FORMAT, formatTime } from "../../../../src/store/layout.ts";
import { runBackup } from "../../../support/backup_run.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { writeTree } from "../../../support/tree.ts";

/** Local time, as in the names of snapshots. */
const NOW = new Date(2026, 0, 7, 8, 52, 59);

function choose(
  names: readonly string[],
  more: { timeFormat?: string; previous?: { time: string; startedAtSec: number } } = {},
): string {
  return chooseTime(names, { now: NOW, timeFormat: DEFAULT_TIME_FORMAT, path: "/root/n", ...more });
}

function assertBehind(act: () => unknown): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof AppError);
    assert.deepStrictEqual([error.code, error.exitCode], ["CLOCK_BEHIND", EXIT.failed]);
    assert.match(error.message, /^Cannot name the snapshot "20.*"\/root\/n\/.*", which is there/);
    assert.match(error.hint ?? "", /clock.*renamed/);
    return true;
  });
}

Deno.test("chooseTime() takes the local time when all that is there is older", () => {
  const names = ["2026-01-07-085258", "2025-12-31-235959-backup.log", "notes", "3000", ".hidden"];
  assert.strictEqual(choose(names), "2026-01-07-085259");
});

/** Names that are there, and the one that a new snapshot gets. */
const AFTER: Readonly<Record<string, readonly [names: readonly string[], chosen: string]>> = {
  "the same second": [["2026-01-07-085259"], "2026-01-07-085300"],
  "a bumped one, with a gap before it": [
    ["2026-01-07-085259", "2026-01-07-085301"],
    "2026-01-07-085302",
  ],
  "a cut-off one": [[".2026-01-07-085301.partial"], "2026-01-07-085302"],
  "contents of a cut-off one": [
    [`.${contentsTime("2026-01-07-085301")}.partial`],
    "2026-01-07-085302",
  ],
  "one of an hour that comes again": [["2026-01-07-095100"], "2026-01-07-095101"],
  "one that is two hours ahead": [["2026-01-07-105259"], "2026-01-07-105300"],
  "one at the end of a year": [["2026-01-07-085959"], "2026-01-07-090000"],
  "the log of a run that failed": [["2026-01-07-085259-backup.log"], "2026-01-07-085300"],
  "a log behind the newest one": [
    ["2026-01-07-085259", "2026-01-07-085300-backup.log"],
    "2026-01-07-085301",
  ],
};

for (const [what, [names, chosen]] of Object.entries(AFTER)) {
  Deno.test(`chooseTime() sorts a new snapshot after ${what}`, () => {
    assert.strictEqual(choose(names), chosen);
  });
}

Deno.test("chooseTime() steps by what the format can tell apart", () => {
  assert.strictEqual(choose(["20260107T0852"], { timeFormat: "%Y%m%dT%H%M" }), "20260107T0853");
  assert.strictEqual(choose(["2026-01-07"], { timeFormat: "%Y-%m-%d" }), "2026-01-08");
});

Deno.test("chooseTime() refuses a clock that is behind the newest snapshot", () => {
  assertBehind(() => choose(["2026-01-07-105301"]));
  const startedAtSec = NOW.getTime() / 1000 + 3 * 3600;
  const previous = { time: "2026-01-07-115259", startedAtSec };
  assertBehind(() => choose([previous.time], { previous }));
});

Deno.test("chooseTime() is not kept by what a run under a wrong clock left unfinished", () => {
  const left = [
    "2026-01-07-085258",
    ".2030-01-01-000000.partial",
    ".2029-05-05-000000-newest.partial",
  ];
  assert.strictEqual(choose(left), "2026-01-07-085259");
});

Deno.test("chooseTime() goes on after a snapshot that only its name has ahead of the clock", () => {
  const previous = { time: "2026-01-07-175259", startedAtSec: NOW.getTime() / 1000 - 60 };
  assert.strictEqual(choose([previous.time], { previous }), "2026-01-07-175300");
});

Deno.test("chooseTime() refuses a format whose names sort before those that are there", () => {
  assertBehind(() => choose(["2026-01-06-120000"], { timeFormat: "%Y %m %d" }));
  const later = choose(["2026-01-06-120000"], { timeFormat: "%Y%m%d" });
  assert.strictEqual(later, "20260107");
});

Deno.test("a run whose clock went back names its snapshot after the others, or refuses", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { a: "alpha" });
  await Deno.mkdir(root);
  const clock = new FakeClock();
  const first = await runBackup(source, root, { clock });
  const second = await runBackup(source, root, { clock });
  clock.advance(-3600_000);
  const third = await runBackup(source, root, { clock });
  const began = new FakeClock().now().getTime();
  const ids = [first, second, third].map(({ summary }) => summary?.snapshot_id);
  const expected = [0, 1000, 2000].map((ms) => `source/${formatTime(new Date(began + ms))}`);
  assert.deepStrictEqual(ids, expected);
  clock.advance(-3 * 3600_000);
  const { error } = await runBackup(source, root, { clock });
  assert.ok(error instanceof AppError && error.code === "CLOCK_BEHIND", String(error));
  const hidden = [...Deno.readDirSync(`${root}/source`)].filter(({ name }) => name.startsWith("."));
  assert.deepStrictEqual(hidden, [], "it leaves nothing");
});
