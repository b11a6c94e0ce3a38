import assert from "node:assert/strict";
import type { File, FileSystem } from "../../../src/fs/file_system.ts";
import { CancelFlag, Cancelled } from "../../../src/threads/cancel.ts";
import { limitReads, openReadBudget } from "../../../src/threads/read_budget.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const FILE: File = { path: "f" };

/** A budget on a clock that a test moves, and a file system that reads whatever it is asked for. */
function limited(bytesPerSecond: number) {
  const clock = new FakeClock();
  const ticks = new Set<() => void>();
  const budget = openReadBudget({
    bytesPerSecond,
    clock,
    every: (_, tick) => {
      ticks.add(tick);
      return () => ticks.delete(tick);
    },
  });
  assert.ok(budget !== undefined);
  const pass = (ms: number) => {
    clock.advance(ms);
    for (const tick of ticks) tick();
  };
  const cancel = new CancelFlag();
  const reader = () => {
    const fs: Pick<FileSystem, "read"> = { read: (_, into) => into.length };
    limitReads(fs, { budget: budget.shared, cancel });
    return (bytes: number) => fs.read(FILE, new Uint8Array(bytes), 0);
  };
  // A reader that would have to wait looks at the flag first: raised, it throws instead.
  const mustWait = (read: () => unknown) => {
    cancel.raise();
    assert.throws(read, Cancelled);
    new Int32Array(cancel.shared)[0] = 0;
  };
  return { budget, pass, reader, mustWait, ticks };
}

Deno.test("limitReads() lets all readers together read what time has earned, and no more", () => {
  const { pass, reader, mustWait } = limited(1000);
  const [one, other] = [reader(), reader()];
  mustWait(() => one(1));
  pass(100); // 100 bytes
  assert.strictEqual(one(60), 60);
  assert.strictEqual(other(40), 40);
  mustWait(() => one(1));
  mustWait(() => other(1));
});

Deno.test("limitReads() lets one read overdraw the budget, and later ones pay for it", () => {
  const { pass, reader, mustWait } = limited(1000);
  const read = reader();
  pass(10);
  assert.strictEqual(read(1010), 1010); // 1000 more than there was
  for (let i = 0; i < 10; i++) {
    pass(100);
    mustWait(() => read(1));
  }
  pass(1);
  assert.strictEqual(read(1), 1);
});

Deno.test("ReadBudget does not make up for time in which nothing was read", () => {
  const { pass, reader, mustWait } = limited(1000);
  const read = reader();
  pass(3_600_000);
  assert.strictEqual(read(250), 250);
  mustWait(() => read(1));
});

Deno.test("ReadBudget loses no fraction of a byte", () => {
  const { pass, reader, mustWait } = limited(10);
  const read = reader();
  for (let i = 0; i < 3; i++) pass(25);
  mustWait(() => read(1));
  pass(25); // a tenth of a second: one byte
  assert.strictEqual(read(1), 1);
  mustWait(() => read(1));
});

Deno.test("ReadBudget.close() ends the limit, and its timer", () => {
  const { budget, reader, ticks } = limited(1);
  const read = reader();
  budget.close();
  assert.strictEqual(ticks.size, 0);
  for (let i = 0; i < 3; i++) assert.strictEqual(read(1 << 20), 1 << 20);
});

Deno.test("openReadBudget() takes 0 for no limit", () => {
  const every = () => {
    throw new Error("there is nothing to do again and again");
  };
  assert.strictEqual(
    openReadBudget({ bytesPerSecond: 0, clock: new FakeClock(), every }),
    undefined,
  );
});
