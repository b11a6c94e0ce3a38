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
    const end = async () => {
      await lane.close();
      worker.terminate(); // a call may hang
    };
    return { lane, report, worker, [Symbol.asyncDispose]: end };
  } catch (error) {
    await lane.close();
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
  await using started = await startLane();
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
  await using started = await startLane();
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
  await using started = await startLane();
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
  await using started = await startLane();
  const waiting = [started.lane.call({ kind: "hang" }), started.lane.call({ kind: "cancelled" })];
  const ended = Promise.allSettled(waiting);
  await started.lane.close();
  for (const result of await ended) {
    assert.ok(result.status === "rejected" && result.reason instanceof Cancelled);
  }
  await assert.rejects(started.lane.call({ kind: "echo", value: 1 }), Cancelled);
});

Deno.test("close() of an idle lane waits until the thread has closed what it had open", async () => {
  const closed = new SharedArrayBuffer(4);
  await using started = await startLane({ greeting: "hello", closed });
  const calls = [1, 2, 3].map((value) => started.lane.call({ kind: "echo", value }));
  await Promise.all(calls);
  await Promise.all([started.lane.close(), started.lane.close()]);
  assert.strictEqual(Atomics.load(new Int32Array(closed), 0), 1);
});

Deno.test("close() of a busy lane does not wait, and the thread closes all after its calls", async () => {
  const closed = new SharedArrayBuffer(4);
  const gate = new SharedArrayBuffer(4);
  await using started = await startLane({ greeting: "hello", closed });
  const told = Promise.withResolvers<void>();
  started.worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "object" && data !== null && "closed" in data) told.resolve();
  });
  const call = assert.rejects(started.lane.call({ kind: "wait", gate }), Cancelled);
  await Promise.all([started.lane.close(), call]);
  assert.strictEqual(Atomics.load(new Int32Array(closed), 0), 0);
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  await told.promise;
  assert.strictEqual(Atomics.load(new Int32Array(closed), 0), 1);
});

Deno.test("close() of a lane whose thread died, or was never started, ends at once", async () => {
  await using started = await startLane();
  await started.lane.call({ kind: "crash" });
  const goOn = async () => {
    for (;;) await started.lane.call({ kind: "echo", value: 1 });
  };
  await assert.rejects(goOn, /A worker thread failed/);
  await started.lane.close();
  const worker = new Worker(new URL("./lane_thread.ts", import.meta.url), { type: "module" });
  await new WorkerLane<LaneCall, LaneAnswer>(worker).close();
});

Deno.test("a thread that dies fails every call that waits, and says so", async () => {
  await using started = await startLane();
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

Deno.test("inlineLane() closes once what its handler left open, and then handles no call", async () => {
  const seen: string[] = [];
  const handle = (call: string) => {
    seen.push(call);
    return { answer: call };
  };
  const lane = inlineLane(handle, () => seen.push("closed"));
  await lane.call("first");
  const late = assert.rejects(lane.call("second"), Cancelled);
  await Promise.all([lane.close(), lane.close(), late]);
  assert.deepStrictEqual(seen, ["first", "closed"]);
});

Deno.test("LazyLane closes with itself the lane that it started", async () => {
  let closed = 0;
  const lane = new LazyLane<number, number>(() =>
    Promise.resolve(inlineLane((call: number) => ({ answer: call }), () => closed++))
  );
  await lane.call(1);
  await lane.close();
  assert.strictEqual(closed, 1);
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
  await lane.close();
  await assert.rejects(lane.call(4), Cancelled);
  assert.strictEqual(started, 1);
});

Deno.test("LazyLane closes a thread that is only just being started, and tells why one cannot", async () => {
  let closed = 0;
  const starting = Promise.withResolvers<Lane<number, number>>();
  const lane = new LazyLane<number, number>(() => starting.promise);
  const call = lane.call(1);
  await lane.close();
  const refuse = () => Promise.reject(new Cancelled());
  const close = () => {
    closed++;
    return Promise.resolve();
  };
  starting.resolve({ call: refuse, close });
  await assert.rejects(call, Cancelled);
  assert.strictEqual(closed, 1);
  const broken = new LazyLane<number, number>(() => Promise.reject(new Error("no thread")));
  for (let i = 0; i < 2; i++) await assert.rejects(broken.call(i), /no thread/);
  await broken.close();
});
