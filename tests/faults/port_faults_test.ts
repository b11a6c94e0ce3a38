/**
 * Whatever the file system answers to any call that a command makes: what was stored stays as it was,
 * nothing half-done looks done, the next run succeeds, and the user is told what failed, where and
 * why.
 */
import assert from "node:assert/strict";
import { readQuick } from "../support/quick_tree.ts";
import { BACKUP, FIRST_BACKUP, HEALING_BACKUP } from "./backup_scenario.ts";
import { type PortCall, recorded } from "./port_calls.ts";
import { tellCounts } from "./proof.ts";
import { PRUNE, SWEEP } from "./prune_scenario.ts";
import { REPAIR } from "./repair_scenario.ts";
import { OVERWRITING_RESTORE, RESTORE } from "./restore_scenario.ts";
import { beginAnew, makeProofDir } from "./scenario.ts";
import { choosePoints, tryPoint } from "./try_point.ts";

const SCENARIOS = [
  BACKUP,
  FIRST_BACKUP,
  HEALING_BACKUP,
  PRUNE,
  SWEEP,
  REPAIR,
  RESTORE,
  OVERWRITING_RESTORE,
];

for (const scenario of SCENARIOS) {
  Deno.test(`${scenario.name}: any call of the port may fail, once or for good`, async () => {
    await using temp = await makeProofDir();
    const dir = temp.path;
    await scenario.prepare(dir);
    const source = readQuick(`${dir}/source`);
    const before = await beginAnew(dir);
    const calls: PortCall[] = [];
    const clean = await scenario.run(dir, recorded(calls));
    assert.deepStrictEqual([clean.error, clean.problems], [undefined, []]);
    await scenario.assertDone(dir, before);
    const points = choosePoints(calls);
    const failures: string[] = [];
    let hits = 0;
    for (const point of points) {
      try {
        hits += await tryPoint(scenario, { dir, point, source });
      } catch (error) {
        const { op, path, site } = calls[point.nth - 1] ?? { op: "?", path: "?", site: "?" };
        const told = error instanceof Error ? error.message : String(error);
        failures.push(`${JSON.stringify(point)} ${op} ${path}\n  at ${site}\n  ${told}`);
      }
    }
    tellCounts(`port faults, ${scenario.name}`, {
      points: calls.length,
      runs: points.length,
      hits,
    });
    assert.strictEqual(failures.join("\n\n"), "", `${failures.length} points failed`);
    assert.ok(hits > points.length * 0.9, "the points are those that were recorded");
  });
}
