import assert from "node:assert/strict";
import { formatMarks, type Marks, NO_MARKS, parseMarks } from "../../../src/store/marks.ts";

Deno.test("marks are read as they were written", () => {
  const all: Marks[] = [
    NO_MARKS,
    { pinned: true, tags: [], note: "", changeAccepted: true },
    { pinned: false, tags: ["a", "b c"], note: 'ä\n"x"', changeAccepted: false },
  ];
  for (const marks of all) assert.deepStrictEqual(parseMarks(formatMarks(marks)), marks);
});

Deno.test("marks that nobody can read keep their snapshot", () => {
  for (const text of ["", "{", "[]", "null", '{"format_version": 2, "pinned": false}']) {
    assert.strictEqual(parseMarks(text).pinned, true, text);
  }
});
