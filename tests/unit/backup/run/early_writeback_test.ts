import assert from "node:assert/strict";
import { writeEarly } from "../../../../src/backup/run/early_writeback.ts";

const MIB = 1024 ** 2;

/** A writeback that a test ends by hand, and the clock that looks. */
function scene() {
  const seen: string[] = [];
  const end: (() => void)[] = [];
  let tick = () => {};
  let storedBytes = 0;
  const stop = writeEarly({
    start: () => {
      seen.push(`from ${storedBytes / MIB} MiB`);
      return new Promise((resolve) => end.push(resolve));
    },
    close: () => seen.push("closed"),
  }, {
    storedBytes: () => storedBytes,
    every: (_, look) => {
      tick = look;
      return () => seen.push("stopped");
    },
  });
  const look = async (mib: number) => {
    storedBytes = mib * MIB;
    tick();
    await Promise.resolve();
  };
  return { seen, end, look, stop };
}

Deno.test("what was stored is written early, a worthwhile part at a time and one part after the other", async () => {
  const { seen, end, look, stop } = scene();
  await look(31);
  assert.deepStrictEqual(seen, [], "too little");
  await look(40);
  await look(100);
  assert.deepStrictEqual(seen, ["from 40 MiB"], "the first part is still being written");
  end[0]?.();
  await new Promise((resolve) => setTimeout(resolve, 0));
  await look(60);
  await look(100);
  assert.deepStrictEqual(seen, ["from 40 MiB", "from 100 MiB"]);
  stop();
  assert.deepStrictEqual(seen.slice(2), ["stopped", "closed"]);
});

Deno.test("without a writeback nobody looks", () => {
  const stop = writeEarly(undefined, {
    storedBytes: () => assert.fail("looked"),
    every: () => assert.fail("looks"),
  });
  stop();
});
