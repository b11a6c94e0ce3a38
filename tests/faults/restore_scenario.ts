import assert from "node:assert/strict";
import { runBackup } from "../support/backup_run.ts";
import { FakeClock } from "../support/fake_clock.ts";
import type { Ended } from "../support/inline_thread.ts";
import { readQuick } from "../support/quick_tree.ts";
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
import { restoreHere } from "../support/work_here.ts";
import { below, type Scenario } from "./scenario.ts";

const TREE: Tree = {
  "a": "one",
  "big": "x".repeat(300_000),
  "d": { "b": "two", "link": symlink("b"), "e": { "f": "three", "pipe": fifo(), "empty": {} } },
  "kept": withMeta("attributes", { mode: 0o640, uid: 1234, xattrs: { "user.x": "y" } }),
  "hard": "linked twice",
  "harder": hardlink("hard"),
  "sparse": sparse(400_000, [[200_000, "data"]]),
};

/** In the way: another content, a directory in place of a file, a file in place of a directory. */
const IN_THE_WAY: Tree = {
  "a": "another",
  "big": { "in": { "the": "way" } },
  "d": { "b": symlink("/nowhere"), "e": "no directory", "more": { "f": "f" } },
  "extra": { "g": "g" },
};

/** Restores into a new directory. */
export const RESTORE = makeRestoreScenario("restore", {
  target: undefined,
  how: { overwrite: "refuse", deletes: false, verify: false },
});

/** Restores in place of all that is there, and reads it again. */
export const OVERWRITING_RESTORE = makeRestoreScenario("restore over what is there", {
  target: IN_THE_WAY,
  how: { overwrite: "always", deletes: true, verify: true },
});

function makeRestoreScenario(name: string, { target, how }: {
  target: Tree | undefined;
  how: Pick<Parameters<typeof restoreHere>[1], "overwrite" | "deletes" | "verify">;
}): Scenario {
  const wanted = (dir: string) => ({ address: "latest", target: `${dir}/work/target`, ...how });
  let tries = 0;
  return {
    name,
    prepare: async (dir) => {
      const [source, root] = [`${dir}/source`, `${dir}/start/root`];
      await writeTree(source, TREE);
      await Deno.mkdir(root, { recursive: true });
      const settings = { "performance.fence": "off" };
      const clock = new FakeClock("2030-01-07T08:52:47Z");
      const { error } = await runBackup(source, root, { settings, clock });
      assert.strictEqual(error, undefined);
      if (target !== undefined) await writeTree(`${dir}/start/target`, target);
    },
    run: async (dir, around) => {
      const root = `${dir}/work/root`;
      // What is told to do after a run that failed.
      const isAgain = around === undefined && tries++ > 0 && target === undefined;
      const overwrite = isAgain ? "if-changed" : how.overwrite;
      const ended: Ended = await restoreHere(root, { ...wanted(dir), overwrite }, around);
      if (around !== undefined) tries = 1;
      return ended;
    },
    assertSound: (dir, { before, ended }) => {
      const now = readQuick(`${dir}/work`);
      assertSameTree(below(now, "root"), below(before, "root"), { ignore: ["allocatedBytes"] });
      const source = readQuick(`${dir}/source`);
      const lost = ended?.problems.map(({ relPath }) => relPath) ?? [];
      const restored = below(now, "target");
      assertOldOrWhole(restored, { old: below(before, "target"), source });
      if (ended === undefined || ended.error !== undefined) return Promise.resolve();
      const isLost = (path: string) =>
        lost.some((one) => path === one || path.startsWith(`${one}/`) || one === "");
      assertSameTree(restored, source, { skip: isLost });
      return Promise.resolve();
    },
    assertDone: (dir, before) => {
      const now = readQuick(`${dir}/work`);
      assertSameTree(below(now, "root"), below(before, "root"), { ignore: ["allocatedBytes"] });
      assertSameTree(below(now, "target"), readQuick(`${dir}/source`));
      return Promise.resolve();
    },
  };
}

/** Every file that has its name is what was there before, or complete. */
function assertOldOrWhole(
  restored: TreeOnDisk,
  { old, source }: { old: TreeOnDisk; source: TreeOnDisk },
): void {
  for (const [path, entry] of Object.entries(restored)) {
    if (entry.type === "dir" || /(^|\/)\.phlb-restore-[^/]*$/.test(path)) continue;
    const candidates = [old[path], source[path]].flatMap((was) => was ?? []);
    const isOne = candidates.some((was) => compareTrees({ x: entry }, { x: was }).length === 0);
    const isUnfinished = entry.mtimeNs !== source[path]?.mtimeNs; // the next run knows it by that
    assert.ok(
      isOne || isUnfinished,
      `"${path}" is neither what was there nor what the snapshot has`,
    );
  }
}
