import assert from "node:assert/strict";
import type { ListedSnapshot } from "../../../../src/ops/list_snapshots.ts";
import { Forecast } from "../../../../src/ops/stats/forecast.ts";
import type { HolderPlan } from "../../../../src/ops/stats/holders.ts";
import { PLAIN_SUMMARY } from "../../../support/summaries.ts";

/** What {@link PLAIN_SUMMARY} says. */
const ENTRIES = 125_354;
const BYTES = 41_231_686_041;

const NOTHING = { entries: 0, bytes: 0 };

function plan(summary: ListedSnapshot["summary"], kind: HolderPlan["kind"] = "snapshot") {
  const ref: ListedSnapshot = {
    id: "n/2026-01-01-000000",
    name: "n",
    time: "2026-01-01-000000",
    date: undefined,
    kind: "phlb",
    companions: new Set(),
    path: "/r/n/2026-01-01-000000",
    summary,
  };
  const isSnapshot = kind === "snapshot";
  return { kind, ref: isSnapshot ? ref : undefined, ownSums: true, dirs: [], entries: [] };
}

Deno.test("Forecast takes the mean of the others for a snapshot without a summary", () => {
  const forecast = new Forecast([plan(PLAIN_SUMMARY), plan(undefined), plan(undefined, "trash")]);
  assert.deepStrictEqual(forecast.total(0, NOTHING), { entries: 2 * ENTRIES, bytes: 2 * BYTES });
});

Deno.test("Forecast knows nothing without a summary until the first snapshot was counted", () => {
  const forecast = new Forecast([plan(undefined), plan(undefined)]);
  assert.strictEqual(forecast.total(0, { entries: 5, bytes: 50 }), undefined);
  forecast.finish(0, { entries: 10, bytes: 100 });
  assert.deepStrictEqual(forecast.total(1, { entries: 5, bytes: 50 }), { entries: 20, bytes: 200 });
});

Deno.test("Forecast is never below what was counted", () => {
  const forecast = new Forecast([plan(PLAIN_SUMMARY), plan(undefined, "trash")]);
  const more = { entries: ENTRIES + 1, bytes: BYTES + 1 };
  assert.deepStrictEqual(forecast.total(0, more), more);
  forecast.finish(0, NOTHING);
  assert.deepStrictEqual(forecast.total(1, { entries: 3, bytes: 4 }), { entries: 3, bytes: 4 });
});
