import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { growthOf, type ScalePoint, scaleValue } from "../../../bench/scale.ts";
import { spread } from "../../../bench/spread.ts";

function point(files: number, seconds: number, peakMib = 200): ScalePoint {
  const step = {
    step: "unchanged",
    contender: "phlb",
    seconds: spread([seconds]),
    peakMib,
    inodes: 12,
  };
  return { files, dirs: 10, steps: [step], manifestBytes: files * 80, indexBytes: files * 90 };
}

Deno.test("growthOf() calls 11 times the time for 10 times the files linear, not more", () => {
  strictEqual(growthOf([point(1000, 1), point(10_000, 11)])?.isLinear, true);
  strictEqual(growthOf([point(1000, 1), point(10_000, 11.5)])?.isLinear, false);
});

Deno.test("growthOf() looks at the memory of the largest", () => {
  strictEqual(growthOf([point(10_000, 9, 301), point(1000, 1, 100)])?.isSmall, false);
  strictEqual(growthOf([point(1000, 1, 301), point(10_000, 9, 300)])?.isSmall, true);
});

Deno.test("growthOf() says nothing of one point", () => {
  strictEqual(growthOf([point(1000, 1)]), undefined);
});

Deno.test("scaleValue() tells bytes and time of one file", () => {
  const [value] = scaleValue([point(1000, 1)]).points;
  strictEqual(value?.manifest_bytes_per_file, 80);
  strictEqual(value?.index_bytes_per_file, 90);
  deepStrictEqual(value?.steps.map((step) => step.microseconds_per_file), [1000]);
});
