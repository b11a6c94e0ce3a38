import { match, strictEqual } from "node:assert/strict";
import { fc } from "../support/property.ts";
import { decodeName } from "../../src/base/path_bytes.ts";
import { unvis, vis } from "../../src/store/vis.ts";

/** Names of arbitrary bytes; fast-check prints the seed of a failure. */
const names = fc.uint8Array({ maxLength: 40 }).map((bytes) => decodeName(bytes));

Deno.test("unvis() gives back every name that vis() wrote", () => {
  fc.assert(fc.property(names, (name) => strictEqual(unvis(vis(name)), name)));
});

Deno.test("vis() writes printable ASCII without blanks only", () => {
  fc.assert(fc.property(names, (name) => match(vis(name), /^[!-~]*$/)));
});

Deno.test("unvis() takes any text", () => {
  const pieces = fc.constantFrom("\\", "^", "M", "-", "x", "7", "400", "a", "ü", "\udcfe", "s");
  fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }), (texts) => {
    const text = texts.join("");
    strictEqual(typeof unvis(text), "string");
    strictEqual(unvis(vis(unvis(text))), unvis(text));
  }));
});
