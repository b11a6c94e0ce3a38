import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { rememberPast } from "../support/past.ts";
import { symlink } from "../support/tree.ts";

const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

type Fields = Readonly<Record<string, unknown>>;

/** Runs `phlb stats --json`, which must go well, and returns its messages by type. */
async function statsOf(root: string, args: readonly string[] = []) {
  const outcome = await runPhlb(["stats", "--root", root, "--json", "--no-progress", ...args]);
  assert.deepStrictEqual([outcome.code, outcome.stderr], [0, ""]);
  const lines: Fields[] = outcome.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const all = lines.at(-1) ?? {};
  assert.strictEqual(all["message_type"], "stats");
  return { all, snapshots: lines.slice(0, -1) };
}

interface Usage {
  readonly bytes: number;
  readonly inodes: number;
}

async function diskUsage(path: string): Promise<Usage> {
  const of = async (flags: string[]) => Number((await run("du", [...flags, path])).split("\t")[0]);
  return { bytes: await of(["-sB1"]), inodes: await of(["-s", "--inodes"]) };
}

/** How much less there is in a copy of `root` once `removed` is gone. */
async function freedBy(root: string, removed: readonly string[]): Promise<Usage> {
  await using temp = await makeTempDir();
  const copy = `${temp.path}/copy`;
  await run("cp", ["-a", root, copy]);
  const before = await diskUsage(copy);
  for (const snapshot of removed) {
    const path = `${copy}${snapshot.slice(root.length)}`;
    await run("sh", ["-c", 'rm -r "$0" "$0"-*', path]);
  }
  const after = await diskUsage(copy);
  return { bytes: before.bytes - after.bytes, inodes: before.inodes - after.inodes };
}

/** Three snapshots: with `big` and without it, with new files, and with equal contents. */
async function makeHistory() {
  const place = await makePlace({
    keep: "k".repeat(10_000),
    twin: "k".repeat(10_000),
    big: "b".repeat(50_000),
    dir: { sub: { old: "o".repeat(20_000) }, link: symlink("sub") },
  });
  await place.mustBackup();
  await Deno.remove(`${place.source}/big`);
  await Deno.writeTextFile(`${place.source}/dir/sub/new`, "n".repeat(30_000));
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/dir/sub/newer`, "m".repeat(40_000));
  await Deno.writeTextFile(`${place.source}/top`, "t".repeat(5_000));
  await place.mustBackup();
  return place;
}

Deno.test("phlb stats adds up to du, and removing a snapshot frees what it said", async () => {
  await using place = await makeHistory();
  const past = await rememberPast(place);
  const { all, snapshots } = await statsOf(place.root);
  await past.assertKept();
  const whole = await diskUsage(place.root);
  assert.deepStrictEqual([all["total_bytes"], all["total_inodes"]], [whole.bytes, whole.inodes]);
  assert.deepStrictEqual(
    snapshots.map((
      one,
    ) => [one["files"], one["apparent_bytes"], one["directories"], one["others"]]),
    [[4, 90_000, 3, 1], [4, 70_000, 3, 1], [6, 115_000, 3, 1]],
  );
  assert.deepStrictEqual(snapshots.map((one) => one["new_bytes"]), [80_000, 30_000, 45_000]);
  for (const [i, snapshot] of place.snapshots().entries()) {
    const freed = await freedBy(place.root, [snapshot]);
    const { freed_bytes, freed_inodes } = snapshots[i] ?? {};
    assert.deepStrictEqual({ bytes: freed_bytes, inodes: freed_inodes }, freed, snapshot);
  }
});

Deno.test("phlb stats SNAPSHOT… tells what removing them together frees", async () => {
  await using place = await makeHistory();
  const { all, snapshots } = await statsOf(place.root, ["latest", "latest~1"]);
  assert.strictEqual(snapshots.length, 2);
  const freed = await freedBy(place.root, place.snapshots().slice(1));
  assert.deepStrictEqual(all["together"], { freed_bytes: freed.bytes, freed_inodes: freed.inodes });
  const alone = snapshots.reduce((sum, one) => sum + Number(one["freed_bytes"]), 0);
  assert.ok(alone < freed.bytes, "what both share is freed by removing both alone");
});

Deno.test("phlb stats says which directories grew", async () => {
  await using place = await makeHistory();
  const { snapshots } = await statsOf(place.root, [place.latest()]);
  assert.deepStrictEqual(snapshots.map((one) => [one["growth"], one["growth_elsewhere_bytes"]]), [[
    [{ path: "dir/sub", added_bytes: 40_960 }, { path: "", added_bytes: 8192 }],
    0,
  ]]);
});

Deno.test("phlb stats prints a table with bars, of # where the terminal has only ASCII", async () => {
  await using place = await makeHistory();
  const text = async (lang: string) => {
    const args = ["stats", "--root", place.root];
    const { code, stdout } = await runPhlb(args, { env: { LANG: lang, LC_ALL: lang } });
    assert.strictEqual(code, 0);
    assert.match(stdout, /^source +Files +Size +Added +Frees\n(\S+ +[46] +[0-9.]+ KiB .*\n){3}\n/);
    assert.match(stdout, /^ {2}3 snapshots of 268\.55 KiB on /m);
    assert.match(stdout, /^Largest growth in source\/.*\n +40\.00 KiB +dir\/sub\/$/m);
    assert.match(stdout, /^Room .* free\n +for about [0-9,]+ more like the last 2 snapshots:$/m);
    return stdout;
  };
  assert.match(await text("C.UTF-8"), /█$/m);
  const plain = await text("C");
  assert.match(plain, /#$/m);
  // deno-lint-ignore no-control-regex -- what is not ASCII is looked for
  assert.doesNotMatch(plain, /[^\x00-\x7f]/);
});

Deno.test("phlb stats --quick says what the summaries say, and what it cannot know", async () => {
  await using place = await makeHistory();
  const exact = await statsOf(place.root);
  const quick = await statsOf(place.root, ["--quick"]);
  const known = ["files", "directories", "others", "apparent_bytes", "new_bytes", "is_first"];
  for (const [i, one] of quick.snapshots.entries()) {
    for (const field of known) assert.strictEqual(one[field], exact.snapshots[i]?.[field], field);
    assert.strictEqual(one["freed_bytes"], null);
  }
  assert.deepStrictEqual([quick.all["exact"], quick.all["total_bytes"]], [false, null]);
  assert.strictEqual(quick.all["apparent_bytes"], exact.all["apparent_bytes"]);
});

Deno.test("phlb stats --quick reads the manifest of a snapshot without a summary", async () => {
  await using place = await makeHistory();
  await Deno.remove(`${place.latest()}-summary.json`);
  const { snapshots } = await statsOf(place.root, ["--quick", "latest"]);
  assert.deepStrictEqual(
    snapshots.map((
      one,
    ) => [one["files"], one["apparent_bytes"], one["directories"], one["others"]]),
    [[6, 115_000, 3, 1]],
  );
});

Deno.test("phlb stats counts a root of PyHardLinkBackup and one made by hand", async () => {
  await using temp = await makeTempDir();
  const root = temp.path;
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", root]);
  await run("cp", ["-a", `${root}/documents/2026-11-21-040450`, `${root}/2024-01-01-000000`]);
  const { all, snapshots } = await statsOf(root);
  const whole = await diskUsage(root);
  assert.deepStrictEqual([all["total_bytes"], all["total_inodes"]], [whole.bytes, whole.inodes]);
  assert.deepStrictEqual(snapshots.map((one) => [one["snapshot_id"], one["kind"]]), [
    ["2024-01-01-000000", "bare"],
    ["documents/2026-11-21-040450", "bare"],
    ["documents/2026-11-21-040454", "bare"],
  ]);
  const freed = await freedBy(root, [`${root}/documents/2026-11-21-040454`]);
  const { freed_bytes, freed_inodes } = snapshots[2] ?? {};
  assert.deepStrictEqual({ bytes: freed_bytes, inodes: freed_inodes }, freed);
});

Deno.test("phlb stats does not wait for a run under way, and writes nothing", async () => {
  await using place = await makeHistory();
  const before = await run("find", [place.root, "-printf", "%p %C@ %s\n"]);
  using lock = await Deno.open(`${place.root}/.phlb/lock`, { write: true });
  await lock.lock(true);
  await statsOf(place.root);
  assert.strictEqual(await run("find", [place.root, "-printf", "%p %C@ %s\n"]), before);
});

Deno.test("phlb stats exits 10 without a root, and 2 without such a snapshot", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  const missing = await runPhlb(["stats", "--root", `${place.root}/none`]);
  assert.strictEqual(missing.code, 10);
  const unknown = await runPhlb(["stats", "--root", place.root, "2001"]);
  assert.strictEqual(unknown.code, 2);
  assert.match(unknown.stderr, /^Error: Cannot find the snapshot "2001"/m);
  const unset = await runPhlb(["stats"]);
  assert.strictEqual(unset.code, 2);
});
