import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import {
  fifo,
  readTree,
  sparse,
  symlink,
  type Tree,
  withMeta,
  writeTree,
} from "../support/tree.ts";

const PREDECESSOR = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

function compare(
  { source, root }: { source: string; root: string },
  args: readonly string[] = [],
): Promise<Outcome> {
  return runPhlb(["compare", source, root, ...args]);
}

/** The lines before the summary, blanks folded. */
function differences({ stdout }: Outcome): string[] {
  const lines = stdout.split("\n");
  const end = lines.findIndex((line) => line.startsWith("Compare complete: "));
  assert.ok(end >= 0, stdout);
  return lines.slice(0, end).filter((line) => line !== "").map((line) => line.replace(/ +/, " "));
}

function messages({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ message_type }) => message_type !== "status");
}

const LATER = { mtimeNs: 1_700_003_600_123_456_789n };

Deno.test("a source is equal to its backup, and nothing is written", async () => {
  await using place = await makePlace({
    "a": withMeta("some content", { mode: 0o640, xattrs: { "user.x": "y" } }),
    "empty": "",
    "d\udcff": { "b": "more", "link": symlink("nowhere"), "pipe": fifo() },
  });
  await place.mustBackup();
  const before = [await readTree(place.source), await readTree(place.root)];
  const outcome = await compare(place);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [0, []], outcome.stderr);
  assert.match(outcome.stdout, /^Compare complete: .*\(total size 16 Bytes\)$/m);
  assert.match(
    outcome.stdout,
    /^ {2}Total entries processed: 7 \(3 files, 2 directories, 2 others\)$/m,
  );
  assert.match(outcome.stdout, /^ {3}\* Successfully compared: 7$/m);
  assert.match(outcome.stdout, /^ {2}Files read: 3 \(16 Bytes\)$/m);
  const after = [await readTree(place.source), await readTree(place.root)];
  for (const [i, tree] of after.entries()) assertSameTree(tree, before[i] ?? {});
});

const BEFORE: Tree = {
  "attribute": withMeta("x", { xattrs: { "user.x": "1" } }),
  "content": "as it was",
  "file or link": "x",
  "gone": "x",
  "link": symlink("a"),
  "mode": "x",
  "rotten": "good",
  "same": "x",
  "size": "short",
  "dir": { "inside": "x" },
  "gone dir": { "inside": "x" },
};

const AFTER: Tree = {
  "attribute": withMeta("x", { xattrs: { "user.x": "2" } }),
  "content": withMeta("as it is!", LATER),
  "file or link": symlink("x"),
  "link": symlink("b"),
  "mode": withMeta("x", { mode: 0o600 }),
  "new\n": "x",
  "rotten": "evil",
  "same": "x",
  "size": withMeta("much longer", LATER),
  "dir": withMeta({ "inside": withMeta("x", LATER) }, { mode: 0o700 }),
};

/** A backup of `BEFORE`, and `AFTER` in the source. */
async function changedPlace(): Promise<BackupPlace> {
  const place = await makePlace(BEFORE);
  await place.mustBackup();
  await Deno.remove(place.source, { recursive: true });
  await writeTree(place.source, AFTER);
  return place;
}

Deno.test("phlb compare tells of every kind of difference", async () => {
  await using place = await changedPlace();
  const outcome = await compare(place);
  assert.strictEqual(outcome.code, 3, outcome.stderr);
  assert.deepStrictEqual(differences(outcome), [
    "metadata attribute (xattrs)",
    "content content",
    "type file or link (link, was file)",
    "missing gone",
    "target link",
    "metadata mode (mode)",
    "new new\\x0a",
    "content rotten (size and time of change are the same)",
    "size size (11 Bytes, was 5 Bytes)",
    "metadata dir/ (mode)",
    "metadata dir/inside (mtime)",
    "missing gone dir/",
    "missing gone dir/inside",
  ]);
  assert.match(outcome.stdout, /^ {3}\* File hash mismatch: 2$/m);
});

Deno.test("phlb compare --json tells of every kind of difference", async () => {
  await using place = await changedPlace();
  const lines = messages(await compare(place, ["--json"]));
  const byKind = (kind: string) => lines.find((line) => line.kind === kind);
  assert.deepStrictEqual(byKind("size"), {
    message_type: "difference",
    schema_version: 1,
    path: "size",
    kind: "size",
    type: "file",
    size: 11,
    stored_size: 5,
  });
  assert.deepStrictEqual([byKind("type")?.type, byKind("type")?.stored_type], ["link", "file"]);
  const summary = lines.at(-1);
  assert.deepStrictEqual(summary?.differences, {
    new: 1,
    missing: 3,
    type: 1,
    size: 1,
    content: 2,
    target: 1,
    metadata: 4,
  });
  assert.deepStrictEqual([summary?.entries, summary?.equal, summary?.suspect_files], [15, 2, 1]);

  const without = await compare(place, ["--no-metadata"]);
  assert.ok(!without.stdout.includes("metadata  "));
  assert.match(without.stdout, /^ {3}\* Metadata mismatch: not compared$/m);
});

Deno.test("--fast reads no file, so content of the same size counts as the same", async () => {
  await using place = await makePlace({ "a": "good", "b": "x" });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/a`, "evil");
  await Deno.writeTextFile(`${place.source}/b`, "longer");
  const outcome = await compare(place, ["--fast", "--no-metadata"]);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [3, [
    "size b (6 Bytes, was 1 Bytes)",
  ]]);
  assert.match(outcome.stdout, /^ {2}Files read: 0 \(0 Bytes\)$/m);
});

Deno.test("--checksum-both finds that a stored file is not what was recorded", async () => {
  await using place = await makePlace({ "a": "good", "b": "x" });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.latest()}/a`, "evil");
  assert.strictEqual((await compare(place)).code, 0);
  const outcome = await compare(place, ["--checksum-both"]);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [3, []]);
  assert.match(outcome.stderr, /^Error: The stored file "a" is damaged: /m);
  assert.match(outcome.stdout, /^ {2}Stored files damaged: 1$/m);
});

Deno.test("what a rule leaves out is neither new nor missing", async () => {
  await using place = await makePlace({
    "keep": "x",
    "left.tmp": "x",
    "cache": { "a": "x", "deep": { "b": "x" } },
  });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/new.tmp`, "x");
  const rules = ["--exclude", "*.tmp", "--excludes", "cache"];
  const outcome = await compare(place, [...rules, "--no-metadata"]);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [0, []], outcome.stdout);
  assert.match(outcome.stdout, /^ {2}Left out by rules: 3$/m);
});

Deno.test("source, destination, name and rules come from the configuration", async () => {
  await using place = await makePlace({ "a": "x", "left.tmp": "x" });
  const config = `${place.root}/../phlb.toml`;
  await Deno.writeTextFile(
    config,
    `destination = "${place.root}"
[[job]]
id = "one"
source = "${place.source}"
name = "other"
exclude.patterns = ["*.tmp"]
`,
  );
  const args = ["--job", "one", "--config", config];
  const backup = await runPhlb(["backup", ...args]);
  assert.strictEqual(backup.code, 0, backup.stderr);
  const outcome = await runPhlb(["compare", ...args]);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [0, []], outcome.stderr);
  assert.match(outcome.stdout, /^Compare complete: .*\/root\/other\/[^/]+ \(total/m);
});

Deno.test("--snapshot names another snapshot, or a directory of one", async () => {
  await using place = await makePlace({ "docs": { "a": "x" }, "b": "x" });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/docs/a`, "changed");
  await place.mustBackup();
  assert.strictEqual((await compare(place)).code, 0);
  const older = await compare(place, ["--snapshot", "latest~1", "--no-metadata"]);
  assert.deepStrictEqual(differences(older), ["size docs/a (7 Bytes, was 1 Bytes)"]);
  const docs = { source: `${place.source}/docs`, root: place.root };
  const inside = await compare(docs, ["--snapshot", "source/latest~1:docs", "--no-metadata"]);
  assert.deepStrictEqual(differences(inside), ["size a (7 Bytes, was 1 Bytes)"]);
  const same = await compare(docs, ["--snapshot", "source/latest:docs"]);
  assert.deepStrictEqual([same.code, differences(same)], [0, []]);
});

Deno.test("a backup root inside of the source is left out", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/all`, { "a": "x", "backup": {} });
  const [source, root] = [`${temp.path}/all`, `${temp.path}/all/backup`];
  assert.strictEqual((await runPhlb(["backup", source, root])).code, 0);
  const outcome = await compare({ source, root });
  assert.deepStrictEqual([outcome.code, differences(outcome)], [0, []], outcome.stdout);
});

Deno.test("against a snapshot of PyHardLinkBackup, what it stored is compared", async () => {
  await using temp = await makeTempDir();
  const [root, source] = [`${temp.path}/root`, `${temp.path}/documents`];
  await Deno.mkdir(root);
  await run("tar", ["-xzf", fileURLToPath(PREDECESSOR), "-C", root]);
  await run("cp", ["-a", `${root}/documents/2026-11-21-040454`, source]);
  await run("find", [source, "-name", "SHA256SUMS", "-delete"]);
  await run("find", [source, "-type", "f", "-exec", "chmod", "600", "{}", "+"]);
  const same = await compare({ source, root });
  assert.deepStrictEqual([same.code, differences(same)], [0, []], same.stdout + same.stderr);
  assert.match(same.stdout, /^ {3}\* Metadata mismatch: not compared$/m);

  await Deno.writeTextFile(`${source}/edge1000`, "z".repeat(1000));
  await Deno.remove(`${source}/sub/renamed.bin`);
  const changed = await compare({ source, root });
  assert.deepStrictEqual([changed.code, differences(changed)], [3, [
    "content edge1000",
    "missing sub/renamed.bin",
  ]]);
});

Deno.test("a stored file without a checksum is read", async () => {
  await using temp = await makeTempDir();
  const [root, source] = [`${temp.path}/root`, `${temp.path}/source`];
  await writeTree(`${root}/source/2026-01-01-000000`, { "a": "good", "b": "same" });
  await writeTree(source, { "a": withMeta("evil", LATER), "b": "same" });
  const outcome = await compare({ source, root });
  assert.deepStrictEqual([outcome.code, differences(outcome)], [3, ["content a"]]);
});

Deno.test("what cannot be read is a problem, and nothing that is missing", async () => {
  await using place = await makePlace({
    "readable": "x",
    "secret": "x",
    "locked": { "a": "x", "deep": { "b": "x" } },
  });
  await place.mustBackup();
  await run("chmod", ["755", `${place.source}/..`]);
  await run("chmod", ["-R", "a+rX", place.root]);
  await giveToUser(place.source);
  await run("chmod", ["0", `${place.source}/secret`, `${place.source}/locked`]);
  const args = ["compare", place.source, place.root, "--no-metadata"];
  const outcome = await runPhlbAsUser(args);
  assert.deepStrictEqual([outcome.code, differences(outcome)], [3, []], outcome.stdout);
  assert.match(outcome.stderr, /^Error: Cannot compare "secret": permission denied$/m);
  assert.match(outcome.stderr, /"locked": permission denied$/m);
  assert.match(outcome.stdout, /^ {2}Could not be compared: 1$/m);
});

Deno.test("phlb compare says what is missing to compare with", async () => {
  await using place = await makePlace({ "a": "x" });
  const none = await compare(place);
  assert.strictEqual(none.code, 2);
  assert.match(none.stderr, /^Error: Cannot find the snapshot "latest"$/m);
  const noSource = await compare({ source: `${place.source}/none`, root: place.root });
  assert.strictEqual(noSource.code, 1);
  assert.match(noSource.stderr, /^Error: Cannot read the source "[^"]+\/none": /m);
  const noRoot = await compare({ source: place.source, root: `${place.root}/none` });
  assert.strictEqual(noRoot.code, 10, noRoot.stderr);
  const unset = await runPhlb(["compare", place.source]);
  assert.strictEqual(unset.code, 2);
  assert.match(unset.stderr, /^Error: Cannot compare: no backup root is given$/m);
});

Deno.test("SIGINT stops a comparison, which exits 130", async () => {
  await using place = await makePlace({ "a": "x" });
  await place.mustBackup();
  const endless = { "endless": sparse(2 ** 43) };
  await writeTree(place.latest(), endless);
  await writeTree(place.source, endless);
  await Deno.remove(`${place.latest()}-manifest.mtree.gz`);
  const started = startPhlb(["compare", place.source, place.root]);
  const script = 'until ls -l "/proc/$1/fd" | grep -q /endless; do kill -0 "$1" || exit 1; done';
  await run("sh", ["-c", script, "sh", String(started.pid)]);
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  assert.match(stderr, /^Error: The work was interrupted$/m);
});
