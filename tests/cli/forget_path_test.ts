import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";

Deno.test("phlb forget-path takes a path out, and every command says so instead of missing it", async () => {
  await using place = await makePlace({
    "docs": { "secret": "a secret", "letter": "dear" },
    "copy": "a secret",
  });
  await place.mustBackup();
  await Deno.remove(`${place.source}/docs/secret`);
  await place.mustBackup();
  const [first = "", second = ""] = place.snapshots();
  const ids = [first, second].map((path) => path.slice(place.root.length + 1));
  const phlb = async (args: readonly string[], code = 0) => {
    const outcome = await runPhlb([...args, "--root", place.root]);
    const text = outcome.stdout + outcome.stderr;
    assert.strictEqual(outcome.code, code, `${args.join(" ")}: ${text}`);
    return text;
  };
  const [id = "", later = ""] = ids;

  await phlb(["forget-path", "docs/secret"], 2); // no snapshot is named
  const planned = await phlb(["forget-path", id, "docs/secret", "--dry-run"]);
  assert.match(planned, new RegExp(`1 entry .* would be forgotten`));
  assert.match(planned, new RegExp(`stays under 2 other names:\n  ${id}/copy\n  ${later}/copy`));
  assert.ok((await Deno.stat(`${first}/docs/secret`)).isFile);
  const done = await phlb(["forget-path", id, "docs/secret", "--json"]);
  const messages = done.split("\n").filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
  const types = messages.map(({ message_type: type }) => type);
  assert.deepStrictEqual(types, ["forgotten", "staying", "staying", "summary"]);
  assert.strictEqual(messages.at(-1)?.bytes, 8);

  const said = /forgotten on \S+ by \S+@/;
  assert.match(await phlb(["verify", "--all"]), said);
  assert.match(await phlb(["ls", `${id}:docs/secret`], 2), said);
  assert.match(await phlb(["ls", `${id}:docs`]), said);
  assert.match(await phlb(["find", "secret"]), said);
  assert.match(await phlb(["history", "docs/secret"]), / forgotten\n {4}\S+ by \S+@/);
  assert.match(await phlb(["diff", id, later]), said);
  assert.match(await phlb(["restore", `${id}:docs/secret`, `${place.source}-1`], 2), said);
  assert.match(await phlb(["restore", id, `${place.source}-2`]), said);
  assert.deepStrictEqual([...Deno.readDirSync(`${place.source}-2/docs`)].map(({ name }) => name), [
    "letter",
  ]);
  assert.match(
    await Deno.readTextFile(`${first}-summary.txt`),
    /docs\/secret \(8 Bytes\)/,
  );
});
