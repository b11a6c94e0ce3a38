import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { type Outcome, run, runAnyhow } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { cutMembers } from "../unit/store/scan_samples.ts";
import { hardlink, symlink, type Tree, withMeta, writeTree } from "../support/tree.ts";

const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

const TREE: Tree = {
  "b.txt": "hello\n",
  "docs": {
    "a b.txt": withMeta("x".repeat(2000), { mode: 0o4755, mtimeNs: 978_307_200_000_000_007n }),
    "deep": { "c": "c" },
    "link": symlink("a b.txt"),
    "twin": hardlink("b.txt"),
  },
  "empty": {},
};

async function ls(place: BackupPlace, args: readonly string[]): Promise<Outcome> {
  return await runPhlb(["ls", "--root", place.root, ...args]);
}

async function lines(place: BackupPlace, args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await ls(place, args);
  assert.strictEqual(code, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

Deno.test("ls lists a directory, all below it, and an entry as itself", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  assert.deepStrictEqual(await lines(place, []), ["b.txt", "docs", "empty"]);
  assert.deepStrictEqual(await lines(place, ["latest:docs/"]), ["a b.txt", "deep", "link", "twin"]);
  assert.deepStrictEqual(await lines(place, ["latest:empty"]), []);
  assert.deepStrictEqual(await lines(place, ["latest:docs/twin"]), ["docs/twin"]);
  assert.deepStrictEqual(await lines(place, ["-R", "latest:docs"]), [
    "docs/a b.txt",
    "docs/link",
    "docs/twin",
    "docs/deep",
    "docs/deep/c",
  ]);
  assert.strictEqual((await lines(place, ["-R"])).length, 8);
  assert.deepStrictEqual(await lines(place, [`${place.latest()}/docs/deep`]), ["c"]);
  const { code, stdout, stderr } = await ls(place, ["latest:nix"]);
  assert.deepStrictEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^Error: Cannot find "nix" in the snapshot "source\/[0-9-]+": there is no/);
});

Deno.test("ls -l tells what ls -l tells, and --digest what sha256sum tells", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  assert.deepStrictEqual(await lines(place, ["-l", "latest:docs"]), [
    "-rwsr-xr-x 1 root root 2000 2001-01-01 00:00:00 a b.txt",
    "drwxr-xr-x 2 root root    - 2023-11-14 22:13:20 deep",
    "lrwxrwxrwx 1 root root    7 2023-11-14 22:13:20 link -> a b.txt",
    "-rw-r--r-- 2 root root    6 2023-11-14 22:13:20 twin",
  ]);
  const [human] = await lines(place, ["-lh", "latest:docs/a b.txt"]);
  assert.match(human ?? "", / 1\.95 KiB /);
  const sums = await run("sha256sum", ["b.txt"], { cwd: place.source });
  assert.strictEqual(`${(await lines(place, ["--digest", "latest:b.txt"])).join("\n")}\n`, sums);
});

Deno.test("ls --json prints restic's messages, one for the snapshot and one for each node", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  const [snapshot, ...nodes] = (await lines(place, ["--json", "latest:docs"])).map((line) =>
    JSON.parse(line)
  );
  const id = place.latest().split("/").slice(-2).join("/");
  assert.deepStrictEqual(
    [snapshot.message_type, snapshot.id, snapshot.name, snapshot.paths, snapshot.inside],
    ["snapshot", id, "source", [place.source], "docs"],
  );
  assert.deepStrictEqual(nodes.map(({ message_type, path, type }) => [message_type, path, type]), [
    ["node", "docs/a b.txt", "file"],
    ["node", "docs/deep", "dir"],
    ["node", "docs/link", "symlink"],
    ["node", "docs/twin", "file"],
  ]);
  const [file, , link] = nodes;
  assert.deepStrictEqual(
    [file.name, file.size, file.mode, file.permissions, file.mtime, file.user, file.links],
    ["a b.txt", 2000, 0o104755, "-rwsr-xr-x", "2001-01-01T00:00:00.000000007Z", "root", 1],
  );
  assert.strictEqual(link.linktarget, "a b.txt");
});

Deno.test("ls gives names as the bytes they are, and on no screen anything else", async () => {
  const names = ["a\nb", "c\udcff", "d\x1b[31m", "ä", "e\\"];
  await using place = await makePlace(Object.fromEntries(names.map((name) => [name, ""])));
  await place.mustBackup();
  const command = [...phlbCommand(), "ls", "--root", place.root];
  const shell = async (script: string) => {
    const env = phlbEnvironment();
    const { stdout } = await runAnyhow("sh", ["-c", script, "sh", ...command], { env });
    return stdout.trim().split(/\s+/).join(" ");
  };
  const expected = "61 0a 62 00 63 ff 00 64 1b 5b 33 31 6d 00 65 5c 00 c3 a4 00";
  assert.strictEqual(await shell('"$@" -0 | od -An -v -tx1'), expected);
  assert.strictEqual(
    await shell('"$@" | tr "\\n" "\\0" | od -An -v -tx1'),
    expected
      .replace("0a", "00"),
  );
  const onScreen = await run("script", ["-qec", [...command].join(" "), "/dev/null"]);
  assert.deepStrictEqual(onScreen.split("\r\n").slice(0, 5), [
    "a\\x0ab",
    "c\\xff",
    "d\\x1b[31m",
    "e\\",
    "ä",
  ]);
});

Deno.test("ls ends quietly when nobody reads on", async () => {
  const files = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`file-${i}`, ""]));
  await using place = await makePlace({ ...files, d: files });
  await place.mustBackup();
  for (const options of [["-R"], ["-Rl"], ["-R", "--json"]]) {
    const script = '("$@"; echo "code $?" >&2) | head -n 1 | wc -l';
    const command = [...phlbCommand(), "ls", "--root", place.root, ...options];
    const env = phlbEnvironment();
    const { stdout, stderr } = await runAnyhow("sh", ["-c", script, "sh", ...command], { env });
    assert.deepStrictEqual([stdout.trim(), stderr], ["1", "code 141\n"]);
  }
});

Deno.test("ls goes on after the damage of a manifest, and ends with 3", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const bytes = await Deno.readFile(manifest);
  const expected = [await lines(place, ["-R"]), await lines(place, ["latest:docs"])];
  for (const damaged of [bytes.subarray(0, 100), bytes.map((byte, i) => i === 60 ? ~byte : byte)]) {
    await Deno.writeFile(manifest, damaged);
    for (const [i, args] of [["-R"], ["latest:docs"]].entries()) {
      const { code, stdout, stderr } = await ls(place, args);
      assert.strictEqual(code, 3);
      assert.deepStrictEqual(stdout.split("\n").slice(0, -1), expected[i]);
      assert.match(stderr, /^Warning: Cannot read all of "source\/[^"]*-manifest\.mtree\.gz": /);
      assert.strictEqual(stderr.trim().split("\n").length, 1, stderr);
    }
  }
});

Deno.test("ls reads a manifest up to its damage, and the tree from there on", async () => {
  await using place = await makePlace(TREE);
  await place.mustBackup();
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const expected = [await lines(place, ["-R"]), await lines(place, ["-Rl", "latest:docs"])];
  const members = cutMembers(await run("zcat", [manifest]), 1);
  for (const damagedAt of members.keys()) {
    const damaged = members.map((member, i) =>
      i === damagedAt ? member.map((byte, at) => at === member.length - 10 ? ~byte : byte) : member
    );
    await Deno.writeFile(manifest, await new Blob(damaged).bytes());
    const whole = await ls(place, ["-R"]);
    assert.deepStrictEqual([whole.code, whole.stdout.split("\n").slice(0, -1)], [3, expected[0]]);
    const below = await ls(place, ["-Rl", "latest:docs"]);
    const names = (text: readonly string[]) =>
      text.map((line) => line.replace(/^.*:20 |^.*:00 /, ""));
    assert.deepStrictEqual(
      names(below.stdout.split("\n").slice(0, -1)),
      names(expected[1] ?? []),
    );
  }
});

Deno.test("ls lists what PyHardLinkBackup 1.9.1 made, without its checksum files", async () => {
  await using temp = await makeTempDir();
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", temp.path]);
  const snapshot = `${temp.path}/documents/2026-11-21-040450`;
  const all = (await run("find", [snapshot, "-mindepth", "1", "-printf", "%P\\0"])).split("\0")
    .filter((path) => path !== "" && !path.endsWith("SHA256SUMS"));
  const list = async (args: readonly string[]) =>
    (await runPhlb(["ls", "--root", temp.path, ...args])).stdout.split("\0").slice(0, -1);
  const address = "documents/2026-11-21-040450";
  assert.deepStrictEqual((await list(["-0R", address])).sort(), all.sort());
  assert.deepStrictEqual(
    (await list(["-0", address])).sort(),
    all.filter((path) => !path.includes("/")).sort(),
  );
  const below = all.filter((path) => /^sub\/[^/]+$/.test(path)).sort();
  assert.ok(below.length > 0);
  assert.deepStrictEqual((await list(["-0", `${address}:sub`])).sort(), below);
  const { stdout } = await runPhlb(["ls", "--root", temp.path, "--json", `${address}:edge999`]);
  const node = JSON.parse(stdout.split("\n")[1] ?? "");
  const sum = await run("sha256sum", [`${snapshot}/edge999`]);
  assert.deepStrictEqual([node.path, node.digest], ["edge999", sum.slice(0, 64)]);
});

Deno.test("ls lists a tree that a hand put there, and one of 0.x without its sums", async () => {
  await using temp = await makeTempDir();
  const sum = "0".repeat(128);
  await writeTree(`${temp.path}/n`, {
    "2020-01-01-000000": { "x": "x", "x.sha512": "no sum", "SHA256SUMS": "" },
    "2021-01-01-000000": {
      "phlb_config.ini": "",
      "d": { "x": "x", "x.sha512": sum, "lone.sha512": sum, "phlb_config.ini": "" },
    },
  });
  const list = async (address: string) =>
    (await runPhlb(["ls", "--root", temp.path, address])).stdout.split("\n").slice(0, -1);
  assert.deepStrictEqual(await list("n/2020"), ["SHA256SUMS", "x", "x.sha512"]);
  assert.deepStrictEqual(await list("n/2021"), ["d"]);
  assert.deepStrictEqual(await list("n/2021:d"), ["lone.sha512", "phlb_config.ini", "x"]);
});
