import assert from "node:assert/strict";
import { isFull } from "../faults/proof.ts";
import { inZone } from "../support/in_zone.ts";
import { runPhlb } from "../support/phlb.ts";
import { CHOSEN_CASE, fc } from "../support/property.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { beginnings, type Change, LIMITS } from "./history.ts";
import { Life, NAMES } from "./life.ts";
import {
  damage,
  edit,
  index,
  pin,
  remove,
  repair,
  type Step,
  untrash,
  verifyAll,
} from "./life_steps.ts";
import { PairCounts, readHere, twoAtOnce } from "./two_processes.ts";

// Processes race: a seed gives the same histories, not the same winners. `PHLB_PROOF=10` lives ten
// times as many of them, `PHLB_PROOF=full` as many as 60 times. PHLB_TEST_SEED chooses a seed.

const PROOF = Deno.env.get("PHLB_PROOF") ?? "1";
const LIVES = Math.max(1, Math.round(4 * (isFull ? 60 : Number(PROOF))));
const STEPS = 9;

/** Of the history under way. */
let env: Record<string, string> = {};
let usualMs = 300;
const counts = new PairCounts();

const together = twoAtOnce({ env: () => env, usualMs: () => usualMs, counts });

/** In this thread, at the time that it is: that is quicker, and they are no race. */
const others = fc.oneof(
  { weight: 4, arbitrary: edit },
  { weight: 2, arbitrary: damage },
  { weight: 2, arbitrary: remove },
  untrash,
  pin,
  repair,
  index,
).map((step): Step => ({
  check: step.check,
  run: async (model, life) => {
    life.clock.setWallClock(new Date().toISOString());
    await step.run(model, life);
  },
  toString: step.toString,
}));

const settings = fc.record({
  PHLB_DEDUP_MIN_SIZE: fc.constantFrom("0", "1", String(LIMITS.minSizeBytes)),
  PHLB_PERFORMANCE_IN_MEMORY: fc.constantFrom("0", String(LIMITS.inMemoryBytes), "1MiB"),
  PHLB_DEDUP_METADATA: fc.constantFrom("manifest", "manifest", "inode"),
  PHLB_PERFORMANCE_BUFFER: fc.constant("4KiB"),
  PHLB_RETENTION_SWEEP_TIME: fc.constant("0"),
});

const given = fc.record({ beginnings: fc.tuple(beginnings, beginnings), env: settings });

/** Each pair after something that changes what they meet. */
const lives = fc.array(fc.tuple(others, others, together), { minLength: 3, maxLength: STEPS / 3 })
  .map((all) => all.flat());

Deno.test("two processes at once on one root are as good as one after the other", async () => {
  using _zone = inZone("UTC");
  const run = async (
    one: typeof given extends fc.Arbitrary<infer T> ? T : never,
    steps: Step[],
  ) => {
    env = one.env;
    await using temp = await makeTempDir();
    const life = new Life(temp.path, { env, trusting: false });
    life.clock.setWallClock(new Date().toISOString());
    await begin(life, one.beginnings);
    await fc.asyncModelRun(() => ({ model: {}, real: life }), steps);
    life.clock.setWallClock(new Date().toISOString());
    await verifyAll(life);
    const last = life.inRoot().at(-1);
    if (last !== undefined) await life.restore(last);
  };
  await fc.assert(fc.asyncProperty(given, lives, run), {
    numRuns: LIVES,
    endOnFailure: true,
    ...CHOSEN_CASE,
  });
  const [killed, locked] = [counts.of("code 137"), counts.of("code 11")];
  console.log(`two processes: ${LIVES} lives, ${killed} killed, ${locked} locked`);
  for (const line of counts.lines()) console.log(`  ${line}`);
  assert.ok(counts.of("code 0") > LIVES, "processes ended well");
});

/** The first two at once on a new root; how long they take is what kills are timed by. */
async function begin(life: Life, beginnings: readonly [Change[], Change[]]): Promise<void> {
  for (const [i, name] of NAMES.entries()) await life.edit(name, beginnings[i] ?? []);
  const beganMs = performance.now();
  const waiting = { env: { ...env, PHLB_BACKUP_LOCK_WAIT: "10m" } };
  const ended = await Promise.all(NAMES.map(async (name) => {
    const outcome = await runPhlb([...life.backupCommand(name), "--json"], waiting);
    return { name, ran: readHere(outcome) };
  }));
  usualMs = (performance.now() - beganMs) / 2;
  for (const { name, ran } of ended) await life.adoptAmong(life.toldBy(name, ran));
  await life.look();
}
