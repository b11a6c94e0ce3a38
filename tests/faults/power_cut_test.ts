/**
 * The power may go before any call that writes, and what was not made durable by then may be lost, in
 * any order: older snapshots are as they were, a snapshot that can be seen is complete, and the next
 * run succeeds.
 */
import assert from "node:assert/strict";
import { BACKUP, FIRST_BACKUP, HEALING_BACKUP } from "./backup_scenario.ts";
import { countKinds, share, tellCounts } from "./proof.ts";
import { PRUNE, SWEEP, SWEEP_IN_PLACE } from "./prune_scenario.ts";
import { REPAIR } from "./repair_scenario.ts";
import { makeProofDir } from "./proof_dir.ts";
import { beginAnew } from "./scenario.ts";
import { type CutPoint, FATES, tryCut } from "./try_cut.ts";
import { VolatileDisk } from "./volatile_disk.ts";

/** Points of each scenario without `PHLB_PROOF=full`. */
const SHARE = 24;

for (
  const scenario of [BACKUP, FIRST_BACKUP, HEALING_BACKUP, PRUNE, SWEEP, SWEEP_IN_PLACE, REPAIR]
) {
  Deno.test(`${scenario.name}: the power may go at any moment`, async () => {
    await using temp = await makeProofDir();
    const dir = temp.path;
    await scenario.prepare(dir);
    beginAnew(dir);
    const disk = new VolatileDisk(`${dir}/work/root`, {});
    const clean = await scenario.run(dir, disk.around);
    assert.deepStrictEqual([clean.error, clean.problems], [undefined, []]);
    const all = Array.from({ length: disk.writes }, (_, i) => i + 1)
      .flatMap((cutAt) => Object.keys(FATES).map((fate): CutPoint => ({ cutAt, fate })));
    const points = share(all, SHARE);
    const failures: string[] = [];
    let cuts = 0;
    for (const point of points) {
      try {
        cuts += await tryCut(scenario, dir, point);
      } catch (error) {
        const told = error instanceof Error ? error.stack ?? error.message : String(error);
        failures.push(`${JSON.stringify(point)}\n  ${told}`);
      }
    }
    tellCounts(`power cut, ${scenario.name}`, {
      points: all.length,
      runs: points.length,
      hits: cuts,
      kinds: countKinds({ points: all, runs: points }, ({ fate }) => fate),
    });
    assert.strictEqual(failures.join("\n\n"), "", `${failures.length} points failed`);
    assert.ok(cuts > points.length * 0.9, "the points are those that were counted");
  });
}
