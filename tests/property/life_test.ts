import { inZone } from "../support/in_zone.ts";
import { CHOSEN_CASE, fc } from "../support/property.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { countOf } from "../faults/proof.ts";
import { beginnings, type Change, LIMITS } from "./history.ts";
import { Life, NAMES } from "./life.ts";
import { lives, type Step, verifyAll } from "./life_steps.ts";

// fast-check prints the seed of a failure; with PHLB_TEST_FULL=1 it looks for its shortest form.

const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";
const LIVES = Number(
  Deno.env.get("PHLB_TEST_LIVES") ?? (FULL ? 400 : countOf({ usual: 16, all: 400 })),
);

const settings = fc.record({
  PHLB_DEDUP_MIN_SIZE: fc.constantFrom("0", "1", String(LIMITS.minSizeBytes)),
  PHLB_PERFORMANCE_IN_MEMORY: fc.constantFrom("0", String(LIMITS.inMemoryBytes), "1MiB"),
  PHLB_DEDUP_METADATA: fc.constantFrom("manifest", "manifest", "manifest", "inode"),
  PHLB_BACKUP_ORDER: fc.constantFrom("tree", "tree", "tree", "newest-first"),
  PHLB_PERFORMANCE_BUFFER: fc.constant("4KiB"),
  PHLB_RETENTION_SWEEP_TIME: fc.constant("0"),
});

const given = fc.record({
  beginnings: fc.tuple(beginnings, beginnings),
  env: settings,
  trusting: fc.boolean(),
  zone: fc.constantFrom("UTC", "Europe/Berlin", "Pacific/Chatham"),
});

Deno.test("whatever happens to a root, its snapshots are what they were made from", async () => {
  await fc.assert(
    fc.asyncProperty(given, lives, (given, steps) => live(given, steps)),
    { numRuns: LIVES, endOnFailure: !FULL, ...CHOSEN_CASE },
  );
});

async function live(
  { beginnings, env, trusting, zone }: typeof given extends fc.Arbitrary<infer T> ? T : never,
  steps: Iterable<Step>,
): Promise<void> {
  await using temp = await makeTempDir();
  using _zone = inZone(zone);
  const life = new Life(temp.path, { env, trusting });
  await begin(life, beginnings);
  await fc.asyncModelRun(() => ({ model: {}, real: life }), steps);
  await verifyAll(life);
  const last = life.inRoot().at(-1);
  if (last !== undefined) await life.restore(last);
}

async function begin(life: Life, beginnings: readonly [Change[], Change[]]): Promise<void> {
  for (const [i, name] of NAMES.entries()) await life.edit(name, beginnings[i] ?? []);
  await life.backUp("alpha");
}
