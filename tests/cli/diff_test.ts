import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import {
  fifo,
  hardlink,
  sparse,
  symlink,
  type Tree,
  withMeta,
  writeTree,
} from "../support/tree.ts";

const PREDECESSOR = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

function diff(root: string, args: readonly string[]): Promise<Outcome> {
  return runPhlb(["diff", ...args, "--root", root]);
}

/** The lines before the summary. */
function changes({ stdout }: Outcome): string[] {
  const lines = stdout.split("\n");
  const end = lines.findIndex((line) => line.startsWith("Files:"));
  assert.ok(end >= 0, stdout);
  return lines.slice(0, end).filter((line) => line !== "");
}

function messages({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A source backed up twice, and `second` in between put in the place of `first`. */
async function twoSnapshots(
  { first, second, args = [] }: { first: Tree; second: Tree; args?: readonly string[] },
): Promise<BackupPlace> {
  const place = await makePlace(first);
  await place.mustBackup();
  // The first tree stays: the second must not be given its inodes.
  await Deno.rename(place.source, `${place.root}-before`);
  await writeTree(place.source, second);
  await place.mustBackup(args);
  return place;
}

const HOUR_LATER = 1_700_003_600_123_456_789n;

Deno.test("phlb diff tells what happened to each entry, in the order of a walk", async () => {
  await using place = await twoSnapshots({
    first: {
      "changed": "before",
      "gone": "only here",
      "link": symlink("a"),
      "mode": "mode",
      "now a directory": "x",
      "pipe": fifo(),
      "same": "same",
      "old": { "moved": "the same content", "gone too": "" },
    },
    second: {
      "changed": "after",
      "link": symlink("b"),
      "mode": withMeta("mode", { mode: 0o600 }),
      "new": "brand new",
      "now a directory": { "inside": "y" },
      "same": "same",
      "there": { "moved": "the same content" },
    },
  });
  const outcome = await diff(place.root, ["latest~1", "latest", "--metadata"]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assert.deepStrictEqual(changes(outcome), [
    "M  changed",
    "-  gone",
    "M  link",
    "U  mode",
    "+  new",
    "-  pipe",
    "T  now a directory/",
    "+  now a directory/inside",
    "-  old/",
    "-  old/gone too",
    "+  there/",
    "R  old/moved -> there/moved",
  ]);
  assert.match(outcome.stdout, /^Files: {5}2 new, 2 removed, 1 changed, 1 renamed$/m);
  assert.match(outcome.stdout, /^Others: {4}0 new, 1 removed, 1 changed, 0 renamed$/m);
  assert.match(outcome.stdout, /^Metadata: {2}1 changed$/m);
  // "after", "brand new" and "y"; "before", "only here" and the "x" that a directory replaced.
  assert.match(outcome.stdout, /^Added: {5}15 Bytes$/m);
  assert.match(outcome.stdout, /^Removed: {3}16 Bytes$/m);

  const plain = await diff(place.root, ["latest"]);
  const withoutMode = changes(outcome).filter((line) => !line.startsWith("U"));
  assert.deepStrictEqual(changes(plain), withoutMode);
  assert.match(plain.stdout, /^Metadata: {2}1 changed \(--metadata shows them\)$/m);
});

Deno.test("phlb diff --json has restic's messages, with the bytes of names", async () => {
  const [plain, strange] = ["a\nb", "\udcff\x1b"];
  await using place = await twoSnapshots({
    first: { [plain]: "one", [strange]: "as before" },
    second: { [plain]: "three", "dir": { [strange]: "as before" } },
  });
  const outcome = await diff(place.root, ["latest", "--json"]);
  const [changed, dir, renamed, statistics, ...more] = messages(outcome);
  assert.deepStrictEqual(more, []);
  assert.deepStrictEqual(changed, {
    message_type: "change",
    schema_version: 1,
    path: plain,
    modifier: "M",
    type: "file",
    size: 5,
    old_size: 3,
  });
  assert.deepStrictEqual([dir?.path, dir?.modifier, dir?.type], ["dir/", "+", "dir"]);
  assert.deepStrictEqual(renamed, {
    message_type: "change",
    schema_version: 1,
    path: "dir/\ufffd\x1b",
    path_b64: "ZGlyL/8b",
    modifier: "R",
    type: "file",
    size: 9,
    old_path: "\ufffd\x1b",
    old_path_b64: "/xs=",
    old_size: 9,
  });
  const [before, after] = place.snapshots().map((path) => path.split("/").slice(-2).join("/"));
  assert.deepStrictEqual(statistics, {
    message_type: "statistics",
    schema_version: 1,
    source_snapshot: before,
    target_snapshot: after,
    changed_files: 1,
    added: { files: 0, dirs: 1, others: 0, bytes: 5 },
    removed: { files: 0, dirs: 0, others: 0, bytes: 3 },
    renamed: { files: 1, dirs: 0, others: 0, bytes: 9 },
    suspect_files: 0,
    changed_others: 0,
    changed_types: 0,
    changed_metadata: 0,
    source_path: "",
    target_path: "",
  });
  const text = await diff(place.root, ["latest"]);
  assert.deepStrictEqual(changes(text), [
    "M  a\\x0ab",
    "+  dir/",
    "R  \\xff\\x1b -> dir/\\xff\\x1b",
  ]);
});

Deno.test("phlb diff ends with 3 only when --exit-code asks for it and something is listed", async () => {
  await using place = await twoSnapshots({
    first: { "a": withMeta("a", { mode: 0o600 }) },
    second: { "a": "a" },
  });
  await place.mustBackup();
  const codes = [];
  for (
    const args of [
      ["latest"],
      ["latest", "--exit-code", "--metadata"],
      ["latest~1"],
      ["latest~1", "--exit-code"],
      ["latest~1", "--exit-code", "--metadata"],
    ]
  ) codes.push((await diff(place.root, args)).code);
  assert.deepStrictEqual(codes, [0, 0, 0, 0, 3]);
});

Deno.test("phlb diff compares what is below a path, or below one with what is below another", async () => {
  await using place = await twoSnapshots({
    first: { "f": "1", "a": { "x": "1", "y": "1" }, "b": { "x": "1", "y": "1" } },
    second: { "f": "22", "a": { "x": "1", "y": "22" }, "b": { "x": "22", "y": "1" } },
  });
  const lines = async (...args: string[]) => changes(await diff(place.root, args));
  assert.deepStrictEqual(await lines("latest:a"), ["M  a/y"]);
  assert.deepStrictEqual(await lines("latest~1:b/", "latest"), ["M  b/x"]);
  assert.deepStrictEqual(await lines("latest:b/y"), []);
  assert.deepStrictEqual(await lines("latest:b/x"), ["M  b/x"]);
  assert.deepStrictEqual(await lines("latest:a", "latest:b"), ["M  b/x", "M  b/y"]);
  assert.deepStrictEqual(await lines("latest:a", "latest:b/x"), ["T  b/x", "-  a/x", "-  a/y"]);
  const nowhere = await diff(place.root, ["latest:c"]);
  assert.deepStrictEqual([nowhere.code, nowhere.stdout], [2, ""]);
  assert.match(nowhere.stderr, /^Error: Cannot find "c" in "source\/[^"]+" or before$/m);
});

Deno.test("content that changed behind the back of size and time is suspect", async () => {
  await using place = await twoSnapshots({
    first: { "a": "good" },
    second: { "a": "evil" },
    args: ["--checksum"],
  });
  const text = await diff(place.root, ["latest"]);
  assert.deepStrictEqual(changes(text), ["?  a"]);
  assert.match(text.stdout, /is a disk failing\?$/m);
  const [change] = messages(await diff(place.root, ["latest", "--json"]));
  assert.strictEqual(change?.modifier, "M?");
});

Deno.test("the first snapshot has none before it", async () => {
  await using place = await makePlace({ "a": "a" });
  await place.mustBackup();
  const { code, stderr } = await diff(place.root, ["latest"]);
  assert.strictEqual(code, 2);
  assert.match(stderr, /^Error: Cannot find a snapshot before "source\//m);
});

Deno.test("a renamed directory is told by its inode, and --no-renames tells of none", async () => {
  await using place = await makePlace({ "old": { "a": "some", "b": hardlink("old/a") } });
  await place.mustBackup();
  await Deno.rename(`${place.source}/old`, `${place.source}/new`);
  await place.mustBackup();
  assert.deepStrictEqual(changes(await diff(place.root, ["latest"])), [
    "R  old/ -> new/",
    "R  old/a -> new/a",
    "R  old/b -> new/b",
  ]);
  assert.deepStrictEqual(changes(await diff(place.root, ["latest", "--no-renames"])), [
    "+  new/",
    "+  new/a",
    "+  new/b",
    "-  old/",
    "-  old/a",
    "-  old/b",
  ]);
});

Deno.test("where a manifest is damaged, the tree itself is compared", async () => {
  const many = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`${prefix}${i}`, ""]));
  await using place = await twoSnapshots({
    first: { ...many("f"), "z": { "changed": "1", "same": "1" } },
    second: { ...many("f"), "z": { "changed": "22", "same": "1" } },
  });
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const bytes = await Deno.readFile(manifest);
  const first = new DataView(bytes.buffer).getUint32(16, true);
  assert.ok(first < bytes.length, "the manifest has one member only");
  bytes.fill(0, first + 100, first + 200);
  await Deno.writeFile(manifest, bytes);
  const outcome = await diff(place.root, ["latest"]);
  assert.deepStrictEqual([outcome.code, changes(outcome)], [3, ["M  z/changed"]]);
  assert.match(outcome.stderr, /^Warning: Cannot read all of "source\/[^"]+-manifest.mtree.gz": /m);
});

Deno.test("snapshots of PyHardLinkBackup are compared with each other and with ours", async () => {
  await using temp = await makeTempDir();
  const [root, source] = [`${temp.path}/root`, `${temp.path}/documents`];
  await Deno.mkdir(root);
  await run("tar", ["-xzf", fileURLToPath(PREDECESSOR), "-C", root]);
  const times = ["2026-11-21-040450", "2026-11-21-040454"];
  const [first = "", second = ""] = times.map((time) => `${root}/documents/${time}`);
  const differing = await runPhlb(["diff", first, second]);
  assert.strictEqual(differing.code, 0, differing.stderr);
  const expected = await changedSums(first, second);
  assert.ok(expected.length > 0);
  assert.deepStrictEqual(changes(differing).filter((line) => line.startsWith("M")), expected);
  assert.match(differing.stdout, /^Metadata: {2}not compared, for want of a manifest$/m);

  await run("cp", ["-a", second, source]);
  await run("find", [source, "-name", "SHA256SUMS", "-delete"]);
  await run("find", [source, "-type", "f", "-exec", "touch", "{}", "+"]);
  const backup = await runPhlb(["backup", source, root]);
  assert.strictEqual(backup.code, 0, backup.stderr);
  const none = await diff(root, ["documents/latest", "--exit-code"]);
  assert.deepStrictEqual([none.code, changes(none)], [0, []]);
});

/** Files that both have with different checksums, as lines of a diff. */
async function changedSums(first: string, second: string): Promise<string[]> {
  const sums = async (dir: string) => {
    const script = "find * -type f ! -name SHA256SUMS -exec sha256sum {} +";
    const lines = (await run("sh", ["-c", script], { cwd: dir })).trimEnd().split("\n");
    return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  };
  const [before, after] = [await sums(first), await sums(second)];
  return [...after].filter(([path, sum]) => (before.get(path) ?? sum) !== sum)
    .map(([path]) => `M  ${path}`).sort();
}

const BY_HAND = ["2026-01-01-000000", "2026-01-02-000000"] as const;

/** A backup root with two directories that a hand put there. */
async function madeByHand(first: Tree, second: Tree) {
  const temp = await makeTempDir();
  await writeTree(`${temp.path}/hand/${BY_HAND[0]}`, first);
  await writeTree(`${temp.path}/hand/${BY_HAND[1]}`, second);
  return temp;
}

Deno.test("without checksums files are read where their times differ", async () => {
  const later = { mtimeNs: HOUR_LATER };
  await using temp = await madeByHand(
    { "same": "1", "changed": "1", "touched": "1", "sub": { "changed": "1" } },
    {
      "same": "1",
      "changed": withMeta("2", later),
      "touched": withMeta("1", later),
      "sub": { "changed": withMeta("2", later) },
    },
  );
  const outcome = await diff(temp.path, ["hand/latest"]);
  assert.deepStrictEqual([outcome.code, outcome.stderr.includes("Error")], [0, false]);
  assert.deepStrictEqual(changes(outcome), ["M  changed", "M  sub/changed"]);
});

Deno.test("SIGINT stops a diff, which exits 130", async () => {
  const [first, later] = [sparse(2 ** 43), withMeta(sparse(2 ** 43), { mtimeNs: HOUR_LATER })];
  await using temp = await madeByHand({ "endless": first }, { "endless": later });
  const started = startPhlb(["diff", "hand/latest", "--root", temp.path]);
  await untilOpen(started.pid, "endless");
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  assert.match(stderr, /^Error: The work was interrupted$/m);
});

/** Resolves once a process has a file of that name open. */
async function untilOpen(pid: number, name: string): Promise<void> {
  const script = 'until ls -l "/proc/$1/fd" | grep -q "/$2$"; do kill -0 "$1" || exit 1; done';
  await run("sh", ["-c", script, "sh", String(pid), name]);
}
