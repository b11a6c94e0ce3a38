import assert from "node:assert/strict";
import {
  chooseReaders,
  type ReaderCount,
  readersText,
  widenReaders,
} from "../../../src/threads/reader_count.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const choose = (storage: "rotating" | "solid" | "unknown", wanted = 0, cores = 4) =>
  chooseReaders({ wanted, cores, storage });

/** How many readers there are after each look, at which the process had `busy` cores' time. */
function counts(
  readers: ReaderCount,
  busy: readonly number[],
  { isFull = true, others = 0 } = {},
): number[] {
  const clock = new FakeClock();
  let usedMs = 0;
  let count = readers.count;
  let tick: (() => void) | undefined;
  widenReaders({
    readers,
    cores: 4,
    pool: { isFull, widen: () => void count++ },
    cpuMs: () => usedMs,
    machineMs: () => usedMs + clock.monotonicMs() * others,
    clock,
    every: (_, one) => {
      tick = one;
      return () => tick = undefined;
    },
  });
  return busy.map((cores) => {
    clock.advance(200);
    usedMs += 200 * cores;
    tick?.();
    return count;
  });
}

Deno.test("a solid disk has a reader for each core, and more while they wait for it", () => {
  assert.deepStrictEqual([choose("solid").count, choose("solid").most], [4, 8]);
  assert.deepStrictEqual(counts(choose("solid"), [1, 1, 1, 4, 1, 1]), [4, 5, 6, 6, 6, 7]);
  assert.deepStrictEqual(counts(choose("unknown"), [4, 4, 3, 3]), [4, 4, 4, 4]);
  assert.deepStrictEqual(counts(choose("solid"), new Array(9).fill(0)).at(-1), 8, "no more");
});

Deno.test("a rotating disk has one reader, and more while the process does not wait for it", () => {
  assert.deepStrictEqual(counts(choose("rotating"), [0.1, 0.2, 0.1]), [1, 1, 1]);
  assert.deepStrictEqual(counts(choose("rotating"), [1, 2, 3, 4]), [2, 3, 4, 4]);
  assert.deepStrictEqual([choose("rotating").inodeOrder, choose("solid").inodeOrder], [
    true,
    false,
  ]);
});

Deno.test("who waits for the processor because others compute, waits for no disk", () => {
  assert.deepStrictEqual(counts(choose("solid"), [0, 1, 0], { others: 3 }), [4, 4, 4]);
  assert.deepStrictEqual(counts(choose("rotating"), [0, 0.1, 0], { others: 3 }), [1, 1, 1]);
});

Deno.test("nothing is added while nobody waits for a reader", () => {
  assert.deepStrictEqual(counts(choose("solid"), [0, 0, 0], { isFull: false }), [4, 4, 4]);
  assert.deepStrictEqual(counts(choose("rotating"), [2, 2, 2], { isFull: false }), [1, 1, 1]);
});

Deno.test("performance.hashers is the last word", () => {
  for (const storage of ["rotating", "solid", "unknown"] as const) {
    const { count, most } = choose(storage, 3);
    assert.deepStrictEqual([count, most], [3, 3]);
    assert.deepStrictEqual(counts(choose(storage, 3), [0, 4, 0, 4]), [3, 3, 3, 3]);
  }
});

Deno.test("the choice is told with its reason", () => {
  assert.strictEqual(
    readersText(choose("rotating")),
    "1 (up to 4) threads read: a rotating disk; more while reading does not wait for it",
  );
  assert.strictEqual(readersText(choose("solid", 1)), "1 thread reads: set by performance.hashers");
});
