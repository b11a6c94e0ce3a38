import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { formatNumber, formatSpread, ratios, spread } from "../../../bench/spread.ts";

Deno.test("spread() finds minimum, median and maximum in any order", () => {
  deepStrictEqual(spread([3, 1, 10]), { min: 1, median: 3, max: 10 });
});

Deno.test("spread() takes the mean of the two in the middle", () => {
  deepStrictEqual(spread([4, 1, 2, 9]), { min: 1, median: 3, max: 9 });
});

Deno.test("spread() of nothing is not a number", () => {
  deepStrictEqual(spread([]), { min: NaN, median: NaN, max: NaN });
});

Deno.test("ratios() divides run by run", () => {
  deepStrictEqual(ratios([2, 9, 5], [1, 3, 10]), [2, 3, 0.5]);
});

Deno.test("ratios() leaves out runs that have no partner", () => {
  deepStrictEqual(ratios([2, 9], [1]), [2]);
  deepStrictEqual(ratios([2], [1, 3]), [2]);
});

Deno.test("formatNumber() has as many digits as can be believed", () => {
  const texts = [0.0312, 0.25, 2.074, 12.345, 123.4, NaN].map(formatNumber);
  deepStrictEqual(texts, ["0.031", "0.25", "2.07", "12.3", "123", "–"]);
});

Deno.test("formatSpread() gives the median first", () => {
  strictEqual(formatSpread({ min: 1, median: 2, max: 3 }), "2.00 (1.00–3.00)");
});
