import assert from "node:assert/strict";
import { RunLog } from "../../../../src/backup/snapshot/run_log.ts";
import type { LogLevel } from "../../../../src/backup/snapshot/run_log.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";

/** A log in a directory of its own. */
async function openLog(level: LogLevel, faults: readonly Fault[] = []) {
  const temp = await makeTempDir();
  const { fs: real } = openFileSystem("auto");
  const fs = faultyFileSystem(real, faults);
  const dir = fs.openRoot(temp.path);
  const clock = new FakeClock();
  const name = "x-backup.log";
  return {
    clock,
    log: new RunLog({ fs, dir, name, clock, level }),
    open: () => new RunLog({ fs, dir, name, clock, level }),
    text: () => Deno.readTextFileSync(`${temp.path}/${name}`),
    [Symbol.asyncDispose]: async () => {
      fs.closeDir(dir);
      await temp[Symbol.asyncDispose]();
    },
  };
}

/** The time as the log has it, whatever the time zone of this machine. */
function stampOf(date: Date): string {
  return date.toLocaleString("sv-SE");
}

Deno.test("RunLog writes what is severe enough, with local time and level, line by line", async () => {
  await using made = await openLog("warning");
  const { log, clock, text } = made;
  const first = stampOf(clock.now());
  log.add("info", "not this");
  log.addAll("debug", ["nor this"]);
  log.add("warning", "one");
  clock.advance(61_000);
  log.addAll("error", ["two", "three"]);
  log.close();
  const second = stampOf(clock.now());
  assert.notStrictEqual(second, first);
  assert.strictEqual(
    text(),
    `${first} WARNING one\n${second} ERROR   two\n${second} ERROR   three\n`,
  );
  assert.deepStrictEqual(
    [log.keeps("debug"), log.keeps("info"), log.keeps("warning"), log.keeps("error")],
    [false, false, true, true],
  );
});

Deno.test("RunLog keeps every message on one line that a terminal can show", async () => {
  await using made = await openLog("debug");
  made.log.add("debug", "a\nb\x1b[31m\udcff\u202e ü \u{1f600}");
  made.log.close();
  assert.match(made.text(), /^\S+ \S+ DEBUG {3}a\\x0ab\\x1b\[31m\\xff\\u202e ü \u{1f600}\n$/u);
});

Deno.test("RunLog hands on what has grown large, and all of it in order when it is closed", async () => {
  await using made = await openLog("info");
  const messages = Array.from({ length: 5000 }, (_, i) => `${i} ${"ü".repeat(100)}`);
  made.log.addAll("info", messages.slice(0, 4000));
  const early = made.text();
  assert.ok(early.length > 256 * 1024, "it does not wait in memory");
  for (const message of messages.slice(4000)) made.log.add("info", message);
  made.log.close();
  const lines = made.text().split("\n").map((line) => line.slice(28));
  assert.deepStrictEqual(lines, [...messages, ""]);
});

Deno.test("RunLog never overwrites a log, and closes its file when the disk is full", async () => {
  let closed = 0;
  await using made = await openLog("info", [
    { op: "write", code: "ENOSPC", always: true },
    { op: "closeFile", before: () => void closed++ },
  ]);
  assert.throws(() => made.open(), { code: "EEXIST" });
  made.log.add("info", "lost");
  assert.throws(() => made.log.close(), { code: "ENOSPC" });
  assert.strictEqual(closed, 1);
});
