import assert from "node:assert/strict";
import { foldName, NO_FOLDING } from "../../../src/fs/folded_names.ts";

Deno.test("foldName() makes one of what the file system takes for one", () => {
  const both = { case: true, unicode: true };
  for (const [a, b] of [["Ab", "aB"], ["É", "e\u0301"], ["ß", "SS"], ["ΌΣ", "όσ"]] as const) {
    assert.strictEqual(foldName(a, both), foldName(b, both), `${a} ${b}`);
  }
  assert.notStrictEqual(foldName("a", both), foldName("b", both));
});

Deno.test("foldName() keeps apart what the file system keeps apart", () => {
  assert.notStrictEqual(foldName("A", NO_FOLDING), foldName("a", NO_FOLDING));
  const [onlyCase, onlyUnicode] = [{ case: true, unicode: false }, { case: false, unicode: true }];
  assert.notStrictEqual(foldName("\u00e9", onlyCase), foldName("e\u0301", onlyCase));
  assert.strictEqual(foldName("\u00e9", onlyUnicode), foldName("e\u0301", onlyUnicode));
  assert.notStrictEqual(foldName("A", onlyUnicode), foldName("a", onlyUnicode));
  assert.strictEqual(foldName("\udcff", onlyUnicode), "\udcff", "bytes stay what they are");
});
