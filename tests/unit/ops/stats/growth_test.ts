import assert from "node:assert/strict";
import { fc } from "../../../support/property.ts";
import { largestGrowth } from "../../../../src/ops/stats/growth.ts";

function growthOf(added: Readonly<Record<string, number>>, limit = 10) {
  const { places, elsewhereBytes } = largestGrowth(new Map(Object.entries(added)), { limit });
  return {
    ...Object.fromEntries(places.map((one) => [one.relPath, one.addedBytes])),
    elsewhereBytes,
  };
}

Deno.test("largestGrowth() goes down as long as a few subdirectories hold most of it", () => {
  assert.deepStrictEqual(
    growthOf({ "home/ann/mail/2026": 800, "home/ann/photos": 150, "home/ann": 10, "etc": 40 }),
    { "home/ann/mail/2026": 800, "home/ann/photos": 150, "etc": 40, elsewhereBytes: 10 },
  );
});

Deno.test("largestGrowth() names the directory above when the growth is spread below it", () => {
  const spread = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`cache/${i}`, 10]));
  assert.deepStrictEqual(growthOf({ ...spread, docs: 300 }), {
    cache: 500,
    docs: 300,
    elsewhereBytes: 0,
  });
});

Deno.test("largestGrowth() names files at the top by the empty path, and no more places than asked", () => {
  assert.deepStrictEqual(growthOf({ "": 5, a: 3, b: 2, c: 1 }, 2), {
    "": 5,
    a: 3,
    elsewhereBytes: 3,
  });
});

Deno.test("largestGrowth() of nothing is nothing", () => {
  assert.deepStrictEqual(growthOf({}), { elsewhereBytes: 0 });
});

Deno.test("largestGrowth() loses no byte and names no place inside of another", () => {
  const path = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 5 }).map((parts) =>
    parts.join("/")
  );
  fc.assert(
    fc.property(fc.dictionary(path, fc.nat({ max: 1000 })), (added) => {
      const map = new Map(Object.entries(added));
      const { places, elsewhereBytes } = largestGrowth(map, { limit: 5 });
      const whole = [...map.values()].reduce((sum, bytes) => sum + bytes, 0);
      const named = places.reduce((sum, { addedBytes }) => sum + addedBytes, 0);
      assert.strictEqual(named + elsewhereBytes, whole);
      for (const { relPath } of places) {
        for (const other of places) {
          const inside = relPath !== "" && other.relPath.startsWith(`${relPath}/`);
          assert.ok(!inside, `"${other.relPath}" lies in "${relPath}"`);
        }
      }
    }),
  );
});
