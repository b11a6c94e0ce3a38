import assert from "node:assert/strict";
import { readQuick } from "../support/quick_tree.ts";
import { type Point, type PortCall, recorded } from "./port_calls.ts";
import { countKinds, tellCounts, withoutChance } from "./proof.ts";
import { makeProofDir } from "./proof_dir.ts";
import { beginAnew, type Scenario } from "./scenario.ts";
import { allPoints, choosePoints, tryPoint } from "./try_point.ts";

/** Registers a test that fails the calls of a command, one after the other; see `port_faults_test.ts`. */
export function testPortFaults(scenario: Scenario): void {
  Deno.test(`${scenario.name}: any call of the port may fail, once or for good`, async () => {
    await using temp = await makeProofDir();
    const dir = temp.path;
    await scenario.prepare(dir);
    const calls = await recordCalls(scenario, dir);
    const points = choosePoints(calls);
    const { hits, failures } = await tryAll(scenario, { dir, calls, points });
    const all = allPoints(calls);
    tellCounts(`port faults, ${scenario.name}`, {
      points: all.length,
      runs: points.length,
      hits,
      kinds: countKinds({ points: all, runs: points }, ({ code, span }) => `${code} ${span}`),
    });
    assert.strictEqual(failures.join("\n\n"), "", `${failures.length} points failed`);
    assert.ok(hits > points.length * 0.9, "the points are those that were recorded");
  });
}

/** All that the command asks of the port when nothing fails. */
async function recordCalls(scenario: Scenario, dir: string): Promise<PortCall[]> {
  const before = beginAnew(dir);
  const calls: PortCall[] = [];
  const clean = await withoutChance(() => scenario.run(dir, recorded(calls)));
  assert.deepStrictEqual([clean.error, clean.problems], [undefined, []]);
  await scenario.assertDone(dir, before);
  return calls;
}

async function tryAll(
  scenario: Scenario,
  { dir, calls, points }: {
    dir: string;
    calls: readonly PortCall[];
    points: readonly Point[];
  },
): Promise<{ hits: number; failures: string[] }> {
  const source = readQuick(`${dir}/source`);
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
  return { hits, failures };
}
