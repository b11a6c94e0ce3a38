import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { byStep, peakOf, ratioTo } from "../../../bench/results.ts";
import { result } from "./samples.ts";

Deno.test("ratioTo() compares the runs pair by pair at the same step", () => {
  const peer = result("cp", [1, 2, 2]);
  const other = result("phlb", [50], { step: "unchanged" });
  deepStrictEqual(ratioTo(peer, [other, result("phlb", [2, 2, 6]), peer]), {
    min: 1,
    median: 2,
    max: 3,
  });
});

Deno.test("ratioTo() has none for phlb itself, nor where one of the two failed", () => {
  const own = result("phlb", [1]);
  const failed = result("cp", [1], { failure: "no space" });
  strictEqual(ratioTo(own, [own]), undefined);
  strictEqual(ratioTo(failed, [own, failed]), undefined);
  const cp = result("cp", [1]);
  strictEqual(ratioTo(cp, [result("phlb", [1], { failure: "x" }), cp]), undefined);
});

Deno.test("peakOf() is the largest of all runs, undefined when none was measured", () => {
  const runs = [{ seconds: 1, peakMib: 3 }, { seconds: 1, peakMib: 7 }];
  strictEqual(peakOf(result("cp", [], { runs })), 7);
  strictEqual(peakOf(result("cp", [], { runs: [{ seconds: 1, peakMib: undefined }] })), undefined);
});

Deno.test("byStep() keeps the order of steps and contenders", () => {
  const list = [
    result("phlb", [1]),
    result("cp", [1]),
    result("phlb", [1], { step: "unchanged" }),
  ];
  deepStrictEqual(byStep(list).map((step) => step.length), [2, 1]);
});
