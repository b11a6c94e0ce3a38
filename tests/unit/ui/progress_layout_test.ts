import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { makeFigures } from "../../../src/ui/figures.ts";
import { layoutProgress, type ProgressState } from "../../../src/ui/progress_layout.ts";
import { textWidth } from "../../../src/ui/text_width.ts";
import { assertGolden } from "../../support/golden.ts";

const figures = makeFigures(undefined);

const WORKING: ProgressState = {
  entriesDone: 12_345,
  bytesDone: 1.25 * 1024 ** 3,
  total: { entries: 30_000, bytes: 4.5 * 1024 ** 3 },
  fraction: 0.345,
  entriesPerSecond: 1234.4,
  bytesPerSecond: 85.2 * 1024 ** 2,
  elapsedSeconds: 72,
  secondsLeft: 151,
  problems: 2,
  currentPath: "photos/2024/a rather long directory name/with another one inside/IMG_0001.jpg",
  largeFile: {
    path: "videos/holiday/full length, uncut.mkv",
    bytesDone: 1.2 * 1024 ** 3,
    sizeBytes: 3.6 * 1024 ** 3,
  },
};

const SCANNING: ProgressState = {
  ...WORKING,
  total: undefined,
  fraction: undefined,
  secondsLeft: undefined,
  problems: 0,
  largeFile: undefined,
  currentPath: "etc/hosts",
};

const WIDE_NAMES: ProgressState = {
  ...WORKING,
  problems: 1,
  currentPath: "写真/旅行/とても長いディレクトリの名前/そしてもう一つの名前/🏖️🌊写真のファイル.jpg",
  largeFile: { path: "動画/休暇の長い長い長い動画.mkv", bytesDone: 1024, sizeBytes: 4096 },
};

Deno.test("layoutProgress() looks as agreed at 80 and at 40 columns", () => {
  const states = { working: WORKING, scanning: SCANNING, "wide names": WIDE_NAMES };
  const shown = [80, 40].flatMap((columns) =>
    Object.entries(states).flatMap(([name, state]) => [
      `-- ${name}, ${columns} columns`,
      ...layoutProgress(state, { columns, color: false, figures }),
    ])
  );
  assertGolden("progress.txt", shown.join("\n") + "\n");
});

Deno.test("layoutProgress() never fills the last column, however narrow the screen is", () => {
  for (const state of [WORKING, SCANNING, WIDE_NAMES]) {
    for (let columns = 11; columns <= 200; columns++) {
      for (const line of layoutProgress(state, { columns, color: false, figures })) {
        ok(textWidth(line) < columns, `${columns} columns: "${line}" is ${textWidth(line)} wide`);
      }
    }
  }
});

Deno.test("layoutProgress() adds colours without changing the text", () => {
  const plain = layoutProgress(WORKING, { columns: 80, color: false, figures });
  const colored = layoutProgress(WORKING, { columns: 80, color: true, figures });
  ok(colored.some((line) => line.includes("\x1b[")));
  // deno-lint-ignore no-control-regex -- the escape character begins a colour
  deepStrictEqual(colored.map((line) => line.replace(/\x1b\[\d*m/g, "")), plain);
});

Deno.test("layoutProgress() shows control characters in names as escapes", () => {
  const state = { ...SCANNING, currentPath: "a\nb\x1b[2J" };
  const [, , file] = layoutProgress(state, { columns: 80, color: false, figures });
  strictEqual(file, "a\\x0ab\\x1b[2J");
});

Deno.test("layoutProgress() says 100% only when everything is done", () => {
  const at = (fraction: number) =>
    layoutProgress({ ...WORKING, fraction }, { columns: 80, color: false, figures })[0] ?? "";
  ok(at(0.9999).startsWith(" 99%"));
  ok(at(1).startsWith("100%"));
});
