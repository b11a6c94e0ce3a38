import assert from "node:assert/strict";
import { Cancelled } from "../../../src/threads/cancel.ts";
import { inlineLane, type Lane, LazyLane, WorkerLane } from "../../../src/threads/lane.ts";
import { FsError } from "../../../src/fs/file_system.ts";
import type { LaneAnswer, LaneCall, LaneStart } from "./lane_thread.ts";

/** A lane on a thread that {@link LaneCall} describes. */
async function startLane(start: LaneStart = { greeting: "hello" }) {
  const worker = new Worker(new URL("./lane_thread.ts", import.meta.url), { type: "module" });
  const lane = new WorkerLane<LaneCall, LaneAnswer>(worker);
  try {
    const report = await lane.greet<LaneStart, string>(start);
    return { lane, report, [Symbol.dispose]: () => lane.close() };
  } catch (error) {
    lane.close();
    throw error;
  }
}

/** Fails unless the error is the one that the thread threw, with everything that it says. */
function assertFsError(error: unknown, code: string): true {
  assert.ok(error instanceof FsError, String(error));
  const { code: own, op, path, message } = error;
  assert.deepStrictEqual({ own, op, path, message }, {
    own: code,
    op: "link",
    path: "a\udcff/b",
    message: "No space left on device",
  });
  return true;
}

Deno.test("WorkerLane hands on what the thread reports, and each error as what it was", async () => {
  using started = await startLane();
  const { lane, report } = started;
  assert.strictEqual(report, "hello to you");
  await assert.rejects(
    lane.call({ kind: "fs-error", code: "ENOSPC" }),
    (error) => assertFsError(error, "ENOSPC"),
  );
  await assert.rejects(lane.call({ kind: "cancelled" }), Cancelled);
  await assert.rejects(lane.call({ kind: "bug" }), (error) => {
    assert.ok(error instanceof Error && !(error instanceof FsError));
    assert.strictEqual(error.message, "a bug in the thread");
    assert.match(error.stack ?? "", /lane_thread\.ts/, "the trace leads to where it happened");
    return true;
  });
  assert.strictEqual(await lane.call({ kind: "echo", value: 7 }), 7, "the lane goes on");
});

Deno.test("WorkerLane answers many calls in their order, also when some of them fail", async () => {
  using started = await startLane();
  const settled: number[] = [];
  const outcomes = Array.from({ length: 300 }, async (_, value): Promise<string | number> => {
    try {
      if (value % 7 !== 0) return await started.lane.call({ kind: "echo", value });
      await started.lane.call({ kind: "fs-error", code: `E${value}` });
      return "no error";
    } catch (error) {
      return error instanceof FsError ? error.code : String(error);
    } finally {
      settled.push(value);
    }
  });
  const expected = outcomes.map((_, value) => value % 7 === 0 ? `E${value}` : value);
  assert.deepStrictEqual(await Promise.all(outcomes), expected);
  assert.deepStrictEqual(settled, [...outcomes.keys()]);
});

Deno.test("WorkerLane moves what is to be transferred instead of copying it", async () => {
  using started = await startLane();
  const bytes = new Uint8Array([1, 2, 3]);
  assert.strictEqual(await started.lane.call({ kind: "bytes", bytes }, [bytes.buffer]), 6);
  assert.strictEqual(bytes.length, 0);
});

Deno.test("a lane whose thread cannot start tells why", async () => {
  await assert.rejects(
    startLane({ greeting: "", refuse: "EACCES" }),
    (error) => assertFsError(error, "EACCES"),
  );
});

Deno.test("a closed lane ends the calls that wait and those that come later", async () => {
  using started = await startLane();
  const waiting = [started.lane.call({ kind: "hang" }), started.lane.call({ kind: "cancelled" })];
  const ended = Promise.allSettled(waiting);
  started.lane.close();
  for (const result of await ended) {
    assert.ok(result.status === "rejected" && result.reason instanceof Cancelled);
  }
  await assert.rejects(started.lane.call({ kind: "echo", value: 1 }), Cancelled);
});

Deno.test("a thread that dies fails every call that waits, and says so", async () => {
  using started = await startLane();
  await started.lane.call({ kind: "crash" });
  const goOn = async () => {
    for (let value = 0; value < 1000; value++) await started.lane.call({ kind: "echo", value });
  };
  await assert.rejects(goOn, /A worker thread failed: .*JSON/);
  await assert.rejects(started.lane.call({ kind: "echo", value: 1 }), /A worker thread failed/);
});

Deno.test("inlineLane() works on a copy, one call at a time, and goes on after a failure", async () => {
  const seen: number[] = [];
  const lane = inlineLane(({ value }: { value: number[] }) => {
    seen.push(value[0] ?? 0);
    if (value[0] === 2) throw new FsError({ code: "EIO", op: "read", path: "x", reason: "broken" });
    value.push(0);
    return { answer: value.length };
  });
  const first = [1];
  const answers = await Promise.allSettled(
    [first, [2], [3, 3]].map((value) => lane.call({ value })),
  );
  assert.deepStrictEqual(seen, [1, 2, 3]);
  assert.deepStrictEqual(first, [1]);
  assert.deepStrictEqual(
    answers.map((answer) => answer.status === "fulfilled" ? answer.value : answer.reason.code),
    [2, "EIO", 3],
  );
});

Deno.test("LazyLane starts its thread with the first call, and once", async () => {
  let started = 0;
  const lane = new LazyLane<number, number>(() => {
    started++;
    return Promise.resolve(inlineLane((call: number) => ({ answer: call * 2 })));
  });
  assert.strictEqual(started, 0);
  const answers = await Promise.all([lane.call(1), lane.call(2), lane.call(3)]);
  assert.deepStrictEqual([answers, started], [[2, 4, 6], 1]);
  lane.close();
  await assert.rejects(lane.call(4), Cancelled);
  assert.strictEqual(started, 1);
});

Deno.test("LazyLane closes a thread that is only just being started, and tells why one cannot", async () => {
  let closed = 0;
  const starting = Promise.withResolvers<Lane<number, number>>();
  const lane = new LazyLane<number, number>(() => starting.promise);
  const call = lane.call(1);
  lane.close();
  const refuse = () => Promise.reject(new Cancelled());
  starting.resolve({ call: refuse, close: () => closed++ });
  await assert.rejects(call, Cancelled);
  assert.strictEqual(closed, 1);
  const broken = new LazyLane<number, number>(() => Promise.reject(new Error("no thread")));
  for (let i = 0; i < 2; i++) await assert.rejects(broken.call(i), /no thread/);
  broken.close();
});
