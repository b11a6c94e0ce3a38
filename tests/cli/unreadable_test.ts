import assert from "node:assert/strict";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { isSumsFile, makePlace } from "../support/backup_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, withMeta } from "../support/tree.ts";

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
