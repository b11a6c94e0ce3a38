import assert from "node:assert/strict";
import { runBackup } from "../support/backup_run.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type Fault, faultyFileSystem } from "../support/faulty_file_system.ts";
import type { Around } from "../support/inline_thread.ts";
import { readQuick } from "../support/quick_tree.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { fifo, symlink, type Tree, type TreeOnDisk, writeTree } from "../support/tree.ts";
import { assertVerified, pruneHere } from "../support/work_here.ts";
import { below, type Copied, mayDiffer, only, type Scenario, snapshotTimes } from "./scenario.ts";

/** What each snapshot holds, beside one file that changes. */
export const PRUNE_TREE: Tree = {
  "a": "one",
  "d": { "b": "two", "link": symlink("b"), "e": { "f": "three", "g": fifo() } },
};

/** How many snapshots stay. */
export const KEPT = 2;

/** Puts two of four snapshots into the trash. */
export const PRUNE = makePruneScenario("prune", { sweeps: false });

/** The same, and deletes them for good, with what lay in the trash before. */
export const SWEEP = makePruneScenario("prune and sweep", { sweeps: true });

/** The same on a disk that has room for no entry in the trash. */
export const SWEEP_IN_PLACE = makePruneScenario("prune without room", {
  sweeps: true,
  faults: [
    { op: "makeDir", path: (path) => path.includes("/.phlb/trash/"), code: "ENOSPC", always: true },
  ],
});

function makePruneScenario(
  name: string,
  { sweeps, faults = [] }: { sweeps: boolean; faults?: readonly Fault[] },
): Scenario {
  return {
    name,
    prepare,
    run: (dir, around = (fs) => fs) => {
      const full: Around = (fs) => faultyFileSystem(around(fs), faults);
      return pruneHere(`${dir}/work/root`, { keepLast: KEPT, sweeps }, full);
    },
    assertSound: (dir, { before, ended, ...copied }) => {
      const now = readQuick(`${dir}/work`);
      assertKept(now, before, copied);
      assertWholeOrGone(now, before, { sweeps, ...copied });
      const isDone = ended !== undefined && ended.exitCode === 0;
      if (isDone) assert.strictEqual(snapshotTimes(now).length, KEPT, "it says that it is done");
      return Promise.resolve();
    },
    assertDone: async (dir, before, copied = {}) => {
      const now = readQuick(`${dir}/work`);
      assertKept(now, before, copied);
      assert.strictEqual(snapshotTimes(now).length, KEPT);
      const kept = snapshotTimes(before).slice(-KEPT);
      const beside = Object.keys(below(now, "root/source")).filter((path) =>
        /^\d/.test(path) && !kept.some((time) => path.startsWith(time)) &&
        now[`root/source/.${path.slice(0, TIME_LENGTH)}.partial`] === undefined
      );
      assert.deepStrictEqual(beside, [], "nothing of what went is left beside");
      const trash = Object.keys(below(now, "root/.phlb/trash")).filter((path) => path !== ".");
      if (sweeps) assert.deepStrictEqual(trash, [], "the trash is empty");
      await assertVerified(`${dir}/work/root`);
    },
  };
}

async function prepare(dir: string): Promise<void> {
  const [source, root] = [`${dir}/source`, `${dir}/start/root`];
  await writeTree(source, PRUNE_TREE);
  await Deno.mkdir(root, { recursive: true });
  const clock = new FakeClock("2030-01-07T08:52:47Z");
  for (let n = 0; n < 5; n++) {
    await Deno.writeTextFile(`${source}/changing`, `content ${n}`);
    const { error } = await runBackup(source, root, {
      clock,
      settings: { "performance.fence": "off" },
    });
    assert.strictEqual(error, undefined);
    clock.advance(60_000);
    // The first of the five lies in the trash already, and what an earlier sweep began with.
    if (n === 0) await pruneOldest(root);
  }
  const [entry] = [...Deno.readDirSync(`${root}/.phlb/trash`)].map(({ name }) => name);
  assert.ok(entry !== undefined);
  await writeTree(`${root}/.phlb/trash/20290101T000000Z-0001.deleting`, { "rest": { "of": "it" } });
}

/** What stands beside a directory whose deletion was cut off goes with the next backup. */
const TIME_LENGTH = "2030-01-07-085247".length;

/** Only a newer snapshot lets one go: so it is moved by hand. */
async function pruneOldest(root: string): Promise<void> {
  const [time = ""] = snapshotTimes(readQuick(root), "source");
  const entry = `${root}/.phlb/trash/20300101T000000Z-0001`;
  await Deno.mkdir(entry, { recursive: true });
  for (const { name } of [...Deno.readDirSync(`${root}/source`)]) {
    if (name.startsWith(time)) await Deno.rename(`${root}/source/${name}`, `${entry}/${name}`);
  }
  const record = { format_version: 1, name: "source", time, removed_at: "2030-01-01T00:00:00Z" };
  await Deno.writeTextFile(`${entry}/entry.json`, JSON.stringify({ ...record, command: "test" }));
}

function assertKept(now: TreeOnDisk, before: TreeOnDisk, copied: Copied): void {
  const kept = snapshotTimes(before).slice(-KEPT);
  const isKept = (path: string) => kept.some((time) => path.startsWith(`root/source/${time}`));
  assertSameTree(only(now, isKept), only(before, isKept), { ignore: mayDiffer(copied) });
}

/** A snapshot that can be seen is whole; one that lies in the trash under its name is as well. */
function assertWholeOrGone(
  now: TreeOnDisk,
  before: TreeOnDisk,
  { sweeps, ...copied }: Copied & { sweeps: boolean },
): void {
  for (const time of snapshotTimes(before).slice(0, -KEPT)) {
    const was = only(before, (path) => path.startsWith(`root/source/${time}`));
    if (now[`root/source/${time}`] !== undefined) {
      const is = only(now, (path) => path.startsWith(`root/source/${time}`));
      assertSameTree(is, was, { ignore: mayDiffer(copied) });
      continue;
    }
    const entry = Object.keys(now).find((path) =>
      path.endsWith(`/${time}`) && /^root\/\.phlb\/trash\/[^.]*\/[^/]*$/.test(path)
    );
    if (entry === undefined) {
      assert.ok(sweeps, `"${time}" is neither there nor in the trash`);
      continue;
    }
    const tree = below(now, entry);
    assertSameTree(tree, below(before, `root/source/${time}`), { ignore: mayDiffer(copied) });
    for (const path of Object.keys(was).filter((path) => path.startsWith(`root/source/${time}-`))) {
      const beside = `${entry}${path.slice(`root/source/${time}`.length)}`;
      assert.ok(
        now[path] !== undefined || now[beside] !== undefined,
        `"${path}" is neither there nor in the trash`,
      );
    }
  }
}
