import assert from "node:assert/strict";
import { ThreadProfile } from "../../../../src/backup/snapshot/thread_profile.ts";
import { addCall, kindOf, noWork, timeSince } from "../../../../src/threads/lane_work.ts";

Deno.test("ThreadProfile adds up what the threads of each role did", () => {
  let mainMs: number | undefined = 100;
  const profile = new ThreadProfile(() => mainMs);
  const [one, other, linker] = [noWork(), noWork(), noWork()];
  profile.add("hasher", { work: one });
  profile.add("linker", { work: linker });
  profile.add("hasher", { work: other });
  profile.add("walker", {}); // without a thread of its own
  addCall(one, "hash", { busyMs: 1000, cpuMs: 250 });
  addCall(one, "store", { busyMs: 500, cpuMs: 100 });
  addCall(other, "hash", { busyMs: 2000, cpuMs: 50.4 });
  addCall(linker, "sections", { busyMs: 7, cpuMs: undefined });
  addCall(linker, "sections", { busyMs: 3, cpuMs: 3 });
  mainMs = 350;
  assert.deepStrictEqual(profile.threads, {
    main: { count: 1, busy_seconds: null, cpu_seconds: 0.25, call_seconds: {} },
    hasher: {
      count: 2,
      busy_seconds: 3.5,
      cpu_seconds: 0.4,
      call_seconds: { hash: 3, store: 0.5 },
    },
    linker: {
      count: 1,
      busy_seconds: 0.01,
      cpu_seconds: null,
      call_seconds: { sections: 0.01 },
    },
  });
  mainMs = undefined;
  assert.strictEqual(profile.threads["main"]?.cpu_seconds, null);
});

Deno.test("the time of a call is what went by on both clocks", () => {
  const reading = (ms: number, cpuMs?: number) => ({ ms, cpuMs });
  assert.deepStrictEqual(timeSince(reading(10, 1), reading(15, 3)), { busyMs: 5, cpuMs: 2 });
  assert.deepStrictEqual(timeSince(reading(10), reading(15, 3)), { busyMs: 5, cpuMs: undefined });
  assert.strictEqual(timeSince(reading(10), undefined), undefined);
});

Deno.test("a call is of the kind that it says, or is its word", () => {
  assert.deepStrictEqual(["next", { kind: "hash" }, { dir: "a" }, 3].map(kindOf), [
    "next",
    "hash",
    "call",
    "call",
  ]);
});
