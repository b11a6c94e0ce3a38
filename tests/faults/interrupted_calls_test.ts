/**
 * A signal may interrupt any call to the system, and reads and writes may do less than they were
 * asked for: commands come to the very same result.
 */
import assert from "node:assert/strict";
import { openLibc } from "../../src/fs/libc.ts";
import { SealingFileSystem } from "../../src/fs/posix_sealing.ts";
import { BACKUP } from "./backup_scenario.ts";
import { type Hits, interruptedLibc, INTERRUPTIBLE } from "./interrupted_libc.ts";
import { share, tellCounts } from "./proof.ts";
import { SWEEP } from "./prune_scenario.ts";
import { REPAIR } from "./repair_scenario.ts";
import { OVERWRITING_RESTORE } from "./restore_scenario.ts";
import { makeProofDir } from "./proof_dir.ts";
import { beginAnew, type Scenario } from "./scenario.ts";

interface Point {
  readonly names: readonly string[];
  readonly isShort: boolean;
}

/** Each call alone, none but short ones, and all of them together. */
const ALL: readonly string[] = Object.keys(INTERRUPTIBLE);
const TOGETHER: readonly Point[] = [
  { names: [], isShort: true },
  { names: ALL, isShort: true },
];
const ALONE = ALL.map((name): Point => ({ names: [name], isShort: false }));

for (const [number, scenario] of [BACKUP, SWEEP, REPAIR, OVERWRITING_RESTORE].entries()) {
  Deno.test(`${scenario.name}: interrupted and short calls change nothing`, async () => {
    await using temp = await makeProofDir();
    await scenario.prepare(temp.path);
    const shifted = [...ALONE.slice(number * 2), ...ALONE.slice(0, number * 2)];
    const points = [...TOGETHER, ...share(shifted, 9)];
    const failures: string[] = [];
    let hits = 0;
    for (const point of points) {
      try {
        hits += await tryInterrupted(scenario, temp.path, point);
      } catch (error) {
        const told = error instanceof Error ? error.stack ?? error.message : String(error);
        failures.push(`${JSON.stringify(point)}\n  ${told}`);
      }
    }
    const counts = { points: TOGETHER.length + ALONE.length, runs: points.length, hits };
    tellCounts(`interrupted calls, ${scenario.name}`, counts);
    assert.strictEqual(failures.join("\n\n"), "", `${failures.length} points failed`);
    assert.ok(hits > 50, "calls were interrupted");
  });
}

async function tryInterrupted(
  scenario: Scenario,
  dir: string,
  { names, isShort }: Point,
): Promise<number> {
  const before = beginAnew(dir);
  const opened = openLibc();
  if (!("libc" in opened)) throw new Error(opened.reason);
  const hits: Hits = { count: 0 };
  const ended = await scenario.run(dir, () => {
    const calls = interruptedLibc(opened.libc, { names: new Set(names), isShort, hits });
    return new SealingFileSystem(calls);
  });
  assert.deepStrictEqual([ended.error, ended.problems], [undefined, []]);
  await scenario.assertDone(dir, before);
  return hits.count;
}
