import assert from "node:assert/strict";
import { type Datable, keepReasons } from "../../../../src/ops/retention/keep_reasons.ts";
import { type Period, PERIODS, type Policy } from "../../../../src/ops/retention/policy.ts";
import { parseTakenAt } from "../../../../src/ops/retention/taken_at.ts";
import { policy } from "../../../support/listed_snapshots.ts";
import { fc } from "../../../support/property.ts";

const HOUR_MS = 3_600_000;

/** Snapshots of these times, oldest first. */
function at(...times: string[]): Datable[] {
  return times.map((time) => ({ takenAt: parseTakenAt(time), tags: [] }));
}

/** Which stay, as 1 and 0. */
function kept(snapshots: readonly Datable[], rules: Policy): string {
  return keepReasons(snapshots, rules).map((reasons) => reasons.length > 0 ? "1" : "0").join("");
}

Deno.test("the newest of a day stands for it, and only days with a snapshot count", () => {
  const snapshots = at(
    "2026-01-01T10:00:00Z",
    "2026-01-05T08:00:00Z",
    "2026-01-05T20:00:00Z",
    "2026-01-09T07:00:00Z",
    "2026-01-09T08:00:00Z",
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { daily: 2 } })), "00101");
  assert.deepStrictEqual(keepReasons(snapshots, policy({ last: 1, counts: { daily: 1 } })).at(-1), [
    "last",
    "daily",
  ]);
});

Deno.test("the oldest stays until a count is used up, as in restic", () => {
  const snapshots = at("2026-01-05T08:00:00Z", "2026-01-05T20:00:00Z", "2026-03-05T20:00:00Z");
  assert.deepStrictEqual(keepReasons(snapshots, policy({ counts: { monthly: 3 } })), [
    ["oldest monthly"],
    ["monthly"],
    ["monthly"],
  ]);
  assert.strictEqual(kept(snapshots, policy({ counts: { monthly: 2 } })), "011");
});

Deno.test("weeks go from Monday to Sunday, also over the end of a year", () => {
  const snapshots = at(
    "2025-12-28T12:00:00+01:00", // Sunday
    "2025-12-29T12:00:00+01:00", // Monday of the week of 1 January 2026
    "2026-01-04T23:59:59+01:00", // Sunday
    "2026-01-05T00:00:00+01:00", // Monday
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { weekly: 3 } })), "1011");
  assert.strictEqual(kept(snapshots, policy({ counts: { yearly: 1 } })), "0001");
  assert.strictEqual(kept(snapshots, policy({ counts: { yearly: 2 } })), "0101");
});

Deno.test("the hour that comes twice when summer time ends is two hours", () => {
  const snapshots = at(
    "2025-10-26T02:10:00+02:00",
    "2025-10-26T02:50:00+02:00",
    "2025-10-26T02:10:00+01:00",
    "2025-10-26T02:50:00+01:00",
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { hourly: -1 } })), "1101");
  assert.strictEqual(kept(snapshots, policy({ counts: { hourly: 2 } })), "0101");
  assert.strictEqual(kept(snapshots, policy({ counts: { daily: 1 } })), "0001");
});

Deno.test("a day of 23 hours is a day: buckets go by the calendar, not by 24 hours", () => {
  const snapshots = at(
    "2026-03-28T23:30:00+01:00",
    "2026-03-29T00:30:00+01:00",
    "2026-03-29T23:30:00+02:00",
    "2026-03-30T00:30:00+02:00",
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { daily: 3 } })), "1011");
});

Deno.test("a day is that of the place where the snapshot was taken", () => {
  // Half past midnight in Berlin and in Tokyo is another day than in UTC.
  const snapshots = at(
    "2026-01-06T12:00:00+01:00",
    "2026-01-07T00:30:00+01:00",
    "2026-01-07T23:30:00+09:00",
    "2026-01-08T00:30:00+09:00",
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { daily: 3 } })), "1011");
});

Deno.test("a traveller who meets a day twice keeps its newest", () => {
  // Over the date line to the east: the 7th, the 8th, the 7th again.
  const snapshots = at(
    "2026-01-07T23:00:00+12:00",
    "2026-01-08T01:00:00+12:00",
    "2026-01-07T20:00:00-10:00",
    "2026-01-08T20:00:00-10:00",
  );
  assert.strictEqual(kept(snapshots, policy({ counts: { daily: 2 } })), "0011");
});

Deno.test("within is measured from the newest snapshot, whatever the zones", () => {
  const snapshots = at(
    "2026-01-05T11:59:59Z",
    "2026-01-05T13:00:00+01:00",
    "2026-01-05T23:00:00+09:00",
    "2026-01-07T12:00:00Z",
  );
  assert.strictEqual(kept(snapshots, policy({ withinMs: 48 * HOUR_MS })), "0111");
  assert.strictEqual(kept(snapshots, policy({ withinMsOf: { daily: 48 * HOUR_MS } })), "0011");
});

Deno.test("one of the tags is enough", () => {
  const snapshots = [["a"], ["b", "c"], []].map((tags) => ({
    ...at("2026-01-05T12:00:00Z")[0],
    tags,
  }));
  const datable = snapshots.map(({ takenAt, tags }) => ({ takenAt, tags }));
  assert.deepStrictEqual(keepReasons(datable, policy({ tags: ["c", "x"] })), [[], ["tag c"], []]);
});

Deno.test("a count of -1 keeps one of every period, or all", () => {
  const snapshots = at("2024-01-05T12:00:00Z", "2024-01-06T12:00:00Z", "2026-01-05T12:00:00Z");
  assert.strictEqual(kept(snapshots, policy({ counts: { yearly: -1 } })), "111");
  assert.strictEqual(kept(snapshots, policy({ last: -1 })), "111");
});

/** The calendar there, by other means than the program's. */
function modelKey(iso: string, period: Period): string {
  const offset = iso.slice(-6);
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const shiftMs = (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const local = new Date(Date.parse(iso) + shiftMs);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  if (period === "hourly") return [year, month, day, local.getUTCHours(), offset].join();
  if (period === "daily") return [year, month, day].join();
  if (period === "monthly") return [year, month].join();
  if (period === "yearly") return String(year);
  // The number of Mondays since one in 1969.
  return String(
    Math.floor((Date.UTC(year, month, day) - Date.UTC(1969, 11, 29)) / (168 * HOUR_MS)),
  );
}

/** Who stays, told for each snapshot on its own, as a person would check it. */
function model(times: readonly string[], rules: Policy): boolean[] {
  const newest = times.length - 1;
  const msOf = (i: number) => Date.parse(times[i] ?? "");
  const isNewestOf = (i: number, period: Period) =>
    times.slice(i + 1).every((other) =>
      modelKey(other, period) !== modelKey(times[i] ?? "", period)
    );
  return times.map((_, i) => {
    const age = msOf(newest) - msOf(i);
    if (rules.last === -1 || newest - i < rules.last) return true;
    if (rules.withinMs > 0 && age <= rules.withinMs) return true;
    return PERIODS.some((period) => {
      const [count, withinMs] = [rules.counts[period], rules.withinMsOf[period]];
      const newer = times.keys().toArray().slice(i + 1).filter((j) => isNewestOf(j, period)).length;
      const hasRoom = count === -1 || newer < count;
      if (hasRoom && (isNewestOf(i, period) || i === 0)) return true;
      const inTime = times.slice(i + 1).every((other, k) =>
        msOf(newest) - msOf(i + 1 + k) > withinMs ||
        modelKey(other, period) !== modelKey(times[i] ?? "", period)
      );
      return withinMs > 0 && age <= withinMs && inTime;
    });
  });
}

Deno.test("keepReasons() keeps what a naive model keeps", () => {
  const offset = fc.constantFrom("+00:00", "+01:00", "+02:00", "-10:00", "+05:45", "+14:00");
  const time = fc.record({ hours: fc.integer({ min: 0, max: 24 * 800 }), offset }).map(
    ({ hours, offset }) => {
      const local = new Date(Date.UTC(2024, 0, 1) + hours * HOUR_MS).toISOString().slice(0, 19);
      return `${local}${offset}`;
    },
  );
  const times = fc.array(time, { minLength: 1, maxLength: 40 })
    .map((list) => list.toSorted((a, b) => Date.parse(a) - Date.parse(b)));
  const count = fc.integer({ min: -1, max: 6 });
  const within = fc.constantFrom(0, 0, 0, 24 * HOUR_MS, 31 * 24 * HOUR_MS, 400 * 24 * HOUR_MS);
  const of = <T>(value: fc.Arbitrary<T>) =>
    fc.record({ hourly: value, daily: value, weekly: value, monthly: value, yearly: value });
  const sparse = fc.oneof(fc.constant(0), count);
  const rules = fc.record({
    last: sparse,
    withinMs: within,
    counts: of(sparse),
    withinMsOf: of(within),
    tags: fc.constant([]),
  });
  fc.assert(
    fc.property(times, rules, (list, given) => {
      const found = keepReasons(at(...list), given).map((reasons) => reasons.length > 0);
      assert.deepStrictEqual(found, model(list, given));
    }),
    { numRuns: 300 },
  );
});
