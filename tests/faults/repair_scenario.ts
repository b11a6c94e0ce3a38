import assert from "node:assert/strict";
import { runBackup } from "../support/backup_run.ts";
import { endedWith } from "../support/ended.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { readQuick } from "../support/quick_tree.ts";
import { runRepair } from "../support/repair_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree, compareTrees } from "../support/same_tree.ts";
import { fifo, symlink, type Tree, type TreeOnDisk, withMeta, writeTree } from "../support/tree.ts";
import { flipByte } from "../support/verify_run.ts";
import { assertVerified } from "../support/work_here.ts";
import { below, type Scenario } from "./scenario.ts";

/** What each snapshot holds. */
export const REPAIR_TREE: Tree = {
  "a": "one",
  "b": "one",
  "d": { "big": "x".repeat(20_000), "link": symlink("../a"), "pipe": fifo(), "sub": { "c": "3" } },
  "kept": withMeta("attributes", { mode: 0o640, uid: 1234, xattrs: { "user.x": "y" } }),
  "none": {},
};

/** Heals flipped bytes, a changed time, a missing directory and missing checksums. */
export const REPAIR: Scenario = {
  name: "repair",
  prepare: async (dir) => {
    const [source, root] = [`${dir}/source`, `${dir}/start/root`];
    await writeTree(source, REPAIR_TREE);
    await Deno.mkdir(root, { recursive: true });
    const clock = new FakeClock("2030-01-07T08:52:47Z");
    for (let n = 0; n < 2; n++) {
      const settings = { "performance.fence": "off" };
      const { error } = await runBackup(source, root, { clock, settings });
      assert.strictEqual(error, undefined);
      clock.advance(60_000);
    }
    await damage(dir);
  },
  run: async (dir, around) => {
    const { error, problems } = await runRepair(`${dir}/work/root`, {
      ...(around === undefined ? {} : { around }),
    });
    return endedWith(error, problems);
  },
  assertSound: (dir, { before }) => {
    const good = readQuick(`${dir}/good`);
    const now = readQuick(`${dir}/work`);
    for (const [path, entry] of Object.entries(inSnapshots(now))) {
      if (entry.type !== "file") continue;
      const candidates = [before[path], good[path]].flatMap((was) => was ?? []);
      const isOne = candidates.some((was) => compareTrees({ x: entry }, { x: was }).length === 0);
      assert.ok(
        isOne || /SHA256SUMS|\.phlb-sums-new/.test(path),
        `"${path}" is neither old nor good`,
      );
    }
    for (const path of Object.keys(inSnapshots(before))) {
      assert.ok(now[path] !== undefined, `"${path}" is gone`);
    }
    return Promise.resolve();
  },
  assertDone: async (dir) => {
    const [now, good] = [readQuick(`${dir}/work`), readQuick(`${dir}/good`)];
    assertSameTree(inSnapshots(now), inSnapshots(good));
    const own = Object.keys(below(now, "root/.phlb")).filter((path) => path.startsWith("repair"));
    assert.deepStrictEqual(own, [], "nothing of a repair is left");
    await assertVerified(`${dir}/work/root`);
  },
};

/** Keeps what is good beside, and damages the newer snapshot in many ways. */
export async function damage(dir: string): Promise<void> {
  await run("cp", ["-a", `${dir}/start`, `${dir}/good`]);
  const root = `${dir}/start/root`;
  const [, second = ""] = [...Deno.readDirSync(`${root}/source`)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted();
  const damaged = `${root}/source/${second}`;
  await flipByte(`${damaged}/a`);
  await run("touch", ["-d", "2020-02-02", `${damaged}/kept`]);
  await run("rm", ["-r", `${damaged}/d`, `${damaged}/SHA256SUMS`]);
}

function inSnapshots(tree: TreeOnDisk): TreeOnDisk {
  return Object.fromEntries(
    Object.entries(tree).filter(([path]) => path.startsWith("root/source/")),
  );
}
