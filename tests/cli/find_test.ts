import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { symlink, writeTree } from "../support/tree.ts";

const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

interface Match {
  readonly path: string;
  readonly since: string;
  readonly until: string;
  readonly snapshots: number;
  readonly size?: number;
  readonly snapshot_name: string;
}

async function matches(
  root: string,
  args: readonly string[],
  options: { code?: number; cwd?: string } = {},
): Promise<Match[]> {
  const { code = 0, ...rest } = options;
  const outcome = await runPhlb(["find", "--root", root, "--json", ...args], rest);
  assert.strictEqual(outcome.code, code, outcome.stderr);
  const messages = outcome.stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ message_type }) => message_type !== "status");
  const summary = messages.pop();
  assert.deepStrictEqual([summary.message_type, summary.versions], ["summary", messages.length]);
  return messages;
}

/** Backs up as at a time of its own, so that there is nothing to wait for. */
async function backUp(place: BackupPlace, day: number): Promise<string> {
  await place.mustBackup();
  const time = `2026-01-0${day}-000000`;
  const latest = place.snapshots().find((path) => !path.includes("/2026-01-0"));
  assert.ok(latest !== undefined);
  const dir = latest.slice(0, latest.lastIndexOf("/"));
  const old = latest.slice(dir.length + 1);
  for (const { name } of [...Deno.readDirSync(dir)]) {
    if (name.startsWith(old)) {
      await Deno.rename(`${dir}/${name}`, `${dir}/${time}${name.slice(old.length)}`);
    }
  }
  return `source/${time}`;
}

Deno.test("find tells which versions there are, since when, until when and how often", async () => {
  await using place = await makePlace({ "docs": { "a.txt": "one", "b": "b" }, "a.txt": "x" });
  const first = await backUp(place, 1);
  await backUp(place, 2);
  await Deno.remove(`${place.source}/docs/a.txt`);
  await writeTree(`${place.source}/docs`, { "a.txt": "other" });
  const third = await backUp(place, 3);
  await Deno.remove(`${place.source}/docs/a.txt`);
  await backUp(place, 4);
  await writeTree(`${place.source}/docs`, { "a.txt": "one" });
  const fifth = await backUp(place, 5);
  const found = await matches(place.root, ["a.txt"]);
  assert.deepStrictEqual(
    found.map(({ path, since, until, snapshots, size }) => [path, since, until, snapshots, size]),
    [
      ["a.txt", first, fifth, 5, 1],
      ["docs/a.txt", first, fifth, 3, 3],
      ["docs/a.txt", third, third, 1, 5],
    ],
  );
  const { stdout } = await runPhlb(["find", "--root", place.root, "docs/a.txt"]);
  assert.strictEqual(
    stdout,
    "  Since              Until                In         Size  Modified\n" +
      "docs/a.txt\n" +
      "  2026-01-01-000000  2026-01-05-000000     3      3 Bytes  2023-11-14 22:13:20\n" +
      "  2026-01-03-000000  2026-01-03-000000     1      5 Bytes  2023-11-14 22:13:20\n" +
      "\n2 versions of 1 path in 5 snapshots\n",
  );
  const count = async (args: readonly string[]) =>
    (await matches(place.root, args)).map(({ path, snapshots }) => [path, snapshots]);
  assert.deepStrictEqual(await count(["docs/a*", "--newest", "3"]), [
    ["docs/a.txt", 1],
    ["docs/a.txt", 1],
  ]);
  assert.deepStrictEqual(
    await count(["a.txt", "--snapshot", "2026-01-04", "--snapshot", "source/latest"]),
    [["a.txt", 2], ["docs/a.txt", 1]],
  );
  const absolute = [`${place.source}/docs/b`];
  assert.deepStrictEqual(await count(absolute), [["docs/b", 5]]);
});

Deno.test("find goes by content, type, size and time", async () => {
  await using place = await makePlace({
    "big.bin": "x".repeat(5000),
    "copy": { "other name": "x".repeat(5000), "small": "s" },
    "link": symlink("big.bin"),
  });
  await backUp(place, 1);
  const paths = async (args: readonly string[]) =>
    (await matches(place.root, args)).map(({ path }) => path);
  const sum = (await run("sha256sum", [`${place.source}/big.bin`])).slice(0, 64);
  assert.deepStrictEqual(await paths(["--digest", sum]), ["big.bin", "copy/other name"]);
  assert.deepStrictEqual(await paths(["--digest", sum.slice(0, 8).toUpperCase()]), [
    "big.bin",
    "copy/other name",
  ]);
  assert.deepStrictEqual(await paths(["*", "--type", "d"]), ["copy"]);
  assert.deepStrictEqual(await paths(["*", "--type", "l"]), ["link"]);
  assert.deepStrictEqual(await paths(["*", "--larger", "4K"]), ["big.bin", "copy/other name"]);
  assert.deepStrictEqual(await paths(["*", "--smaller", "4K"]), ["copy/small"]);
  assert.deepStrictEqual(await paths(["BIG*", "-i"]), ["big.bin"]);
  assert.deepStrictEqual((await paths(["*", "--newer", "2023-11-14"])).length, 5);
  assert.deepStrictEqual(await paths(["*", "--newer", "2023-11-14 22:13:21Z"]), []);
  assert.deepStrictEqual(await paths(["*", "--older", "2023-11-14"]), []);
  assert.deepStrictEqual(await paths(["*", "--newer", "1d", "--type", "f"]), []);
  const { code, stdout } = await runPhlb(["find", "--root", place.root, "nix"]);
  assert.deepStrictEqual([code, stdout], [0, "Nothing found in 1 snapshot\n"]);
});

Deno.test("find refuses what it cannot make sense of", async () => {
  await using place = await makePlace();
  for (
    const args of [
      [],
      ["a", "--digest", "xyz"],
      ["a", "--larger", "much"],
      ["a", "--newer", "2026-02-30"],
      ["a", "--older", "soon"],
      ["a", "--newest", "0"],
      ["a", "--type", "q"],
    ]
  ) {
    const { code, stderr } = await runPhlb(["find", "--root", place.root, ...args]);
    assert.strictEqual(code, 2, args.join(" "));
    assert.match(stderr, /^Error: Cannot .*\nHint: /, stderr);
  }
});

Deno.test("find looks into the snapshots of all names, and goes on after damage", async () => {
  await using place = await makePlace({ "a": "1", "b": "2" });
  const first = await backUp(place, 1);
  await place.mustBackup(["--name", "other"]);
  await backUp(place, 2);
  const manifest = `${place.root}/${first}-manifest.mtree.gz`;
  const bytes = await Deno.readFile(manifest);
  await Deno.writeFile(manifest, bytes.subarray(0, bytes.length - 30));
  const found = await matches(place.root, ["a"], { code: 3 });
  assert.deepStrictEqual(found.map(({ snapshot_name, snapshots }) => [snapshot_name, snapshots]), [
    ["other", 1],
    ["source", 2],
  ]);
  const { stdout, stderr } = await runPhlb(["find", "--root", place.root, "a"]);
  assert.match(stdout, /^other: a\n/m);
  assert.match(stderr, /^Warning: Cannot read all of "source\/2026-01-01-000000-manifest/);
  const named = await matches(place.root, ["a", "--name", "other"]);
  assert.deepStrictEqual(named.map(({ snapshot_name }) => snapshot_name), ["other"]);
});

Deno.test("find finds in PyHardLinkBackup's snapshots by name and by content", async () => {
  await using temp = await makeTempDir();
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", temp.path]);
  const file = `${temp.path}/documents/2026-11-21-040450/sub/deep/unique.bin`;
  const sum = (await run("sha256sum", [file])).slice(0, 64);
  const paths = async (args: readonly string[]) =>
    (await matches(temp.path, args)).map(({ path }) => path);
  assert.deepStrictEqual(await paths(["unique.bin"]), ["sub/deep/unique.bin"]);
  assert.deepStrictEqual(await paths(["sub/**/unique.*"]), ["sub/deep/unique.bin"]);
  assert.deepStrictEqual(await paths(["--digest", sum]), [
    "sub/deep/unique.bin",
    "sub/renamed.bin",
  ]);
  assert.deepStrictEqual(await matches(temp.path, ["SHA256SUMS"]), []);
});
