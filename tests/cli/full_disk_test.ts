import assert from "node:assert/strict";
import { isSumsFile, type LoopPlace, makeLoopPlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, symlink, type Tree, writeTree } from "../support/tree.ts";

const OLD: Tree = { "a.txt": "alpha", "b.bin": "b".repeat(50_000), docs: { c: "gamma" } };

/** What the user is told: what failed, about which path, why, and what to do; never a stack. */
function assertTold(outcome: Outcome, { says, hint }: { says: RegExp; hint: RegExp }): void {
  assert.strictEqual(outcome.code, 1, `${outcome.stdout}\n${outcome.stderr}`);
  assert.match(outcome.stderr, says);
  assert.match(outcome.stderr, hint);
  assert.doesNotMatch(outcome.stderr, /^\s+at |mistake in phlb/m);
}

/** Runs a backup that fails, and then one that has what it needs and does not. */
async function failThenMend(
  place: LoopPlace,
  { fail, mend }: { fail: () => Promise<void>; mend: () => Promise<void> },
): Promise<void> {
  const past = await rememberPast(place);
  const before = place.snapshots();
  await fail();
  assert.deepStrictEqual(place.snapshots(), before, "nothing half-done can be seen");
  await mend();
  await past.assertKept();
  await place.mustBackup();
  await past.assertKept();
  const stored = await readTree(place.latest());
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
  const left = [...Deno.readDirSync(`${place.root}/source`)].map(({ name }) => name);
  assert.deepStrictEqual(left.filter((name) => name.startsWith(".")), [], "leftovers are gone");
}

/** Takes all but `leaveKib` of the room; returns what gives it back. */
async function fillUp({ mount }: LoopPlace, leaveKib: number): Promise<() => Promise<void>> {
  const ballast = `${mount.path}/ballast`;
  const free = await run("stat", ["-f", "-c", "%a %S", mount.path]);
  const [blocks = 0, blockBytes = 0] = free.trim().split(" ").map(Number);
  const bytes = blocks * blockBytes - leaveKib * 1024;
  // The last blocks may be needed to describe the first.
  await run("sh", ["-c", `head -c ${bytes} /dev/zero >"$1" || true`, "sh", ballast]);
  return () => Deno.remove(ballast);
}

/** `count` files of 20 kB, no two of them equal. */
function fresh(count: number): Tree {
  const names = Array.from({ length: count }, (_, i) => `fresh ${i}`);
  return Object.fromEntries(names.map((name) => [name, `${name} `.repeat(20_000 / 8)]));
}

/** Room for nothing, for the first steps, for some of the files, for all but what comes last. */
for (const leaveKib of [0, 8, 24, 64, 100, 140, 200, 1000, 2000, 2100, 2200]) {
  Deno.test(`a disk with ${leaveKib} KiB left ends the run, and the past is as it was`, async () => {
    await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16 }, OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, fresh(100));
    let makeRoom = () => Promise.resolve();
    await failThenMend(place, {
      fail: async () => {
        makeRoom = await fillUp(place, leaveKib);
        assertTold(await place.backup(), {
          says: /^Error: Cannot [a-z ]+ ".*root.*": .*No space left on device/m,
          hint: /^Hint: .*room/m,
        });
      },
      mend: () => makeRoom(),
    });
  });
}
