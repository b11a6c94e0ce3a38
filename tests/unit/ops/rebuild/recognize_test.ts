import assert from "node:assert/strict";
import {
  type FoundDir,
  looksLikeSnapshot,
  planAdoptions,
  timeInName,
} from "../../../../src/ops/rebuild/recognize.ts";
import { formatTime } from "../../../../src/store/layout.ts";

const MTIME = new Date(2024, 0, 5, 9, 8, 7);

Deno.test("looksLikeSnapshot() knows how others name theirs", () => {
  const theirs = [
    "daily.0",
    "alpha.12",
    "my-interval.3",
    "2024-01-05",
    "20240105",
    "2024-01-05_12-30-00",
    "2024-01-05_12:30:00",
    "2024-01-05T12:30",
    "20240105-123000",
    "20240105-123000-123",
    "2024.01.05 12.30",
  ];
  for (const name of theirs) assert.ok(looksLikeSnapshot(name), name);
  const others = [
    "2024-01-05-123000", // ours
    "documents",
    "v1.2.3",
    "daily",
    "daily.",
    "2024",
    "2024-13-05",
    "2024-01-32",
    "2024-01-05-99",
    "2024-0105",
    ".sync",
    "1.2",
  ];
  for (const name of others) assert.ok(!looksLikeSnapshot(name), name);
});

Deno.test("timeInName() takes day and time from the name, a missing time from the mtime", () => {
  const told = (name: string) => {
    const time = timeInName(name, MTIME);
    return time === undefined ? undefined : formatTime(time);
  };
  assert.strictEqual(told("2024-01-05_12-30-59"), "2024-01-05-123059");
  assert.strictEqual(told("20240105-123000-123"), "2024-01-05-123000");
  assert.strictEqual(told("2024-01-05T12:30"), "2024-01-05-123000");
  assert.strictEqual(told("2024-01-05"), "2024-01-05-090807");
  assert.strictEqual(told("2024-01-04"), "2024-01-04-000000");
  assert.strictEqual(told("daily.0"), undefined);
});

Deno.test("planAdoptions() gives unique times, oldest first, also beside what is there", () => {
  const found = [dir("daily.0"), dir("daily.1"), dir("x/2024-01-04", "x")];
  const taken = (_: string, time: string) => time === "2024-01-05-090808";
  const plan = planAdoptions(found, { name: undefined, taken });
  assert.deepStrictEqual(plan.map(({ from, to }) => [from, to]), [
    ["x/2024-01-04", "x/2024-01-04-000000"],
  ]);
  const named = planAdoptions(found, { name: "home", taken });
  assert.deepStrictEqual(named.map(({ from, to }) => [from, to]), [
    ["daily.1", "home/2024-01-05-090807"],
    ["daily.0", "home/2024-01-05-090809"],
  ]);
});

function dir(path: string, parent = ""): FoundDir {
  return { path, parent, tree: path, mtime: MTIME };
}
