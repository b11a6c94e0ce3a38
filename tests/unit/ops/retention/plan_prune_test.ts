import assert from "node:assert/strict";
import { AppError } from "../../../../src/base/app_error.ts";
import { planPrune, removedIn } from "../../../../src/ops/retention/plan_prune.ts";
import { policy, snapshotAt } from "../../../support/listed_snapshots.ts";
import { fc } from "../../../support/property.ts";

const NOW = new Date("2026-02-01T12:00:00Z");

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}

Deno.test("planPrune() refuses a policy without rules, also when all is pinned", () => {
  const snapshots = [snapshotAt("2026-01-05T12:00:00Z", { marks: { pinned: true } })];
  assert.strictEqual(codeOf(() => planPrune(snapshots, policy(), NOW)), "POLICY_EMPTY");
});

Deno.test("planPrune() counts for each name on its own, and keeps the newest of each", () => {
  const snapshots = [
    snapshotAt("2026-01-05T12:00:00Z", { name: "a" }),
    snapshotAt("2026-01-06T12:00:00Z", { name: "a" }),
    snapshotAt("2026-01-01T12:00:00Z", { name: "b", tags: ["release"] }),
    snapshotAt("2026-01-02T12:00:00Z", { name: "b" }),
  ];
  const plans = planPrune(snapshots, policy({ tags: ["release"] }), NOW);
  assert.deepStrictEqual(
    plans.map((plan) => plan.snapshots.map(({ reasons }) => reasons)),
    [[[], ["newest"]], [["tag release"], ["newest"]]],
  );
});

Deno.test("planPrune() keeps what is pinned, and what has no time; tags given later count", () => {
  const unknown = { ...snapshotAt("2026-01-02T12:00:00Z"), summary: undefined };
  const snapshots = [
    snapshotAt("2026-01-01T12:00:00Z", { marks: { pinned: true } }),
    unknown,
    snapshotAt("2026-01-03T12:00:00Z", { tags: ["x"], marks: { tags: ["y"] } }),
    snapshotAt("2026-01-04T12:00:00Z", { tags: ["y"] }),
    snapshotAt("2026-01-05T12:00:00Z"),
  ];
  const [plan] = planPrune(snapshots, policy({ tags: ["x"] }), NOW);
  assert.deepStrictEqual(plan?.snapshots.map(({ reasons }) => reasons), [
    ["pinned"],
    ["time unknown"],
    [],
    [],
    ["newest"],
  ]);
});

Deno.test("planPrune() does not look at what is not complete", () => {
  const snapshots = [
    snapshotAt("2026-01-01T12:00:00Z"),
    snapshotAt("2026-01-02T12:00:00Z", { kind: "partial" }),
  ];
  const [plan] = planPrune(snapshots, policy({ tags: ["x"] }), NOW);
  assert.deepStrictEqual(plan?.snapshots.map(({ reasons }) => reasons), [["newest"]]);
});

Deno.test("planPrune() stops when the clock is behind a snapshot, whatever the zone", () => {
  const snapshots = [snapshotAt("2026-02-01T14:00:01+02:00")];
  assert.strictEqual(codeOf(() => planPrune(snapshots, policy({ last: 1 }), NOW)), "CLOCK_BEHIND");
  const before = [snapshotAt("2026-02-01T14:00:00+02:00")];
  assert.strictEqual(codeOf(() => planPrune(before, policy({ last: 1 }), NOW)), undefined);
});

Deno.test("of two snapshots of which the clock was put back between, the later name is newer", () => {
  const snapshots = [
    { ...snapshotAt("2026-01-05T12:00:00Z"), time: "2026-01-05-120000" },
    { ...snapshotAt("2026-01-05T11:00:00Z"), time: "2026-01-05-120001" },
  ];
  const [plan] = planPrune(snapshots, policy({ last: 1 }), NOW);
  assert.deepStrictEqual(plan?.snapshots.map(({ reasons }) => reasons), [[], ["newest", "last"]]);
});

Deno.test("planPrune() again on what it left lets nothing more go", () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 500 }), {
    minLength: 1,
    maxLength: 40,
  });
  const counts = fc.record({
    hourly: fc.nat(5),
    daily: fc.nat(5),
    weekly: fc.nat(5),
    monthly: fc.nat(5),
    yearly: fc.nat(5),
  });
  fc.assert(
    fc.property(times, counts, (hours, given) => {
      const snapshots = hours.toSorted((a, b) => a - b).map((hour) =>
        snapshotAt(new Date(Date.UTC(2024, 0, 1) + hour * 3_600_000).toISOString())
      );
      const rules = policy({ last: 1, counts: given });
      const [first] = planPrune(snapshots, rules, NOW);
      assert.ok(first !== undefined);
      const gone = new Set(removedIn(first));
      const [second] = planPrune(snapshots.filter((one) => !gone.has(one)), rules, NOW);
      assert.ok(second !== undefined);
      assert.deepStrictEqual(removedIn(second), []);
    }),
    { numRuns: 100 },
  );
});
