import { strictEqual } from "node:assert/strict";
import { unvis, vis } from "../../../src/store/vis.ts";

Deno.test("vis() leaves a name of plain characters as it is", () => {
  strictEqual(vis("Makefile-2.1_(x)~{y}|$%&'+,;<>@^`\"!"), "Makefile-2.1_(x)~{y}|$%&'+,;<>@^`\"!");
});

Deno.test("vis() writes what means something in mtree as octal", () => {
  strictEqual(vis(" #=\\*?["), "\\040\\043\\075\\134\\052\\077\\133");
});

Deno.test("vis() writes each byte of a character outside ASCII", () => {
  strictEqual(vis("ä😀"), "\\303\\244\\360\\237\\230\\200");
});

Deno.test("vis() writes a byte that is not UTF-8 as that byte", () => {
  strictEqual(vis("a\udcffb"), "a\\377b");
});

Deno.test("unvis() joins escaped bytes to characters", () => {
  strictEqual(unvis("\\303\\244-\\377"), "ä-\udcff");
});

Deno.test("unvis() reads every form that vis(3) may write", () => {
  strictEqual(unvis("\\s\\n\\t\\r\\a\\b\\v\\f\\E"), " \n\t\r\x07\b\v\f\x1b");
  strictEqual(unvis("\\^A\\^?"), "\x01\x7f");
  strictEqual(unvis("\\M-a\\M^A\\M^?"), "\udce1\udc81\udcff");
  strictEqual(unvis("\\x41\\0\\12"), "A\0\n");
  strictEqual(unvis('\\\\\\#\\"'), '\\#"');
});

Deno.test("unvis() keeps a backslash at the end", () => {
  strictEqual(unvis("a\\"), "a\\");
});
