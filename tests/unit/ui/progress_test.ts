import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { makeFigures } from "../../../src/ui/figures.ts";
import { Progress } from "../../../src/ui/progress.ts";
import { type ProgressEvent, ProgressMeter } from "../../../src/ui/progress_meter.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { screenOf } from "../../support/screen.ts";

const EVENT: ProgressEvent = {
  kind: "progress",
  entriesDone: 10,
  bytesDone: 1000,
  entriesFound: 40,
  bytesFound: 4000,
  walkDone: true,
  problems: 0,
  currentPath: "a/b.txt",
};

function start({ columns = 60, intervalMs = 500 } = {}) {
  const terminal = fakeTerminal({ isTty: true, columns });
  const clock = new FakeClock();
  const figures = makeFigures(undefined);
  const progress = new Progress({ terminal, clock, figures, color: false, intervalMs });
  return { terminal, clock, progress };
}

Deno.test("Progress redraws in place: the screen shows one display, not many", () => {
  const { terminal, clock, progress } = start();
  for (let done = 10; done <= 40; done += 10) {
    progress.update({ ...EVENT, entriesDone: done, bytesDone: done * 100 });
    clock.advance(500);
  }
  deepStrictEqual(screenOf(terminal.errText, { columns: 60 }), [
    "100%  ███████████████████████████████████████████████  0:02",
    "40 of 40 entries  3.91 KiB of 3.91 KiB  3.68 KiB/s",
    "a/b.txt",
  ]);
});

Deno.test("Progress draws no more often than its interval", () => {
  const { terminal, clock, progress } = start({ intervalMs: 500 });
  progress.update(EVENT);
  const first = terminal.errText;
  for (let i = 0; i < 4; i++) {
    clock.advance(100);
    progress.update({ ...EVENT, currentPath: `file ${i}` });
  }
  strictEqual(terminal.errText, first);
  clock.advance(100);
  progress.update({ ...EVENT, currentPath: "last" });
  ok(terminal.errText.includes("last"));
});

Deno.test("Progress lets log lines pass above the display", () => {
  const { terminal, progress } = start();
  progress.update(EVENT);
  progress.printAbove("Warning: one");
  progress.printAbove("Warning: two");
  const screen = screenOf(terminal.errText, { columns: 60 });
  deepStrictEqual(screen.slice(0, 2), ["Warning: one", "Warning: two"]);
  strictEqual(screen.length, 5);
  strictEqual(screen.at(-1), "a/b.txt");
});

Deno.test("Progress leaves nothing behind when it is cleared", () => {
  const { terminal, progress } = start();
  progress.printAbove("before");
  progress.update({ ...EVENT, largeFile: { path: "big", bytesDone: 5, sizeBytes: 10 } });
  progress.clear();
  deepStrictEqual(screenOf(terminal.errText, { columns: 60 }), ["before"]);
});

Deno.test("Progress takes away lines that a narrower window has wrapped", () => {
  const { terminal, clock, progress } = start({ columns: 80 });
  progress.update(EVENT);
  const wide = terminal.errText;
  terminal.columns = 40;
  clock.advance(500);
  progress.update(EVENT);
  // The first line was 79 cells wide and now takes two rows; the others fit into one or two.
  // deno-lint-ignore no-control-regex -- the escape character begins a sequence
  const [up] = /\x1b\[\d+A/.exec(terminal.errText.slice(wide.length)) ?? [];
  strictEqual(up, "\x1b[4A");
});

Deno.test("Progress switches wrapping on again in the very write that switched it off", () => {
  const { terminal, clock, progress } = start();
  const writes: string[] = [];
  const { write } = terminal.err;
  Object.assign(terminal.err, {
    write: (text: string) => {
      writes.push(text);
      write(text);
    },
  });
  for (let i = 0; i < 3; i++) {
    progress.update(EVENT);
    clock.advance(500);
  }
  strictEqual(writes.length, 3);
  for (const text of writes) ok(text.startsWith("\x1b[?7l") && text.endsWith("\x1b[?7h"));
});

Deno.test("ProgressMeter has no total before the walk is done, unless a run came before", () => {
  const walking = { ...EVENT, walkDone: false };
  const first = new ProgressMeter(0).update(walking, 1000);
  strictEqual(first.total, undefined);
  strictEqual(first.fraction, undefined);
  strictEqual(first.secondsLeft, undefined);
  const second = new ProgressMeter(0, { entries: 100, bytes: 2000 }).update(walking, 1000);
  deepStrictEqual(second.total, { entries: 100, bytes: 4000 });
});

Deno.test("ProgressMeter estimates the time left at a steady rate", () => {
  const meter = new ProgressMeter(0);
  let left: number | undefined;
  for (let second = 1; second <= 10; second++) {
    const done = { entriesDone: second, bytesDone: second * 100 };
    left = meter.update({ ...EVENT, ...done }, second * 1000).secondsLeft;
  }
  ok(left !== undefined && Math.abs(left - 30) < 0.01, String(left));
});

Deno.test("ProgressMeter takes the bytes of a large file in work as counted already", () => {
  const largeFile = { path: "big", bytesDone: 500, sizeBytes: 2000 };
  const state = new ProgressMeter(0).update({ ...EVENT, largeFile }, 1000);
  strictEqual(state.bytesDone, 1000);
  strictEqual(state.largeFile?.bytesDone, 500);
});

Deno.test("ProgressMeter smooths the rate: one slow second does not stop the display", () => {
  const meter = new ProgressMeter(0);
  meter.update({ ...EVENT, bytesDone: 1000 }, 1000);
  const { bytesPerSecond } = meter.update({ ...EVENT, bytesDone: 1000 }, 2000);
  ok(bytesPerSecond > 800 && bytesPerSecond < 1000, String(bytesPerSecond));
});

Deno.test("ProgressMeter can be asked twice in the same millisecond", () => {
  const meter = new ProgressMeter(0);
  meter.update(EVENT, 1000);
  const state = meter.update({ ...EVENT, bytesDone: 2000 }, 1000);
  strictEqual(state.bytesPerSecond, 1000);
});
