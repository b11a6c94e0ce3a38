import { strictEqual } from "node:assert/strict";
import { englishNumber } from "../../../src/ui/english_number.ts";

Deno.test("englishNumber() writes what Intl writes", () => {
  const values = [0, 1, 12, 123, 1234, 12345, 1234567.891, 0.125, 999.995, 1023.999, 1e15, -1234.5];
  for (const digits of [0, 1, 2]) {
    const intl = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      roundingMode: "halfExpand",
    });
    for (const value of values) {
      // Of a number that lies in the middle, binary fractions are a little off.
      if (Number.isInteger(value * 10 ** digits * 2) && !Number.isInteger(value * 10 ** digits)) {
        continue;
      }
      strictEqual(englishNumber(value, digits), intl.format(value));
    }
  }
});
