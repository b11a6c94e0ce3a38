import assert from "node:assert/strict";
import { estimateRoom } from "../../../../src/ops/stats/room.ts";

Deno.test("estimateRoom() divides what is free by the mean of the last snapshots", () => {
  const free = { freeBytes: 1000, freeInodes: 50 };
  const taken = [{ bytes: 100, inodes: 1 }, { bytes: 300, inodes: 3 }];
  assert.deepStrictEqual(estimateRoom(free, taken), {
    ...free,
    perSnapshot: { bytes: 200, inodes: 2 },
    basis: 2,
    fits: 5,
  });
});

Deno.test("estimateRoom() counts inodes where they run out first", () => {
  const taken = [{ bytes: 1, inodes: 10 }, { bytes: 1, inodes: 10 }];
  assert.strictEqual(estimateRoom({ freeBytes: 1000, freeInodes: 35 }, taken).fits, 3);
});

Deno.test("estimateRoom() looks at the last ten alone", () => {
  const old = { bytes: 1_000_000, inodes: 1 };
  const recent = Array.from({ length: 10 }, () => ({ bytes: 10, inodes: 1 }));
  const room = estimateRoom({ freeBytes: 100, freeInodes: undefined }, [old, ...recent]);
  assert.deepStrictEqual([room.basis, room.fits], [10, 10]);
});

Deno.test("estimateRoom() does not guess from one snapshot, from no growth, or without a free figure", () => {
  const free = { freeBytes: 1000, freeInodes: 1000 };
  const none = { bytes: 0, inodes: 0 };
  const unknown = { freeBytes: undefined, freeInodes: undefined };
  const some = { bytes: 1, inodes: 1 };
  assert.strictEqual(estimateRoom(free, [some]).fits, undefined);
  assert.strictEqual(estimateRoom(free, [none, none]).fits, undefined);
  assert.strictEqual(estimateRoom(unknown, [some, some]).fits, undefined);
});

Deno.test("estimateRoom() says nothing of inodes that nobody counted", () => {
  const taken = [{ bytes: 10, inodes: undefined }, { bytes: 10, inodes: undefined }];
  const room = estimateRoom({ freeBytes: 100, freeInodes: 1 }, taken);
  assert.deepStrictEqual([room.fits, room.perSnapshot?.inodes], [10, undefined]);
});
