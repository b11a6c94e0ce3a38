import assert from "node:assert/strict";
import { StageTimes } from "../../../../src/backup/snapshot/stage_times.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

Deno.test("StageTimes adds up what a stage takes, however often, and rounds to milliseconds", () => {
  const clock = new FakeClock();
  clock.advance(5000);
  const times = new StageTimes(clock);
  clock.advance(1500.4);
  times.mark("walk");
  clock.advance(250);
  times.mark("store");
  clock.advance(100.3);
  times.mark("walk");
  assert.deepStrictEqual(times.seconds, { walk: 1.601, store: 0.25 });
  assert.strictEqual(times.totalSeconds, 1.851);
});

Deno.test("StageTimes does not notice that the wall clock is set", () => {
  const clock = new FakeClock();
  const times = new StageTimes(clock);
  clock.advance(1000);
  clock.setWallClock("2020-01-01T00:00:00Z");
  times.mark("walk");
  assert.deepStrictEqual(times.seconds, { walk: 1 });
  assert.strictEqual(times.totalSeconds, 1);
});
