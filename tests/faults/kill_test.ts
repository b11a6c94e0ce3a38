/**
 * SIGKILL at system calls of all stages of a backup, a prune and a repair: what was stored stays as it
 * was, nothing half-done looks done, and the next run succeeds. The executable that PHLB_BIN names is
 * killed, or the program run from its source.
 */
import assert from "node:assert/strict";
import { endedWith } from "../support/ended.ts";
import type { Ended } from "../support/inline_thread.ts";
import { phlbCommand, phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { readQuick } from "../support/quick_tree.ts";
import { runAnyhow } from "../support/run.ts";
import { writeTree } from "../support/tree.ts";
import { BACKUP, NEW_TREE, OLD_TREE } from "./backup_scenario.ts";
import { backupStage, type KilledAt, repairStage, sweepStage } from "./kill_stages.ts";
import { countKinds, share, tellCounts } from "./proof.ts";
import { KEPT, PRUNE_TREE, SWEEP } from "./prune_scenario.ts";
import { damage, REPAIR, REPAIR_TREE } from "./repair_scenario.ts";
import { makeProofDir } from "./proof_dir.ts";
import { beginAnew, type Scenario } from "./scenario.ts";

/** A scenario whose command is a process of its own. */
interface Killed extends Pick<Scenario, "name" | "prepare" | "assertSound" | "assertDone"> {
  readonly args: (dir: string) => string[];
  /** How many points run without `PHLB_PROOF`. */
  readonly few: number;
  /** How far it came when it was killed. */
  readonly stageOf: (at: KilledAt) => string;
}

const backUp = async (dir: string) => {
  const { code, stderr } = await runPhlb(["backup", `${dir}/source`, `${dir}/start/root`]);
  assert.strictEqual(code, 0, stderr);
};

const KILLED: readonly Killed[] = [
  {
    ...BACKUP,
    prepare: async (dir) => {
      await begin(dir, OLD_TREE);
      await backUp(dir);
      await writeTree(`${dir}/source/new`, NEW_TREE);
      await Deno.remove(`${dir}/source/b.txt`);
    },
    args: (dir) => ["backup", `${dir}/source`, `${dir}/work/root`],
    few: 10,
    stageOf: backupStage,
  },
  {
    ...SWEEP,
    prepare: async (dir) => {
      await begin(dir, PRUNE_TREE);
      for (let n = 0; n < 4; n++) {
        await Deno.writeTextFile(`${dir}/source/changing`, `content ${n}`);
        await backUp(dir);
      }
    },
    args: (dir) => {
      const free = ["--free", "1000T", "--root", `${dir}/work/root`];
      return ["prune", "--keep-last", String(KEPT), ...free];
    },
    few: 6,
    stageOf: sweepStage,
  },
  {
    ...REPAIR,
    prepare: async (dir) => {
      await begin(dir, REPAIR_TREE);
      for (let n = 0; n < 2; n++) await backUp(dir);
      await damage(dir);
    },
    args: (dir) => ["repair", "--all", "--root", `${dir}/work/root`],
    few: 6,
    stageOf: repairStage,
  },
];

async function begin(dir: string, tree: Parameters<typeof writeTree>[1]): Promise<void> {
  await writeTree(`${dir}/source`, tree);
  await Deno.mkdir(`${dir}/start/root`, { recursive: true });
}

/** Calls before which a process is killed; those that read come often, and are a part of them. */
const CALLS = [
  "mkdirat",
  "linkat",
  "symlinkat",
  "mknodat",
  "unlinkat",
  "unlink",
  "renameat2",
  "pwrite64",
  "ftruncate",
  "fchmod",
  "fchmodat",
  "fchmodat2",
  "fchown",
  "fchownat",
  "utimensat",
  "fsync",
  "fdatasync",
  "syncfs",
  "flock",
  "landlock_restrict_self",
];
const READS = ["getdents64", "pread64", "statx"];

for (const scenario of KILLED) {
  Deno.test(`${scenario.name}: SIGKILL at any system call`, async () => {
    await using temp = await makeProofDir();
    const dir = temp.path;
    await scenario.prepare(dir);
    beginAnew(dir);
    const all = await findPoints(scenario, dir);
    const points = share(all, scenario.few);
    const failures: string[] = [];
    const stages: string[] = [];
    for (const point of points) {
      try {
        stages.push(...await tryKill(scenario, dir, point));
      } catch (error) {
        const told = error instanceof Error ? error.stack ?? error.message : String(error);
        failures.push(`${point}\n  ${told}`);
      }
    }
    tellCounts(`kill, ${scenario.name}`, {
      points: all.length,
      runs: points.length,
      hits: stages.length,
      kinds: countKinds({ points: all, runs: points }, (point) => point.replace(/:.*/, "")),
    });
    for (const [stage, { runs }] of countKinds({ points: stages, runs: stages }, (at) => at)) {
      console.log(`  killed in stage ${stage}: ${runs}`);
    }
    assert.strictEqual(failures.join("\n\n"), "", `${failures.length} points failed`);
    assert.ok(stages.length > points.length / 2, "processes were killed");
  });
}

/** `<call>:when=<n>`: each thread counts for itself, so the busiest one tells how far that goes. */
async function findPoints({ args }: Killed, dir: string): Promise<string[]> {
  const trace = `${dir}/trace`;
  const wanted = [...CALLS, ...READS].map((call) => `?${call}`).join(",");
  const traced = ["-f", "-qq", "-o", trace, `--trace=${wanted}`, ...phlbCommand(), ...args(dir)];
  const { code, stderr } = await runAnyhow("strace", traced, { env: phlbEnvironment() });
  assert.ok([0, 3].includes(code), stderr);
  const counts = new Map<string, number>();
  for (const line of (await Deno.readTextFile(trace)).split("\n")) {
    const [, thread, call] = /^(\d+) +([a-z0-9_]+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const key = `${call} ${thread}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const most = new Map<string, number>();
  for (const [key, count] of counts) {
    const call = key.split(" ")[0] ?? "";
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return [...most].flatMap(([call, count]) => {
    const step = READS.includes(call) ? Math.max(1, Math.floor(count / 20)) : 1;
    const numbers = Array.from({ length: Math.ceil(count / step) }, (_, i) => 1 + i * step);
    return numbers.map((when) => `${call}:when=${when}`);
  });
}

/** Kills a run, looks at what it leaves and goes on; the stage in which it was killed, if it was. */
async function tryKill(scenario: Killed, dir: string, point: string): Promise<string[]> {
  const before = beginAnew(dir);
  const args = scenario.args(dir);
  const killed = await runPhlb(args, { inject: point.replace(":", ":signal=KILL:") });
  const isKilled = killed.code === 128 + 9;
  assert.ok(isKilled || killed.code === 0 || killed.code === 3, killed.stderr);
  const now = readQuick(`${dir}/work`);
  const good = scenario.name === REPAIR.name ? readQuick(`${dir}/good`) : before;
  await scenario.assertSound(dir, { before, ended: isKilled ? undefined : endOf(killed) });
  const next = await runPhlb(args);
  const isRoomMissing = args[0] === "prune"; // it cannot make as much room as it is asked for
  assert.strictEqual(next.code, isRoomMissing ? 3 : 0, `${next.stdout}${next.stderr}`);
  await scenario.assertDone(dir, before);
  return isKilled ? [scenario.stageOf({ now, before, good })] : [];
}

function endOf({ code }: { code: number }): Ended {
  return { ...endedWith(undefined, []), exitCode: code };
}
