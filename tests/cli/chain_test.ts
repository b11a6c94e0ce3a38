import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { takeApart, verify } from "../support/verify_run.ts";

/** A root with snapshots of the name "source", oldest first, each with something new. */
async function makeSnapshots(count: number): Promise<BackupPlace> {
  const place = await makePlace({ a: "one", d: { b: "two" } });
  for (let number = 1; number <= count; number++) {
    await Deno.writeTextFile(`${place.source}/n${number}`, `content ${number}`);
    await place.mustBackup();
  }
  return place;
}

/** How the manifest of each snapshot goes on from the one before, as `phlb verify --json` says. */
async function states(place: BackupPlace, args: readonly string[] = ["--all"]) {
  const outcome = await runPhlb(["verify", "--root", place.root, "--json", "--fast", ...args]);
  const { code, messages } = takeApart(outcome);
  const errors = outcome.stderr.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const found = errors.map(({ code, snapshot_id: snapshot, item }) =>
    `${code} ${snapshot}${item === "" ? "" : `:${item}`}`
  );
  const lines = outcome.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const chain = lines.filter(({ message_type: type }) => type === "verified_snapshot")
    .map(({ chain }) => chain);
  return { code, messages, found, chain };
}

const id = (snapshot: string | undefined) => snapshot?.split("/").slice(-2).join("/");

async function editManifest(snapshot: string | undefined, edit: (text: string) => string) {
  const path = `${snapshot}-manifest.mtree.gz`;
  const text = gunzipSync(await Deno.readFile(path)).toString();
  assert.notStrictEqual(edit(text), text);
  await Deno.writeFile(path, gzipSync(edit(text)));
}

Deno.test("an untouched history is a chain", async () => {
  await using place = await makeSnapshots(3);
  const { code, chain } = await states(place);
  assert.deepStrictEqual([code, chain], [0, ["first", "follows", "follows"]]);
});

Deno.test("a manifest that was edited after the next one was made is found", async () => {
  await using place = await makeSnapshots(3);
  const [first, second] = place.snapshots();
  await editManifest(second, (text) => text.replace("# phlb host ", "# phlb host other-"));
  const { code, found, chain, messages } = await states(place);
  assert.deepStrictEqual([code, found], [3, [`chain ${id(second)}`]]);
  assert.deepStrictEqual(chain, ["first", "follows", "broken"]);
  assert.match(messages[0] ?? "", /its manifest is not the one that was there when .* was made/);
  // Its successor and it itself tell, the one before it does not.
  for (const [address, wanted] of [["latest", 3], ["latest~1", 3], ["latest~2", 0]] as const) {
    assert.strictEqual((await states(place, [address])).code, wanted, address);
  }
  assert.strictEqual((await verify(place.root, [`${id(first)}`])).code, 0);
});

Deno.test("manifests that were swapped are found, also when one of them is the newest", async () => {
  await using place = await makeSnapshots(3);
  const [, second, third] = place.snapshots();
  const [one, two] = [`${second}-manifest.mtree.gz`, `${third}-manifest.mtree.gz`];
  await Deno.rename(one, `${one}.tmp`);
  await Deno.rename(two, one);
  await Deno.rename(`${one}.tmp`, two);
  const { code, found } = await states(place);
  assert.strictEqual(code, 3);
  assert.ok(
    found.includes(`chain ${id(second)}`) && found.includes(`chain ${id(third)}`),
    `${found}`,
  );
});

Deno.test("a manifest that is gone while its snapshot is there is found", async () => {
  await using place = await makeSnapshots(2);
  const [first] = place.snapshots();
  await Deno.remove(`${first}-manifest.mtree.gz`);
  const { code, found, messages } = await states(place);
  assert.deepStrictEqual([code, found], [3, [`chain ${id(first)}`]]);
  assert.match(messages[0] ?? "", /its manifest is gone; it was there when/);
});

Deno.test("a snapshot that was removed leaves a gap, and that is no damage", async () => {
  await using place = await makeSnapshots(3);
  const [, second = "", third] = place.snapshots();
  await Deno.remove(second, { recursive: true });
  for (const suffix of ["manifest.mtree.gz", "backup.log", "summary.json", "summary.txt"]) {
    await Deno.remove(`${second}-${suffix}`);
  }
  const { code, found, chain } = await states(place);
  assert.deepStrictEqual([code, found, chain], [0, [], ["first", "gap"]]);
  const { stdout } = await runPhlb(["verify", "--root", place.root, "--all", "--fast"]);
  const line = `A gap, no damage: a snapshot was removed before "${id(third)}"`;
  assert.ok(stdout.includes(line), stdout);
});

Deno.test("of a snapshot whose directory alone was removed there is a gap, too", async () => {
  await using place = await makeSnapshots(3);
  const [first = ""] = place.snapshots();
  await Deno.remove(first, { recursive: true });
  const { code, chain } = await states(place);
  assert.deepStrictEqual([code, chain], [0, ["gap", "follows"]]);
});

Deno.test("a damaged manifest that phlb rebuild made anew is told to be unproven, not broken", async () => {
  await using place = await makeSnapshots(3);
  const [, second] = place.snapshots();
  const path = `${second}-manifest.mtree.gz`;
  await Deno.truncate(path, (await Deno.stat(path)).size - 10);
  assert.deepStrictEqual((await states(place)).chain, ["first", null, "broken"]);
  const rebuilt = await runPhlb(["rebuild", place.root]);
  assert.strictEqual(rebuilt.code, 3, rebuilt.stderr); // the damage
  const { code, chain } = await states(place);
  assert.deepStrictEqual([code, chain], [0, ["first", "first", "rebuilt"]]);
  const again = gunzipSync(await Deno.readFile(path)).toString();
  assert.match(again, /^# phlb rebuilt \d{4}-\d\d-\d\dT/m);
});

Deno.test("a manifest that phlb wrote anew to link duplicates proves what it replaced", async () => {
  await using place = await makePlace({ a: "same", c: "more" });
  await Deno.utime(`${place.source}/a`, 1, 1);
  await Deno.writeTextFile(`${place.source}/b`, "same");
  await Deno.writeTextFile(`${place.root}/phlb.toml`, "[dedup]\nmin_size = 1000\n");
  await place.mustBackup(["--config", `${place.root}/phlb.toml`]);
  await place.mustBackup(["--config", `${place.root}/phlb.toml`]);
  const added = await runPhlb(["add", place.root]);
  assert.strictEqual(added.code, 0, added.stderr);
  const { code, chain } = await states(place);
  assert.deepStrictEqual([code, chain], [0, ["first", "rewritten"]]);
});
