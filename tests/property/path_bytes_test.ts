import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import {
  compareNames,
  comparePaths,
  decodeName,
  encodeName,
  encodeNameInto,
  joinRel,
  printable,
} from "../../src/base/path_bytes.ts";

/** Bytes with many pieces of UTF-8 sequences among them, whole, cut off, overlong and surrogate. */
const nameBytes = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 3 }).map((text) => {
      return new TextEncoder().encode(text);
    }),
    fc.constantFrom(
      [0xc0, 0xaf],
      [0xe0, 0x80, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xed, 0xb2, 0x80],
      [0xf0, 0x9f, 0x98],
      [0xf4, 0x90, 0x80, 0x80],
      [0xef, 0xbb, 0xbf],
      [0xef, 0xbf, 0xbd],
    ).map((bytes) => Uint8Array.from(bytes)),
  ),
  { maxLength: 8 },
).map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])));

const component = nameBytes
  .map((bytes) => bytes.filter((byte) => byte !== 0 && byte !== 0x2f))
  .filter((bytes) => bytes.length > 0)
  .map(decodeName);

Deno.test("encodeName(decodeName(bytes)) gives the very bytes back", () => {
  fc.assert(fc.property(nameBytes, (bytes) => {
    assert.deepStrictEqual([...encodeName(decodeName(bytes))], [...bytes]);
  }));
});

Deno.test("encodeNameInto() writes the same bytes and no others", () => {
  fc.assert(fc.property(nameBytes, (bytes) => {
    const name = decodeName(bytes);
    const into = new Uint8Array(name.length * 3 + 1).fill(0xee);
    const length = encodeNameInto(name, into);
    assert.deepStrictEqual([...into.subarray(0, length)], [...bytes]);
    assert.strictEqual(into[name.length * 3], 0xee);
  }));
});

Deno.test("two different names of bytes are two different texts", () => {
  fc.assert(fc.property(nameBytes, nameBytes, (a, b) => {
    const same = a.length === b.length && a.every((byte, i) => byte === b[i]);
    assert.strictEqual(decodeName(a) === decodeName(b), same);
  }));
});

Deno.test("decodeName() of valid UTF-8 is what everybody reads", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.strictEqual(decodeName(new TextEncoder().encode(text)), text);
  }));
});

Deno.test("compareNames() orders by bytes", () => {
  fc.assert(fc.property(nameBytes, nameBytes, (a, b) => {
    const order = compareNames(decodeName(a), decodeName(b));
    assert.strictEqual(Math.sign(order), Math.sign(compareBytes(a, b)));
  }));
});

Deno.test("comparePaths() orders as a walk that sorts each directory by bytes", () => {
  const path = fc.array(component, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(path, path, (a, b) => {
    const order = comparePaths(a.reduce(joinRel, ""), b.reduce(joinRel, ""));
    assert.strictEqual(Math.sign(order), Math.sign(compareComponents(a, b)));
  }));
});

Deno.test("printable() leaves no control character and no stray byte", () => {
  fc.assert(fc.property(nameBytes, (bytes) => {
    const shown = printable(decodeName(bytes));
    assert.ok(shown.isWellFormed());
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  }));
});

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

/** The order of the walk: component by component, a directory before what is in it. */
function compareComponents(a: readonly string[], b: readonly string[]): number {
  for (const [i, name] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order = compareBytes(encodeName(name), encodeName(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
