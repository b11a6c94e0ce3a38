import assert from "node:assert/strict";
import { isSumsFile, type LoopPlace, makeLoopPlace, makePlace } from "../support/backup_place.ts";
import { differentFiles, fillUp, manyOf, takeInodes } from "../support/full_disk.ts";
import { mountImage } from "../support/loop_mount.ts";
import { rememberPast } from "../support/past.ts";
import { startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, symlink, type Tree, writeTree } from "../support/tree.ts";

const OLD: Tree = { "a.txt": "alpha", "b.bin": "b".repeat(50_000), docs: { c: "gamma" } };

/** Room for nothing, for the first steps, for some of the files, for all files but what follows. */
for (const leaveKib of [0, 8, 24, 64, 140, 1000, 2000]) {
  Deno.test(`a disk with ${leaveKib} KiB left ends the run and leaves the past as it was`, async () => {
    await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16 }, OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, differentFiles(100));
    const makeRoom = await fillUp(place.mount.path, leaveKib);
    await failThenMend(place, {
      fail: async () => {
        assertTold(await place.backup(), {
          says: /^Error: Cannot [a-z ]+ ".*\/root\/.*": .*(no space|disk is full)/m,
          hint: /^Hint: Make room there/m,
        });
      },
      mend: makeRoom,
    });
  });
}

Deno.test("a disk that is full of what a cut-off run left is told so, with the path to delete", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16 }, differentFiles(1000));
  const full = await place.backup();
  assertTold(full, { says: /: no space \(or no inode\) left/, hint: /^Hint: Make room there/m });
  assert.doesNotMatch(full.stderr, /may be deleted/, "it serves the next run");
  const again = await place.backup();
  const [, partial = ""] = /may be deleted: "(.*)"$/m.exec(again.stderr) ?? [];
  assert.strictEqual(again.code, 1, again.stderr);
  assert.match(partial, /\/root\/source\/\.[\d-]+\.partial$/, again.stderr);
  await Deno.remove(partial, { recursive: true });
});

/** Every kind of entry that takes an inode. */
const INODE_EATERS: Readonly<Record<string, (count: number) => Tree>> = {
  "files": differentFiles,
  "directories": (count) => manyOf(count, () => ({})),
  "symlinks": (count) => manyOf(count, (i) => symlink(`target ${i}`)),
};

for (const [what, make] of Object.entries(INODE_EATERS)) {
  Deno.test(`a disk without inodes for all ${what} ends the run and leaves the past as it was`, async () => {
    await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16, inodes: 512 }, OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, make(80));
    const makeRoom = await takeInodes(place.mount.path, 60);
    await failThenMend(place, {
      fail: async () => {
        assertTold(await place.backup(), {
          says: /^Error: Cannot [a-z ]+ ".*\/root\/.*": no space \(or no inode\) left/m,
          hint: /^Hint: .*more inodes/m,
        });
      },
      mend: makeRoom,
    });
  });
}

Deno.test("a root that is mounted read-only is refused, and written to when it no longer is", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16 }, OLD);
  await place.mustBackup();
  await failThenMend(place, {
    fail: async () => {
      await place.mount.remount("ro");
      assertTold(await place.backup(), {
        says: /^Error: Cannot [a-z ]+ ".*\/root.*": .*read-only/m,
        hint: /^Hint: .*mounted read-write/m,
      });
      const listed = await run("ls", ["-A", place.root]);
      assert.strictEqual(listed, ".phlb\nsource\n");
    },
    mend: () => place.mount.remount("rw"),
  });
});

/** Slow enough for something to happen to the run before it is done. */
const SLOWLY = ["--bwlimit", "4M"];

Deno.test("a root that becomes read-only under way ends the run and leaves the past as it was", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 256 }, OLD);
  await place.mustBackup();
  await writeTree(`${place.source}/new`, differentFiles(5000));
  await failThenMend(place, {
    fail: async () => {
      const changes = Deno.watchFs(place.root);
      const started = startPhlb(["backup", place.source, place.root, ...SLOWLY]);
      for await (const { paths } of changes) {
        if (paths.some((path) => path.includes(".partial/new/"))) break;
      }
      // What the kernel itself does when the disk below it fails.
      await place.mount.remount("abort");
      assertTold(await started.outcome, {
        says: /^Error: Cannot [a-z ]+ ".*\/root.*": (the file system is )?read-only/m,
        hint: /^Hint: .*became read-only/m,
      });
    },
    mend: () => place.mount.mountAgain(),
  });
});

Deno.test("an index without room at the end is a warning: the snapshot is complete, and the next run mends it", async () => {
  await using place = await makePlace(OLD);
  await using disk = await mountImage({ type: "ext4", sizeMib: 4 });
  const env = { PHLB_INDEX_PATH: `${disk.path}/index.sqlite3` };
  const first = await place.backup([], { env });
  assert.strictEqual(first.code, 0, first.stderr);
  await writeTree(`${place.source}/new`, differentFiles(2000));
  const makeRoom = await fillUp(disk.path, 64);

  const full = await place.backup([], { env });
  assert.strictEqual(full.code, 0, full.stderr);
  assert.match(full.stderr, /^Warning: Cannot use the index .*the next run repairs it$/m);
  const stored = await readTree(place.latest());
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });

  await makeRoom();
  await Deno.rename(`${place.source}/new`, `${place.source}/moved`);
  const next = await place.backup([], { env });
  assert.deepStrictEqual([next.code, place.summary().counts.copied], [0, 0], next.stderr);
});

/** What the user is told: what failed, about which path, why, and what to do; never a stack. */
function assertTold(outcome: Outcome, { says, hint }: { says: RegExp; hint: RegExp }): void {
  assert.strictEqual(outcome.code, 1, `${outcome.stdout}\n${outcome.stderr}`);
  assert.match(outcome.stderr, says);
  assert.match(outcome.stderr, hint);
  assert.doesNotMatch(outcome.stderr, /^\s+at |mistake in phlb/m);
}

/** Lets a backup fail, sees to what it needs, and runs it again. */
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
