import assert from "node:assert/strict";
import { inOrder } from "../../../../src/backup/run/in_order.ts";

async function* count(to: number, onPull: (item: number) => void = () => {}) {
  for (let item = 0; item < to; item++) {
    onPull(item);
    yield await Promise.resolve(item);
  }
}

/** Work that a test ends by hand, in any order. */
class Bench {
  readonly begun: number[] = [];
  readonly #open = new Map<number, PromiseWithResolvers<string>>();

  readonly work = (item: number): Promise<string> => {
    const deferred = Promise.withResolvers<string>();
    this.begun.push(item);
    this.#open.set(item, deferred);
    return deferred.promise;
  };

  finish(item: number): void {
    this.#open.get(item)?.resolve(`done ${item}`);
  }

  fail(item: number, error: Error): void {
    this.#open.get(item)?.reject(error);
  }
}

/** Lets everything go on that can. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("inOrder() begins up to the limit, and takes results in the items' order", async () => {
  const bench = new Bench();
  const taken: string[] = [];
  const all = inOrder(count(5), {
    limit: 3,
    work: bench.work,
    take: (result) => void taken.push(result),
  });
  await settle();
  assert.deepStrictEqual(bench.begun, [0, 1, 2], "no more than the limit");
  bench.finish(2);
  bench.finish(1);
  await settle();
  assert.deepStrictEqual(taken, [], "the first one is not done yet");
  assert.deepStrictEqual(bench.begun, [0, 1, 2], "results that wait count as well");
  bench.finish(0);
  await settle();
  assert.deepStrictEqual(taken, ["done 0", "done 1", "done 2"]);
  assert.deepStrictEqual(bench.begun, [0, 1, 2, 3, 4]);
  bench.finish(4);
  bench.finish(3);
  await all;
  assert.deepStrictEqual(taken, ["done 0", "done 1", "done 2", "done 3", "done 4"]);
});

Deno.test("inOrder() takes one result at a time", async () => {
  let taking = 0;
  const taken: number[] = [];
  await inOrder(count(8), {
    limit: 4,
    work: (item) => Promise.resolve(item),
    take: async (item) => {
      assert.strictEqual(++taking, 1);
      await settle();
      taken.push(item);
      taking--;
    },
  });
  assert.deepStrictEqual(taken, [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("inOrder() tells the first failure after the work in progress has come to rest", async () => {
  const bench = new Bench();
  const taken: string[] = [];
  let rejected: unknown;
  const all = inOrder(count(9), {
    limit: 3,
    work: bench.work,
    take: (result) => void taken.push(result),
  }).catch((error) => rejected = error);
  await settle();
  bench.fail(1, new Error("one"));
  bench.finish(0);
  await settle();
  const begun = [...bench.begun];
  assert.strictEqual(rejected, undefined, "item 2 is still in work");
  bench.fail(2, new Error("two"));
  bench.finish(3);
  await all;
  assert.match(String(rejected), /one/);
  assert.deepStrictEqual(taken, ["done 0"]);
  assert.deepStrictEqual(bench.begun, begun, "nothing new is begun after a failure");
});

Deno.test("inOrder() ends the input when taking a result fails", async () => {
  const pulled: number[] = [];
  let closed = false;
  async function* items() {
    try {
      yield* count(100, (item) => pulled.push(item));
    } finally {
      closed = true;
    }
  }
  const options = {
    limit: 2,
    work: (item: number) => Promise.resolve(item),
    take: (item: number) => {
      if (item === 3) throw new Error("no room");
    },
  };
  await assert.rejects(inOrder(items(), options), /no room/);
  assert.ok(closed);
  assert.ok(pulled.length < 8, `only a few were asked for: ${pulled}`);
});
