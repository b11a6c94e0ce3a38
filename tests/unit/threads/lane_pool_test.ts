import assert from "node:assert/strict";
import { LanePool } from "../../../src/threads/lane_pool.ts";
import type { Lane } from "../../../src/threads/lane.ts";

/** Lanes that nobody calls: the tests look at who gets which. */
function lanes(count: number): Lane<string, string>[] {
  return Array.from({ length: count }, (_, number) => ({
    call: (message: string) => Promise.resolve(`${number}: ${message}`),
    close: () => Promise.resolve(),
  }));
}

/** Leases that a test gives back by hand. */
function leaser(pool: LanePool<string, string>) {
  const taken: number[] = [];
  const release: (() => void)[] = [];
  const lease = () =>
    pool.lease((_lane, number) => {
      taken.push(number);
      return new Promise<void>((resolve) => release.push(resolve));
    });
  return { taken, release, lease };
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("LanePool gives the least busy lane, two leases each at most, and lets others wait", async () => {
  const { taken, release, lease } = leaser(new LanePool(lanes(2)));
  const all = Array.from({ length: 6 }, lease);
  await settle();
  assert.deepStrictEqual(taken, [0, 1, 0, 1]);
  release[1]?.();
  await settle();
  assert.deepStrictEqual(
    taken,
    [0, 1, 0, 1, 1],
    "one place is free, one of those who wait gets it",
  );
  for (const one of release) one();
  await settle();
  assert.strictEqual(taken.length, 6);
  release.at(-1)?.();
  await Promise.all(all);
});

Deno.test("LanePool takes a lane back from a lease that failed", async () => {
  const pool = new LanePool(lanes(1));
  const failing = Array.from(
    { length: 20 },
    (_, i) => pool.lease(() => Promise.reject(new Error(`lease ${i}`))),
  );
  const messages = await Promise.all(failing.map((lease) => lease.catch(String)));
  assert.deepStrictEqual(messages, messages.map((_, i) => `Error: lease ${i}`));
  assert.strictEqual(await pool.lease((lane) => lane.call("still here")), "0: still here");
});

Deno.test("LanePool.widen() lets those who wait have one more lane, while there are any", async () => {
  const pool = new LanePool(lanes(2), { open: 1 });
  const { taken, release, lease } = leaser(pool);
  const all = Array.from({ length: 3 }, lease);
  await settle();
  assert.deepStrictEqual([taken, pool.isFull], [[0, 0], true]);
  pool.widen();
  pool.widen();
  await settle();
  assert.deepStrictEqual([taken, pool.isFull], [[0, 0, 1], false]);
  for (const one of release) one();
  await Promise.all(all);
});
