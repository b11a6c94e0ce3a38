import assert from "node:assert/strict";
import { type BackupPlace, isSumsFile, makePlace } from "../support/backup_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type Tree } from "../support/tree.ts";

const TREE: Tree = { a: "alpha", b: { c: "gamma", d: "delta" }, e: "e".repeat(10_000) };

interface Damage {
  readonly what: string;
  readonly damage: (index: string) => void | Promise<void>;
  readonly says: RegExp;
}

const DAMAGES: readonly Damage[] = [
  {
    what: "is deleted",
    damage: (index) => Deno.remove(index),
    says: /Took "source\/.*" into the index: 4 contents/,
  },
  {
    what: "is empty",
    damage: (index) => Deno.truncate(index, 0),
    says: /Took "source\/.*" into the index: 4 contents/,
  },
  {
    what: "is cut short",
    damage: async (index) => Deno.truncate(index, (await Deno.stat(index)).size / 2),
    says: /The index ".*" is damaged; it is made anew/,
  },
  {
    what: "is not one",
    damage: (index) => Deno.writeTextFile(index, "no database ".repeat(1000)),
    says: /The index ".*" is damaged; it is made anew/,
  },
  {
    what: "has overwritten pages",
    damage: overwriteSecondPage,
    says: /The index ".*" is damaged; it is made anew/,
  },
  {
    what: "was made by a newer phlb",
    damage: async (index) => void await run("sqlite3", [index, "PRAGMA user_version = 9999"]),
    says: /The index ".*" .*newer.*; it is made anew/,
  },
  {
    what: "is another program's",
    damage: async (index) => {
      await Deno.remove(index);
      await run("sqlite3", [index, "CREATE TABLE t (x); PRAGMA user_version = 1"]);
    },
    says: /The index ".*" is a database of another program; it is made anew/,
  },
];

for (const { what, damage, says } of DAMAGES) {
  Deno.test(`an index that ${what} is repaired with a line in the log, and files are linked`, async () => {
    await using place = await makePlace(TREE);
    await place.mustBackup();
    await damage(`${place.root}/.phlb/index.sqlite3`);
    await assertAllLinked(place, says);
  });
}

Deno.test("a snapshot that was removed by hand is forgotten, and files are linked to the others", async () => {
  await using place = await makePlace(TREE);
  for (let run = 0; run < 3; run++) await place.mustBackup();
  for (const at of [1, 0]) {
    await removeByHand(place.snapshots()[at] ?? "");
    await assertAllLinked(place, /Forgot "source\/.*", which is gone/);
  }
  await removeByHand(place.latest());
  await assertAllLinked(place, /Forgot "source\/.*", which is gone/);
});

Deno.test("when all snapshots were removed by hand, everything is stored again without a problem", async () => {
  await using place = await makePlace(TREE);
  for (let run = 0; run < 2; run++) await place.mustBackup();
  for (const snapshot of place.snapshots()) await removeByHand(snapshot);
  await place.mustBackup();
  const { copied, linked, problems } = place.summary().counts;
  assert.deepStrictEqual([copied, linked, problems], [4, 0, 0]);
});

/** Backs up after every file was moved, so that nothing but the index knows their contents. */
async function assertAllLinked(place: BackupPlace, says: RegExp): Promise<void> {
  await Deno.rename(place.source, `${place.source}-before`);
  await Deno.mkdir(place.source);
  const count = place.snapshots().length;
  await Deno.rename(`${place.source}-before`, `${place.source}/moved ${count}`);
  const { stdout } = await place.mustBackup(["--json"]);
  // The time in a name that was given up may be used again, so the newest is not always the last.
  const { snapshot_id } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const snapshot = `${place.root}/${snapshot_id}`;
  const { counts } = JSON.parse(await Deno.readTextFile(`${snapshot}-summary.json`));
  assert.deepStrictEqual([counts.copied, counts.linked, counts.problems], [0, 4, 0]);
  assert.match(await Deno.readTextFile(`${snapshot}-backup.log`), says);
  const stored = await readTree(snapshot);
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
}

async function removeByHand(snapshot: string): Promise<void> {
  await run("sh", ["-c", 'rm -rf -- "$1" "$1"-*', "sh", snapshot]);
}

async function overwriteSecondPage(index: string): Promise<void> {
  using file = await Deno.open(index, { write: true });
  await file.seek(4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(4096).fill(0xa5));
}
