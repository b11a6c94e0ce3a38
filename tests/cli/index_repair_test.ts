import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { run } from "../support/run.ts";

const TREE = { a: "alpha", d: { b: "beta", c: "gamma" } };

interface Damage {
  readonly what: string;
  readonly harm: (index: string, place: BackupPlace) => void | Promise<unknown>;
}

const DAMAGES: readonly Damage[] = [
  { what: "deleted", harm: (index) => Deno.remove(index) },
  { what: "emptied", harm: (index) => Deno.truncate(index, 0) },
  { what: "cut short", harm: (index) => Deno.truncate(index, 5000) },
  { what: "overwritten", harm: (index) => Deno.writeTextFile(index, "no database ".repeat(2000)) },
  { what: "newer than the program", harm: (index) => sqlite(index, "PRAGMA user_version = 999") },
  { what: "emptied by SQL", harm: (index) => sqlite(index, "DELETE FROM content") },
];

function sqlite(index: string, statement: string): Promise<string> {
  return run("sqlite3", [index, statement]);
}

for (const { what, harm } of DAMAGES) {
  Deno.test(`an index that was ${what} is repaired without being asked`, async () => {
    await using place = await makePlace(TREE);
    await place.mustBackup();
    const index = `${place.root}/.phlb/index.sqlite3`;
    await harm(index, place);
    // Under another name nothing is known by path: only the index can tell what the root holds.
    await place.mustBackup(["--name", "again"]);
    const counts = await countsOf(place, "again");
    // Rows that someone deleted by SQL cannot be missed: those contents are stored once more.
    assert.strictEqual(counts.copied, what === "emptied by SQL" ? 3 : 0);
    await place.mustBackup(["--name", "third"]);
    assert.strictEqual((await countsOf(place, "third")).copied, 0);
  });
}

Deno.test("a snapshot removed with rm -rf is forgotten, and what other snapshots hold is found", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  await place.mustBackup();
  const [first = ""] = place.snapshots();
  await run("rm", ["-rf", first]);
  await place.mustBackup(["--name", "again"]);
  assert.strictEqual((await countsOf(place, "again")).copied, 0);
  const [snapshot] = await snapshotsOf(place, "again");
  const log = await Deno.readTextFile(`${place.root}/again/${snapshot}-backup.log`);
  assert.match(log, /Forgot "source\/[^"]+", which is gone/);
});

Deno.test("an index outside the backup root is used where index.path says", async () => {
  await using place = await makePlace(TREE);
  const index = `${place.root}/../index.sqlite3`;
  const { code, stderr } = await place.backup([], { env: { PHLB_INDEX_PATH: index } });
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(await sqlite(index, "SELECT count(*) FROM content"), "3\n");
});

async function countsOf(place: BackupPlace, name: string) {
  const [snapshot] = await snapshotsOf(place, name);
  const text = await Deno.readTextFile(`${place.root}/${name}/${snapshot}-summary.json`);
  return JSON.parse(text).counts;
}

async function snapshotsOf(place: BackupPlace, name: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(`${place.root}/${name}`)) {
    if (entry.isDirectory) names.push(entry.name);
  }
  return names.sort();
}
