import assert from "node:assert/strict";
import { encodeName } from "../../../../src/base/path_bytes.ts";
import { compareSums } from "../../../../src/ops/verify/sums_check.ts";
import { formatSums } from "../../../../src/store/checksum_file.ts";

const [A, B, C] = ["a", "b", "c"].map((digit) => digit.repeat(64));

function compare(text: string, unknown: readonly string[] = []): string | undefined {
  const recorded = {
    names: ["one", "two"],
    digests: [A ?? "", B ?? ""],
    unknown: new Set(unknown),
  };
  return compareSums(encodeName(text), recorded);
}

Deno.test("a checksum file that says the same is no finding, in any order and form", () => {
  const written = new TextDecoder().decode(formatSums(["one", "two"], [A ?? "", B ?? ""]));
  assert.strictEqual(compare(written), undefined);
  assert.strictEqual(compare(`${B} *two\n${A?.toUpperCase()}  ./one\n`), undefined);
  assert.strictEqual(compare(`${written}${C}  three\n`, ["three"]), undefined);
});

Deno.test("each difference of a checksum file is told, the first three of many", () => {
  assert.strictEqual(compare(`${A}  one\n`), 'it has no line for "two"');
  const other = `it says ${C} of "two", ${B} is recorded`;
  assert.strictEqual(compare(`${A}  one\n${C}  two\n`), other);
  const extra = 'it has a line for "x", which is not recorded';
  assert.strictEqual(compare(`${A}  one\n${B}  two\n${C}  x\n`), extra);
  assert.strictEqual(compare(`${A}  one\n${B}  two\nhello\n`), "1 of its lines cannot be read");
  assert.match(compare(`${C}  x\n${C}  y\n`) ?? "", /; and 1 more lines$/);
});
