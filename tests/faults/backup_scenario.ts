import assert from "node:assert/strict";
import { AFTERCARE } from "../../src/ops/care_after.ts";
import type { Problem } from "../../src/base/problem.ts";
import { runBackup } from "../support/backup_run.ts";
import { endedWith } from "../support/ended.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { readQuick } from "../support/quick_tree.ts";
import { runRepair } from "../support/repair_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree, compareTrees } from "../support/same_tree.ts";
import {
  fifo,
  hardlink,
  sparse,
  symlink,
  type Tree,
  type TreeOnDisk,
  withMeta,
  writeTree,
} from "../support/tree.ts";
import { assertVerified } from "../support/work_here.ts";
import { below, type Copied, mayDiffer, only, type Scenario, snapshotTimes } from "./scenario.ts";

/** What the older snapshot holds. */
export const OLD_TREE: Tree = {
  "a.txt": "alpha",
  "b.txt": "alpha",
  "big": "b".repeat(20_000),
  "docs": { "one": "1", "two": "22", "deep": { "three": "333", "empty": {} } },
  "link": symlink("a.txt"),
  "pipe": fifo(),
  "attributes": withMeta("kept", { mode: 0o640, uid: 1234, xattrs: { "user.x": "y" } }),
  "sparse": sparse(40_000, [[20_000, "data"]]),
  "still": { "x": "xx", "y": "yy", "z": symlink("x") },
};

/** What comes into `new` since. */
export const NEW_TREE: Tree = {
  "fresh": "fresh",
  "also": symlink("fresh"),
  "large": "l".repeat(20_000),
  "large again": "l".repeat(20_000),
  "moved": "333",
  "hard": "linked twice",
  "harder": hardlink("hard"),
  "dir": { "inside": withMeta("inside", { xattrs: { "user.a": "b" } }) },
};

/** A clock later than all files, so that what is unchanged is known as such. */
const START = "2030-01-07T08:52:47Z";

type Settings = Readonly<Record<string, string | number | boolean>>;

const SETTINGS: Settings = { "performance.fence": "off", "performance.in_memory": 4096 };

/** A second backup, after a run that was cut off. */
export const BACKUP = makeBackupScenario("backup", {});

/** The same in another order, with all files read and signs of damage in the older snapshot. */
export const HEALING_BACKUP = makeBackupScenario("backup that heals", {
  "backup.order": "newest-first",
  "backup.checksum": true,
});

/** The very first backup into a root. */
export const FIRST_BACKUP: Scenario = {
  ...makeBackupScenario("first backup", {}),
  prepare: async (dir) => {
    await writeTree(`${dir}/source`, OLD_TREE);
    await Deno.mkdir(`${dir}/start/root`, { recursive: true });
  },
};

function makeBackupScenario(name: string, more: Settings): Scenario {
  const settings = { ...SETTINGS, ...more };
  const heals = more["backup.checksum"] === true;
  return {
    name,
    prepare: (dir) => prepare(dir, { heals }),
    run: async (dir, around) => {
      const clock = new FakeClock(START);
      const [source, root] = [`${dir}/source`, `${dir}/work/root`];
      clock.advance(60_000);
      const { error, events } = await runBackup(source, root, {
        settings,
        clock,
        aftercare: AFTERCARE,
        ...(around === undefined ? {} : { around }),
      });
      const problems = events.flatMap((event) => event.kind === "problem" ? event.problem : []);
      return endedWith(error, problems.filter((one) => !(heals && isDamageFound(one))));
    },
    assertSound: async (dir, { before, ended, ...copied }) => {
      const now = readQuick(`${dir}/work`);
      const old = snapshotTimes(before);
      assertKept(now, before, { old, heals, ...copied });
      const fresh = snapshotTimes(now).filter((time) => !old.includes(time));
      const lost = ended?.problems.map(({ relPath }) => relPath) ?? [];
      assert.ok(
        ended === undefined || ended.error !== undefined || fresh.length === 1,
        `the run says that it went well, and there are ${fresh.length} new snapshots`,
      );
      for (const time of fresh) assertIsSource(now, { dir, time, lost });
      if (fresh.length > 0 && !heals) await assertVerified(`${dir}/work/root`);
    },
    assertDone: async (dir, before, copied) => {
      const now = readQuick(`${dir}/work`);
      assertKept(now, before, { old: snapshotTimes(before), heals, ...copied });
      const [latest = ""] = snapshotTimes(now).toReversed();
      assertIsSource(now, { dir, time: latest, lost: [] });
      const left = Object.keys(now).filter((path) =>
        /^root(\/source)?\/\.[^/]*(?<!\.new)$/.test(path)
      );
      assert.deepStrictEqual(left, ["root/.phlb"], "nothing is left over");
      if (heals) await mendRest(`${dir}/work/root`);
      await assertVerified(`${dir}/work/root`);
    },
  };
}

/** What a run that was cut off or refused did not heal in the older snapshot, repair does. */
async function mendRest(root: string): Promise<void> {
  const { error, left, healed } = await runRepair(root);
  assert.deepStrictEqual([error, left], [undefined, []]);
  for (const line of healed) {
    assert.match(line, /^(attributes|content|linked) (still|docs)(\/y|\/one)? /);
  }
}

async function prepare(dir: string, { heals }: { heals: boolean }): Promise<void> {
  const [source, root] = [`${dir}/source`, `${dir}/start/root`];
  await writeTree(source, OLD_TREE);
  await Deno.mkdir(root, { recursive: true });
  const clock = new FakeClock(START);
  const first = await runBackup(source, root, { settings: SETTINGS, clock });
  assert.strictEqual(first.error, undefined);
  await writeTree(`${source}/new`, NEW_TREE);
  await run("rm", [`${source}/b.txt`]);
  const faults = { main: [{ op: "syncAll", code: "EIO" }] } as const;
  clock.advance(1000);
  const cutOff = await runBackup(source, root, { settings: SETTINGS, clock, faults });
  assert.notStrictEqual(cutOff.error, undefined);
  await writeTree(`${source}/newer`, { "late": "late", "one": "1" });
  await Deno.writeTextFile(`${source}/docs/two`, "changed");
  await run("touch", ["-d", "2024-02-02 02:02:02.123456789", `${source}/docs/two`]);
  if (!heals) return;
  const [time = ""] = snapshotTimes(readQuick(`${dir}/start`));
  await run("touch", ["-d", "2020-02-02", `${root}/source/${time}/still/y`]);
  await run("truncate", ["-s", "3", `${root}/source/${time}/docs/one`]);
}

/** Told whenever the damage is there. */
function isDamageFound({ code, relPath }: Problem): boolean {
  return code === "damaged" && /^(still\/y|docs\/one|newer\/one)$/.test(relPath);
}

/** What damage in the older snapshot a run heals. */
const WOUNDED = /\/(still\/y|docs\/one)$/;

/** The directories of files that were put in place have their own times again only at the end. */
function assertKept(
  now: TreeOnDisk,
  before: TreeOnDisk,
  { old, heals, ...copied }: Copied & { old: readonly string[]; heals: boolean },
): void {
  const isOld = (path: string) => old.some((time) => path.startsWith(`root/source/${time}`));
  const skip = (path: string) =>
    heals && (WOUNDED.test(path) || /\/(still|docs)$|-marks\.json$/.test(path));
  assertSameTree(only(now, isOld), only(before, isOld), { ignore: mayDiffer(copied), skip });
  for (const path of Object.keys(before)) {
    if (isOld(path)) assert.notStrictEqual(now[path], undefined, `"${path}" is gone`);
  }
}

/**
 * What was touched, and then read in what a cut-off run left, may be linked as it is when the index
 * knows nothing better: the content is right, and the manifest has its time.
 */
const OTHER_TIME = /^differs: "still\/y" mtimeNs \d+n, not \d+n$/;

function assertIsSource(
  now: TreeOnDisk,
  { dir, time, lost }: { dir: string; time: string; lost: readonly string[] },
): void {
  for (const end of ["manifest.mtree.gz", "summary.json", "summary.txt", "backup.log"]) {
    const path = `root/source/${time}-${end}`;
    assert.ok((now[path]?.size ?? 0) > 0, `"${path}" belongs to the snapshot`);
  }
  const isLost = (path: string) =>
    lost.some((one) => path === one || path.startsWith(`${one}/`) || one === "");
  const skip = (path: string) => path.split("/").at(-1)?.startsWith("SHA256SUMS") === true;
  const stored = below(now, `root/source/${time}`);
  const found = compareTrees(stored, readQuick(`${dir}/source`), { skip });
  const silent = found.filter((line) =>
    !isLost(JSON.parse(/"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? '""')) && !OTHER_TIME.test(line)
  );
  assert.deepStrictEqual(silent, [], "what is not as in the source was told");
}
