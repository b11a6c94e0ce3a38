import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseTomlDocument, pathText } from "../../../src/config/toml_document.ts";

Deno.test("parseTomlDocument() reads headers, dotted keys and inline tables alike", () => {
  const paths = (text: string) =>
    parseTomlDocument(text).entries.map(({ path, value }) => [path, value.data]);
  const expected = [[["a", "b"], 1], [["a", "c", "d"], "x"]];
  deepStrictEqual(paths("[a]\nb = 1\n[a.c]\nd = 'x'"), expected);
  deepStrictEqual(paths("a.b = 1\na.c.d = 'x'"), expected);
  deepStrictEqual(paths("a = {b = 1, c = {d = 'x'}}"), expected);
  const inArray = [[["job", 0, "id"], "p"], [["job", 1, "id"], "q"]];
  deepStrictEqual(paths("[[job]]\nid = 'p'\n[[job]]\nid = 'q'"), inArray);
  deepStrictEqual(paths("job = [{id = 'p'}, {id = 'q'}]"), inArray);
});

Deno.test("parseTomlDocument() tells places from 1, and those of list items", () => {
  const [entry] = parseTomlDocument("\n[t]\n  key = [ 1,\n  'ä', 3]").entries;
  deepStrictEqual(entry?.place, { line: 3, column: 3 });
  const items = typeof entry?.value.data === "object" ? entry.value.data : [];
  deepStrictEqual(items.map(({ place }) => [place.line, place.column]), [[3, 11], [4, 3], [4, 8]]);
});

Deno.test("parseTomlDocument() keeps a number's notation and no dates", () => {
  const [mode, date] = parseTomlDocument("m = 0o7_00\nd = 2026-01-07").entries;
  deepStrictEqual([mode?.value.text, mode?.value.data], ["0o7_00", 0o700]);
  deepStrictEqual([date?.value.text, date?.value.data], ["2026-01-07", undefined]);
});

Deno.test("parseTomlDocument() finds all duplicates and keeps everything else", () => {
  const { entries, faults } = parseTomlDocument(
    'a = 1\na = 2\n"b" = 1\nb.c = 2\n[t]\nx = 1\nx = [\n1]\n[t]\ny = 1\n[u]\nz.append = []\nz = 1\n',
  );
  deepStrictEqual(faults.toSorted((a, b) => a.line - b.line), [
    { line: 2, column: 1, message: 'Duplicate key "a": it is already set on line 1' },
    { line: 4, column: 1, message: 'Duplicate key "b": it is already set on line 3' },
    { line: 7, column: 1, message: 'Duplicate key "t.x": it is already set on line 6' },
    { line: 9, column: 2, message: 'Duplicate key "t": it is already set on line 5' },
    { line: 13, column: 1, message: 'Duplicate key "u.z": it is already set on line 12' },
  ]);
  deepStrictEqual(entries.map(({ path }) => pathText(path)), ["a", "b", "t.x", "u.z.append"]);
});

Deno.test("parseTomlDocument() places what is missing at the end of its line", () => {
  const fault = (text: string) => parseTomlDocument(text).faults.map((f) => [f.line, f.column])[0];
  deepStrictEqual(fault("a = \nb = 1"), [1, 4]);
  deepStrictEqual(fault("a ="), [1, 4]);
  deepStrictEqual(fault("[a\nb = 1"), [1, 3]);
  deepStrictEqual(fault("a = 0700"), [1, 5]);
  deepStrictEqual(fault("a = 1 b = 2"), [1, 7]);
});

Deno.test("parseTomlDocument() reads an empty file as nothing", () => {
  deepStrictEqual(parseTomlDocument(""), { tables: [], entries: [], faults: [] });
  strictEqual(parseTomlDocument("# only a comment").faults.length, 0);
});
