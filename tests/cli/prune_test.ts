import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import type { Outcome } from "../support/run.ts";

type Fields = Readonly<Record<string, unknown>>;

function lines({ stdout, stderr }: Outcome): Fields[] {
  return (stdout + stderr).split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

/** Runs a command with `--json`, which must end with `code`, and returns its messages. */
async function told(args: readonly string[], code = 0): Promise<Fields[]> {
  const quiet = args[0] === "snapshots" ? [] : ["--no-progress"];
  const outcome = await runPhlb([...args, "--json", ...quiet]);
  assert.strictEqual(outcome.code, code, `${args.join(" ")}\n${outcome.stdout}${outcome.stderr}`);
  return lines(outcome);
}

function ofType(messages: readonly Fields[], type: string): Fields[] {
  return messages.filter(({ message_type: one }) => one === type);
}

/** Three snapshots, each with a file of its own that no other has. */
async function makeHistory(): Promise<BackupPlace> {
  const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}`, `content ${i}`]));
  const place = await makePlace({ ...files, only: "1".repeat(30_000) });
  await place.mustBackup();
  for (const letter of ["2", "3"]) {
    await Deno.writeTextFile(`${place.source}/only`, letter.repeat(30_000));
    await place.mustBackup();
  }
  return place;
}

Deno.test("phlb prune does what its dry run says, and the trash gives it back", async () => {
  await using place = await makeHistory();
  const [first = "", second = "", third = ""] = place.snapshots();
  const rules = ["prune", place.root, "--keep-last", "1"];
  const planned = await told([...rules, "--dry-run"]);
  assert.deepStrictEqual(place.snapshots(), [first, second, third]);
  const done = await told(rules);
  const plan = ofType(planned, "prune_snapshot");
  assert.deepStrictEqual(ofType(done, "prune_snapshot"), plan);
  assert.deepStrictEqual(plan.map(({ action, reasons }) => [action, reasons]), [
    ["remove", []],
    ["remove", []],
    ["keep", ["newest", "last"]],
  ]);
  assert.ok(plan.slice(0, 2).every(({ freed_bytes: bytes }) => Number(bytes) >= 30_000));
  assert.deepStrictEqual(place.snapshots(), [third]);

  const trash = ofType(await told(["trash", "list", place.root]), "trash");
  assert.deepStrictEqual(trash.map(({ snapshot_id: id }) => id), [
    first.slice(place.root.length + 1),
    second.slice(place.root.length + 1),
  ]);
  await told([
    "trash",
    "restore",
    "--root",
    place.root,
    ...trash.map(({ snapshot_id: id }) => `${id}`),
  ]);
  assert.deepStrictEqual(place.snapshots(), [first, second, third]);
  await told(["verify", "--root", place.root, "--all"]);

  await told(rules);
  // An entry whose record was lost may be all that is left of a snapshot.
  const [entry = ""] = [...Deno.readDirSync(`${place.root}/.phlb/trash`)].map(({ name }) => name);
  await Deno.remove(`${place.root}/.phlb/trash/${entry}/entry.json`);
  await place.mustBackup();
  await told(["trash", "empty", "--root", place.root, "--older-than", "1"]);
  assert.ok(await Deno.stat(`${place.root}/.phlb/trash/${entry}`));
  await told(["trash", "empty", "--root", place.root]);
  assert.deepStrictEqual([...Deno.readDirSync(`${place.root}/.phlb/trash`)], []);
  // The index named stored files that are gone: the next run finds others, and goes well.
  await place.mustBackup();
  await told(["verify", "--root", place.root, "--all"]);
});

Deno.test("phlb prune refuses to go without a rule, by a wrong clock, or after a broken newest", async () => {
  await using place = await makeHistory();
  const [empty] = ofType(await told(["prune", place.root], 2), "exit_error");
  assert.strictEqual(empty?.["error_code"], "POLICY_EMPTY");

  const summary = `${place.latest()}-summary.json`;
  const text = await Deno.readTextFile(summary);
  await Deno.writeTextFile(summary, text.replace(/"started_at": "20/, '"started_at": "29'));
  const rules = ["prune", place.root, "--keep-last", "1", "--force"];
  const [behind] = ofType(await told(rules, 1), "exit_error");
  assert.strictEqual(behind?.["error_code"], "CLOCK_BEHIND");
  await Deno.writeTextFile(summary, text);

  await Deno.remove(`${place.latest()}/f1`);
  const messages = await told(rules, 3);
  const [prune] = ofType(messages, "prune");
  assert.deepStrictEqual([prune?.["removed"], prune?.["held"]], [0, 2]);
  assert.ok(JSON.stringify(ofType(messages, "error")).includes("is not what was stored"));
  assert.strictEqual(place.snapshots().length, 3);
});

Deno.test("phlb prune holds back after a loss until --force, and then remembers it", async () => {
  await using place = await makeHistory();
  for (let i = 0; i < 8; i++) await Deno.writeTextFile(`${place.source}/f${i}`, `other ${i}`);
  await place.mustBackup();
  await place.mustBackup(); // nothing changed since: the loss lies one back, and still counts
  const rules = ["prune", place.root, "--keep-last", "3"];
  const [held] = ofType(await told(rules, 3), "prune");
  assert.deepStrictEqual([held?.["removed"], held?.["held"]], [0, 2]);
  assert.ok(JSON.stringify(held?.["refused"]).includes("8 of 9 files"), JSON.stringify(held));
  assert.strictEqual(place.snapshots().length, 5);
  await told([...rules, "--force"]);
  assert.strictEqual(place.snapshots().length, 3);
  await told(["prune", place.root, "--keep-last", "2"]);
  assert.strictEqual(place.snapshots().length, 2);
});

Deno.test("phlb prune does not take a change of mode or name for a loss", async () => {
  await using place = await makeHistory();
  await Deno.mkdir(`${place.source}/moved`);
  for (let i = 0; i < 8; i++) {
    await Deno.chmod(`${place.source}/f${i}`, 0o600);
    if (i > 3) await Deno.rename(`${place.source}/f${i}`, `${place.source}/moved/f${i}`);
  }
  await place.mustBackup();
  await told(["prune", place.root, "--keep-last", "1"]);
  assert.strictEqual(place.snapshots().length, 1);
});

Deno.test("phlb prune takes plain files that became noise for encrypted", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`f${i}`, `line ${i}\n`.repeat(3_000)]),
  );
  await using place = await makePlace(files);
  await place.mustBackup();
  for (let i = 0; i < 12; i++) {
    const noise = crypto.getRandomValues(new Uint8Array(20_000));
    await Deno.writeFile(`${place.source}/f${i}`, noise);
  }
  await place.mustBackup();
  const [held] = ofType(await told(["prune", place.root, "--keep-last", "1"], 3), "prune");
  assert.ok(JSON.stringify(held).includes("noise"), JSON.stringify(held));
});

Deno.test("phlb pin, tag and note are kept beside the snapshot, shown, and heeded", async () => {
  await using place = await makeHistory();
  const root = ["--root", place.root];
  await told(["pin", ...root, "latest~2"]);
  const [tagged] = await told([
    "tag",
    ...root,
    "latest~1",
    "--add",
    "a",
    "--add",
    "b",
    "--remove",
    "a",
  ]);
  assert.deepStrictEqual(tagged?.["tags"], ["b"]);
  await told(["note", ...root, "latest", "before the move"]);
  const shown = ofType(await told(["snapshots", place.root]), "snapshot");
  assert.deepStrictEqual(shown.map(({ pinned, tags, note }) => [pinned, tags, note]), [
    [true, [], null],
    [false, ["b"], null],
    [false, [], "before the move"],
  ]);
  await told(["prune", place.root, "--keep-tag", "b"]);
  assert.strictEqual(place.snapshots().length, 3);
  const [pinned] = ofType(await told(["remove", ...root, "latest~2"], 2), "exit_error");
  assert.strictEqual(pinned?.["error_code"], "SNAPSHOT_PINNED");
  const [newest] = ofType(await told(["remove", ...root, "latest"], 2), "exit_error");
  assert.strictEqual(newest?.["error_code"], "SNAPSHOT_NEWEST");
  await told(["unpin", ...root, "latest~2"]);
  await told(["remove", ...root, "latest~2"]);
  assert.strictEqual(place.snapshots().length, 2);
});

Deno.test("phlb prune --free deletes at once, oldest first, and never what the rules keep", async () => {
  await using place = await makeHistory();
  await told(["remove", "--root", place.root, "latest~2"]);
  const [enough] = ofType(
    await told(["prune", place.root, "--keep-last", "1", "--free", "1"]),
    "prune",
  );
  assert.deepStrictEqual([enough?.["removed"], enough?.["trash_deleted"]], [0, []]);
  const rules = ["prune", place.root, "--keep-last", "1", "--free", "900T"];
  const [short] = ofType(await told(rules, 3), "prune");
  assert.strictEqual(short?.["removed"], 1);
  assert.strictEqual(JSON.stringify(short["trash_deleted"]).split(",").length, 1);
  assert.strictEqual(place.snapshots().length, 1);
  assert.deepStrictEqual(ofType(await told(["trash", "list", place.root]), "trash"), []);
});

Deno.test("phlb backup prunes when it is told to, and deletes what was in the trash long enough", async () => {
  await using place = await makeHistory();
  const config = `${place.source}.toml`;
  await Deno.writeTextFile(config, "[retention]\nauto = true\nkeep_last = 1\n");
  const other = await runPhlb(["backup", place.source, place.root, "--name", "other"]);
  assert.strictEqual(other.code, 0, other.stderr);
  await place.mustBackup(["--config", config]);
  assert.strictEqual(place.snapshots().length, 1);
  const others = [...Deno.readDirSync(`${place.root}/other`)].filter((one) => one.isDirectory);
  assert.strictEqual(others.length, 1);
  assert.strictEqual(ofType(await told(["trash", "list", place.root]), "trash").length, 3);

  await Deno.writeTextFile(config, "[retention]\ntrash_days = 0\n");
  await place.mustBackup(["--config", config]);
  assert.deepStrictEqual(ofType(await told(["trash", "list", place.root]), "trash"), []);
  assert.strictEqual(place.snapshots().length, 2);
});

Deno.test("phlb backup whose newest snapshot lost much prunes nothing, and says so", async () => {
  await using place = await makeHistory();
  const config = `${place.source}.toml`;
  await Deno.writeTextFile(config, "[retention]\nauto = true\nkeep_last = 1\n");
  for (let i = 0; i < 8; i++) await Deno.remove(`${place.source}/f${i}`);
  const { stderr } = await place.mustBackup(["--config", config], 3);
  assert.ok(stderr.includes("8 of 9 files") && stderr.includes("phlb diff"), stderr);
  assert.strictEqual(place.snapshots().length, 4);
});
