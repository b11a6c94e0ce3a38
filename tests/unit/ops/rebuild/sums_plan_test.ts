import assert from "node:assert/strict";
import { planSums } from "../../../../src/ops/rebuild/sums_plan.ts";

const [A, B, C] = ["a", "b", "c"].map((digit) => digit.repeat(64));
const sum = (name: string, digest = A ?? "") => ({ name, digest });
const state = {
  wanted: new Map([["x", A ?? ""], ["y", B ?? ""]]),
  existing: [sum("y", B), sum("x")],
  isDamaged: () => false,
  isUntold: () => false,
};

Deno.test("planSums() leaves a file alone that has every line, in whatever order", () => {
  assert.deepStrictEqual(planSums(state), { lines: undefined, corrected: [] });
});

Deno.test("planSums() writes a missing file, in byte order", () => {
  const { lines } = planSums({ ...state, existing: undefined });
  assert.deepStrictEqual(lines, [sum("x"), sum("y", B)]);
});

Deno.test("planSums() adds what is lacking and keeps lines of files that are gone", () => {
  const { lines } = planSums({ ...state, existing: [sum("gone", C), sum("x")] });
  assert.deepStrictEqual(lines, [sum("gone", C), sum("x"), sum("y", B)]);
});

Deno.test("planSums() keeps the line of a damaged file, and corrects one that is itself wrong", () => {
  const existing = [sum("x", C), sum("y", B)];
  const damaged = planSums({ ...state, existing, isDamaged: (name) => name === "x" });
  assert.deepStrictEqual(damaged, { lines: undefined, corrected: [] });
  const wrong = planSums({ ...state, existing });
  assert.deepStrictEqual(wrong, { lines: [sum("x"), sum("y", B)], corrected: ["x"] });
});

Deno.test("planSums() writes nothing for a directory without digests", () => {
  const empty = planSums({ ...state, wanted: new Map(), existing: [sum("gone")] });
  assert.deepStrictEqual(empty, { lines: undefined, corrected: [] });
  const none = planSums({ ...state, wanted: new Map(), existing: undefined });
  assert.deepStrictEqual(none, { lines: undefined, corrected: [] });
});

Deno.test("planSums() drops the cut line that 1.x writes for a name with a newline", () => {
  const wanted = new Map([["x\nrest", A ?? ""]]);
  const { lines } = planSums({ ...state, wanted, existing: [sum("x")] });
  assert.deepStrictEqual(lines, [sum("x\nrest")]);
  const other = planSums({ ...state, wanted, existing: [sum("x", C)] });
  assert.deepStrictEqual(other.lines, [sum("x", C), sum("x\nrest")]);
});
