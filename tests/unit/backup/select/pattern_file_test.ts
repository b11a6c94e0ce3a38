import assert from "node:assert/strict";
import {
  anchorPatterns,
  lonePattern,
  patternLines,
} from "../../../../src/backup/select/pattern_file.ts";
import { selectTree } from "../../../support/select_tree.ts";

Deno.test("patternLines() skips comments and blank lines and counts them", () => {
  const text = "\ufeff*.o\r\n\n  \n# no\n\\#yes\n!x \n";
  assert.deepStrictEqual(patternLines({ path: "/etc/rules", text }), [
    { pattern: "*.o", layer: "/etc/rules:1" },
    { pattern: "\\#yes", layer: "/etc/rules:5" },
    { pattern: "!x ", layer: "/etc/rules:6" },
  ]);
});

Deno.test("lonePattern() takes a leading # and spaces at the end as they are", () => {
  const patterns = ["#*#", "end ", "quoted\\ "].map((written) => lonePattern(written, "--exclude"));
  const tree = { "#draft#": "", "end ": "", end: "", "quoted ": "", quoted: "" };
  const { kept, left } = selectTree({ patterns }, tree);
  assert.deepStrictEqual(kept, ["end", "quoted"]);
  assert.deepStrictEqual(left["#draft#"], { rule: 'pattern "#*#"', layer: "--exclude" });
});

Deno.test("anchorPatterns() keeps what a pattern means in its own directory", () => {
  const anchored = (pattern: string) =>
    anchorPatterns([{ pattern, layer: "" }], "a*/b").map((result) => result.pattern);
  assert.deepStrictEqual(anchored("x"), ["/a\\*/b/**/x"]);
  assert.deepStrictEqual(anchored("x/ "), ["/a\\*/b/**/x/ "]);
  assert.deepStrictEqual(anchored("!/x/y/"), ["!/a\\*/b/x/y/"]);
  assert.deepStrictEqual(anchored("**/x"), ["/a\\*/b/**/x"]);
  assert.deepStrictEqual(anchored("/"), []);
});
