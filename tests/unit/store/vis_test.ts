import { strictEqual } from "node:assert/strict";
import { unvis, vis } from "../../../src/store/vis.ts";

Deno.test("vis() returns a name of plain ASCII as it is", () => {
  strictEqual(vis("notes-2026_v1.2~,+(a).txt"), "notes-2026_v1.2~,+(a).txt");
});

Deno.test("vis() encodes what means something in a manifest as three octal digits", () => {
  strictEqual(vis(" #=\\*?["), "\\040\\043\\075\\134\\052\\077\\133");
  strictEqual(vis("a\nb\tc\x7f\0"), "a\\012b\\011c\\177\\000");
});

Deno.test("vis() encodes the bytes of a name, not its characters", () => {
  strictEqual(vis("ü"), "\\303\\274");
  strictEqual(vis("😀"), "\\360\\237\\230\\200");
  strictEqual(vis("a\udcff"), "a\\377");
});

Deno.test("unvis() reads octal escapes of one to three digits", () => {
  strictEqual(unvis("a\\040b"), "a b");
  strictEqual(unvis("\\0"), "\0");
  strictEqual(unvis("\\1018"), "A8");
  strictEqual(unvis("\\303\\274\\377"), "ü\udcff");
});

Deno.test("unvis() reads the escapes that other programs write", () => {
  strictEqual(unvis("\\s\\n\\t\\r\\a\\b\\v\\f\\E"), " \n\t\r\x07\b\v\f\x1b");
  strictEqual(unvis('\\\\\\#\\"\\x41\\xe'), '\\#"A\x0e');
  strictEqual(unvis("\\^A\\^?"), "\x01\x7f");
  strictEqual(unvis("\\M-C\\M-<"), "ü");
  strictEqual(unvis("\\M^?\\M^A"), "\udcff\udc81");
});

Deno.test("unvis() keeps a backslash that ends the text", () => {
  strictEqual(unvis("a\\"), "a\\");
});
