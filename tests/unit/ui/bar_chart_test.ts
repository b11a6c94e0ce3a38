import assert from "node:assert/strict";
import { canShowBlocks, drawBar } from "../../../src/ui/bar_chart.ts";

Deno.test("drawBar() draws eighths of a cell, and something for the least that is not nothing", () => {
  const bars = [0, 0.0001, 1 / 16, 0.25, 0.5 + 1 / 32, 1].map((fraction) =>
    drawBar(fraction, { cells: 4, blocks: true })
  );
  assert.deepStrictEqual(bars, ["", "▏", "▎", "█", "██▏", "████"]);
});

Deno.test("drawBar() ends in an arrow where a bar does not fit", () => {
  assert.strictEqual(drawBar(3, { cells: 4, blocks: true }), "███▶");
  assert.strictEqual(drawBar(3, { cells: 4, blocks: false }), "###>");
});

Deno.test("drawBar() needs nothing but ASCII when there are no blocks", () => {
  const bars = [0, 0.0001, 0.5, 1].map((fraction) =>
    drawBar(fraction, { cells: 4, blocks: false })
  );
  assert.deepStrictEqual(bars, ["", "#", "##", "####"]);
});

Deno.test("drawBar() draws nothing of what is no number, or in no room", () => {
  assert.strictEqual(drawBar(NaN, { cells: 4, blocks: true }), "");
  assert.strictEqual(drawBar(1, { cells: 0, blocks: true }), "");
});

Deno.test("canShowBlocks() asks LC_ALL, then LC_CTYPE, then LANG", () => {
  assert.strictEqual(canShowBlocks({ LANG: "de_DE.UTF-8" }), true);
  assert.strictEqual(canShowBlocks({ LANG: "de_DE.utf8", LC_ALL: "C" }), false);
  assert.strictEqual(canShowBlocks({ LANG: "C", LC_CTYPE: "C.UTF-8", LC_ALL: "" }), true);
  assert.strictEqual(canShowBlocks({}), false);
});
