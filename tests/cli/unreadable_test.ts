import assert from "node:assert/strict";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { type BackupPlace, isSumsFile, makePlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type Tree, withMeta } from "../support/tree.ts";

Deno.test("what an ordinary user may not read is named, and all the rest is stored", async () => {
  await using place = await makePlace({
    "readable.txt": "1",
    "secret.txt": withMeta("2", { mode: 0o000 }),
    locked: withMeta({ "inside.txt": "3" }, { mode: 0o000 }),
    "read only": withMeta({ "inside.txt": "4", deeper: { "f.txt": "5" } }, { mode: 0o555 }),
  });
  await run("chmod", ["755", `${place.source}/..`]);
  await giveToUser(place.source);
  await giveToUser(place.root);
  const args = ["backup", place.source, place.root];
  for (let n = 0; n < 2; n++) {
    const outcome = await runPhlbAsUser(args);
    assert.strictEqual(outcome.code, 3, outcome.stderr);
    const problems = place.summary().problems.map(({ path, code }) => [path, code]);
    assert.deepStrictEqual(problems.sort(), [
      ["locked", "unreadable"],
      ["secret.txt", "unreadable"],
    ]);
    assert.match(outcome.stderr, /"secret\.txt": permission denied/);
    const stored = await readTree(place.latest());
    const lost = (path: string) => path === "secret.txt" || path === "locked/inside.txt";
    assertSameTree(stored, await readTree(place.source), {
      skip: (path) => isSumsFile(path) || lost(path),
    });
    assert.ok(!("secret.txt" in stored));
  }
  assert.strictEqual(place.summary().counts.copied, 0, "the second run links what it could read");
});

Deno.test("a backup root that a user may not write to is refused before anything is made", async () => {
  await using place = await makePlace({ a: "1" });
  await run("chmod", ["755", `${place.source}/..`]);
  await giveToUser(place.source);
  const outcome = await runPhlbAsUser(["backup", place.source, place.root]);
  assert.strictEqual(outcome.code, 1, outcome.stderr);
  assert.match(outcome.stderr, /Cannot .*permission denied/);
  assert.match(outcome.stderr, /Hint/);
  assert.deepStrictEqual([...Deno.readDirSync(place.root)], []);
});

Deno.test("directories that may be listed but not entered, or entered but not listed, are problems", async () => {
  await using place = await makeUserPlace({
    open: "open",
    "listed only": withMeta({ inside: "inside" }, { mode: 0o444 }),
    "entered only": withMeta({ inside: "inside" }, { mode: 0o111 }),
  });
  const { code, stderr } = await backupAsUser(place);
  assert.strictEqual(code, 3, stderr);
  const { counts, problems } = place.summary();
  assert.deepStrictEqual(problems.map(({ path, code, stored }) => [path, code, stored]).sort(), [
    ["entered only", "unreadable", true],
    ["listed only/inside", "unreadable", false],
  ]);
  assert.deepStrictEqual([counts.problems, counts.failed], [2, 1]);
  const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
  for (const { path } of problems) assert.ok(log.includes(`"${path}": permission denied`), path);
  const stored = await readTree(place.latest());
  const skip = (path: string) => isSumsFile(path) || path.endsWith("/inside");
  assertSameTree(stored, await readTree(place.source), { skip });
});

Deno.test("a source that a user cannot read at all is refused", async () => {
  await using place = await makeUserPlace({ a: "1" });
  await Deno.chmod(place.source, 0o000);
  const { code, stderr } = await backupAsUser(place);
  assert.strictEqual(code, 1, stderr);
  assert.match(stderr, /^Error: Cannot read the source ".*": permission denied$/m);
  assert.match(stderr, /^Hint: /m);
});

Deno.test("a leftover with read-only directories is taken over and removed by its user", async () => {
  const readOnly = withMeta({ f: "f", deeper: withMeta({ g: "g" }, { mode: 0o555 }) }, {
    mode: 0o555,
  });
  await using place = await makeUserPlace({ readOnly, more: "more" });
  await backupAsUser(place);
  const past = await rememberPast(place);
  await Deno.rename(`${place.source}/more`, `${place.source}/renamed`);
  await backupAsUser(place);
  await makeLeftover(place.latest());

  const { code, stderr } = await backupAsUser(place);
  assert.strictEqual(code, 0, stderr);
  await past.assertKept();
  const names = [...Deno.readDirSync(`${place.root}/source`)].map(({ name }) => name);
  assert.deepStrictEqual(names.filter((name) => name.startsWith(".")), []);
  assert.strictEqual(place.snapshots().length, 2);
});

async function makeUserPlace(tree: Tree): Promise<BackupPlace> {
  const place = await makePlace(tree);
  await Deno.chmod(`${place.root}/..`, 0o755);
  await giveToUser(place.root);
  await giveToUser(place.source);
  return place;
}

async function backupAsUser({ source, root }: BackupPlace): Promise<Outcome> {
  return await runPhlbAsUser(["backup", source, root]);
}

/** Makes of a finished snapshot what it was right before it was published. */
async function makeLeftover(snapshot: string): Promise<void> {
  const slash = snapshot.lastIndexOf("/");
  const partial = `${snapshot.slice(0, slash)}/.${snapshot.slice(slash + 1)}.partial`;
  await Deno.rename(snapshot, partial);
  await run("sh", ["-c", 'rm -- "$1"-manifest.mtree.gz "$1"-summary.*', "sh", snapshot]);
}
