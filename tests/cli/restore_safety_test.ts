import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { type BackupPlace, isSumsFile, makePlace, placeAt } from "../support/backup_place.ts";
import { mountImage } from "../support/loop_mount.ts";
import { startPhlb } from "../support/phlb.ts";
import { jsonLines, mustRestore, overwriteByte, targetOf } from "../support/restore_run.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree, symlink, type Tree, withMeta, writeTree } from "../support/tree.ts";

/** A file that nobody waits for. */
const ENDLESS_BYTES = 2 ** 43;

Deno.test("symlinks planted in the target lead nothing out of it", async () => {
  await using place = await makePlace({
    "file": "f",
    "dir": { "a": "1" },
    "gone": { "b": "2" },
    "fine": "x",
  });
  await place.mustBackup();
  const target = targetOf(place);
  const outside = `${target}/../outside`;
  await writeTree(outside, { "file": "mine", "dir": { "a": "mine" } });
  await writeTree(target, {
    "file": symlink(`${outside}/file`),
    "dir": symlink(`${outside}/dir`),
    "gone": symlink(`${outside}/not there`),
  });
  const before = await readTree(outside);

  const args = ["latest", target, "--json", "--overwrite"];
  const { stderr } = await mustRestore(place, [...args, "if-changed"], { code: 3 });
  const errors = jsonLines(stderr).filter(({ message_type }) => message_type === "error");
  assert.deepStrictEqual(errors.map(({ path, code }) => [path, code]), [
    ["dir", "exists"],
    ["gone", "exists"],
  ]);
  assert.strictEqual((await readTree(target))["dir"]?.target, `${outside}/dir`);
  assertSameTree(await readTree(outside), before, { ignore: [] });

  await mustRestore(place, [...args, "always", "--verify"]);
  assertSameTree(await readTree(target), await readTree(place.source));
  assertSameTree(await readTree(outside), before, { ignore: [] });
});

Deno.test("a target that is reached through a symlink is the user's choice", async () => {
  await using place = await makePlace({ "a": "1" });
  await place.mustBackup();
  const target = targetOf(place);
  await Deno.mkdir(`${target}/real`, { recursive: true });
  await Deno.symlink("real", `${target}/link`);
  await mustRestore(place, ["latest", `${target}/link`]);
  assert.deepStrictEqual(Object.keys(await readTree(`${target}/real`)), [".", "a"]);
  await Deno.symlink("nowhere", `${target}/dangling`);
  await mustRestore(place, ["latest", `${target}/dangling`], { code: 2 });
});

Deno.test("a target in the backup root, or one that is a file, is refused", async () => {
  await using place = await makePlace({ "a": "1" });
  await place.mustBackup();
  const before = await readTree(place.root);
  await Deno.symlink(place.root, `${place.root}/../alias`);
  await Deno.mkdir(`${place.root}/../bound`);
  await run("mount", ["--bind", place.root, `${place.root}/../bound`]);
  try {
    for (const path of ["root", "root/new/dir", "alias/x", "bound/y"]) {
      const outcome = await mustRestore(place, ["latest", `${place.root}/../${path}`], { code: 2 });
      assert.match(outcome.stderr, /it lies inside the backup root/, path);
    }
  } finally {
    await run("umount", [`${place.root}/../bound`]);
  }
  const outcome = await mustRestore(place, ["latest", `${place.source}/a`], { code: 2 });
  assert.match(outcome.stderr, /it is not a directory$/m);
  assertSameTree(await readTree(place.root), before, { ignore: [] });
});

Deno.test("--delete is refused where it could take what nobody meant", async () => {
  await using place = await makePlace({ "a": "1" });
  await place.mustBackup();
  const above = place.root.replace(/\/[^/]*$/, "");
  const args = ["--delete", "--dry-run", "--overwrite", "always"];
  for (const target of ["/", "/home", "/root", above]) {
    const { stderr } = await mustRestore(place, ["latest", target, ...args], { code: 2 });
    assert.match(stderr, /^Error: Cannot use --delete with the target/m, target);
  }
  const env = { HOME: place.source };
  await mustRestore(place, ["latest", place.source, ...args], { code: 2, env });
});

Deno.test("the backup root inside of the target is never gone into", async () => {
  await using place = await makePlace({ "root": { "source": "not a directory" }, "b": "2" });
  await place.mustBackup();
  const before = await readTree(place.root);
  const above = place.root.replace(/\/[^/]*$/, "");
  const args = ["latest", above, "--overwrite", "always"];
  const { stderr } = await mustRestore(place, args, { code: 3 });
  assert.match(stderr, /"root": the backup root is in its place/);
  assertSameTree(await readTree(place.root), before, { ignore: [] });
  assert.strictEqual(await Deno.readTextFile(`${above}/b`), "2");
});

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  Deno.test(`after ${signal} a restore can be run again and does not write twice`, async () => {
    await using place = await makePlace({ "a": "one", "z": { "y": "two" } });
    const endless = await Deno.open(`${place.source}/m`, { write: true, createNew: true });
    await endless.truncate(ENDLESS_BYTES);
    endless.close();
    // The content of the endless file is never read: its record is made by hand from a short one.
    await Deno.truncate(`${place.source}/m`, 3);
    await place.mustBackup();
    await makeEndless(place);
    const target = targetOf(place);
    await Deno.mkdir(target);

    const changes = Deno.watchFs(target);
    const started = startPhlb(["restore", "--root", place.root, "latest", target]);
    for await (const { paths } of changes) {
      if (paths.some((path) => path.includes(".phlb-restore-"))) break;
    }
    while (!(await exists(`${target}/a`))) await new Promise((done) => setImmediate(done));
    started.kill(signal);
    const { code, stderr } = await started.outcome;
    assert.strictEqual(code, signal === "SIGINT" ? 130 : 137, stderr);
    if (signal === "SIGINT") {
      assert.match(stderr, /^Hint: .*--overwrite if-changed/m);
      assert.deepStrictEqual(temporaries(await readNames(target)), []);
    } else assert.strictEqual(temporaries(await readNames(target)).length, 1);

    const before = await readTree(`${target}`);
    const args = ["latest", target, "--overwrite", "if-changed", "--exclude", "/m"];
    await mustRestore(place, args);
    const after = await readTree(target);
    assert.deepStrictEqual(Object.keys(after), [".", "a", "z", "z/y"]);
    assert.strictEqual(after["a"]?.inode, before["a"]?.inode);
  });
}

Deno.test("a full target ends the restore, says so, and leaves no file under a wrong name", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`f${i}`, `${i}`.padEnd(400_000, "x")]),
  );
  await using place = await makePlace({ ...files, "small": { "a": "1" } });
  await place.mustBackup();
  await using mount = await mountImage({ type: "ext4", sizeMib: 8 });
  const target = `${mount.path}/here`;
  const { stderr } = await mustRestore(place, ["latest", target], { code: 1 });
  assert.match(stderr, /^Error: Cannot [a-z ]+ ".*": no space/m);
  assert.match(stderr, /^Hint: Make room there .*--overwrite if-changed/m);
  const source = await readTree(place.source);
  for (const [path, { type, sha256 }] of Object.entries(await readTree(target))) {
    if (type === "file") assert.strictEqual(sha256, source[path]?.sha256, path);
  }
});

Deno.test("an ordinary user gets the contents, and one note about owners", async () => {
  await using place = await makePlace({
    "a": withMeta("1", { uid: 1000, gid: 1000, mode: 0o4755 }),
    "b": withMeta("2", { mode: 0o400 }),
    "d": withMeta({ "c": "3", "e": { "f": "4" } }, { mode: 0o500 }),
  });
  await place.mustBackup();
  await run("chmod", ["755", place.root.replace(/\/[^/]*$/, "")]);
  await giveToUser(place.root);
  const target = targetOf(place);
  await Deno.mkdir(target);
  await giveToUser(target);
  const args = ["restore", "--root", place.root, "latest", target];
  for (const more of [["--verify"], ["--overwrite", "always"]]) {
    const { code, stderr } = await runPhlbAsUser([...args, ...more]);
    assert.strictEqual(code, 0, stderr);
    assert.strictEqual(stderr.match(/only root can give them/g)?.length, 1, stderr);
    const restored = await readTree(target);
    assertSameTree(restored, await readTree(place.source), {
      ignore: ["inode", "nlink", "allocatedBytes", "uid", "gid"],
    });
    assert.strictEqual(restored["a"]?.uid, 65534);
  }
});

Deno.test("entries that an existing directory would give ACLs and a group get neither", async () => {
  await using place = await makePlace({ "a": "1", "d": { "b": "2" } });
  await place.mustBackup();
  const target = targetOf(place);
  await Deno.mkdir(target);
  await run("chgrp", ["1234", target]);
  await run("chmod", ["2775", target]);
  await run("setfacl", ["-d", "-m", "u:1234:rwx,g::rwx", target]);
  await writeTree(`${target}/other`, {});
  await mustRestore(place, ["latest", target]);
  const source = await readTree(place.source);
  const restored = await readTree(target);
  for (const path of ["a", "d", "d/b"]) {
    const { xattrs, gid, mode } = restored[path] ?? assert.fail(path);
    const { xattrs: wanted, gid: group, mode: bits } = source[path] ?? assert.fail(path);
    assert.deepStrictEqual([xattrs, gid, mode], [wanted, group, bits], path);
  }
});

Deno.test("snapshots of PyHardLinkBackup 1.9.1 come back, checked by their SHA256SUMS", async () => {
  await using temp = await makeTempDir();
  const fixture = "../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz";
  await Deno.mkdir(`${temp.path}/root`);
  const archive = fileURLToPath(new URL(fixture, import.meta.url));
  await run("tar", ["-xzf", archive, "-C", `${temp.path}/root`]);
  const place = placeAt(`${temp.path}/documents`, `${temp.path}/root`, {
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
  await mustRestore(place, ["documents/latest", targetOf(place), "--verify"]);
  const stored = await readTree(place.latest());
  assertSameTree(await readTree(targetOf(place)), stored, { skip: isSumsFile });

  const [name = ""] =
    Object.entries(stored).find(([path, { size = 0, nlink }]) =>
      size > 5 && nlink === 1 && !isSumsFile(path)
    ) ?? [];
  await overwriteByte(`${place.latest()}/${name}`, 2);
  await Deno.remove(targetOf(place), { recursive: true });
  const { stderr } = await mustRestore(place, ["latest", targetOf(place)], { code: 3 });
  assert.ok(stderr.includes(`Cannot restore "${name}": its content is not what`), stderr);
});

Deno.test("a directory put there by hand comes back with attributes and a note about digests", async () => {
  await using place = await makePlace();
  const tree: Tree = {
    "a": withMeta("1", { xattrs: { "user.x": "y" }, mode: 0o640 }),
    "d": { "b": "2", "l": symlink("b") },
  };
  await writeTree(`${place.root}/moved/2020-02-03-040506`, tree);
  const { stderr } = await mustRestore(place, ["moved/latest", targetOf(place)]);
  assert.match(stderr, /2 files have no digest in the snapshot/);
  assertSameTree(
    await readTree(targetOf(place)),
    await readTree(`${place.root}/moved/2020-02-03-040506`),
  );
});

Deno.test("--as-reflink shares blocks, and still finds a damaged file", async () => {
  await using mount = await mountImage({ type: "btrfs", sizeMib: 160 });
  const [source, root] = [`${mount.path}/source`, `${mount.path}/root`];
  await Deno.mkdir(root);
  await writeTree(source, { "a": "a".repeat(500_000), "b": "b".repeat(500_000), "c": "" });
  const place = placeAt(source, root, { [Symbol.asyncDispose]: () => Promise.resolve() });
  await place.mustBackup();
  await overwriteByte(`${place.latest()}/b`, 300_000);
  const target = targetOf(place);
  await mustRestore(place, ["latest", target, "--as-reflink"], { code: 3 });
  assert.deepStrictEqual(Object.keys(await readTree(target)), [".", "a", "c"]);
  const extents = await run("filefrag", ["-v", `${target}/a`]);
  assert.match(extents, /shared/);
});

/** Makes the stored file `m` and its record endless, though nobody has its digest. */
async function makeEndless(place: BackupPlace): Promise<void> {
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const text = await run("zcat", [manifest]);
  const endless = text.replace(/^(\.\/m .*size=)3 /m, `$1${ENDLESS_BYTES} `);
  assert.notStrictEqual(endless, text);
  await Deno.writeTextFile(`${manifest}.txt`, endless);
  await run("gzip", ["-f", `${manifest}.txt`]);
  await Deno.rename(`${manifest}.txt.gz`, manifest);
  await Deno.truncate(`${place.latest()}/m`, ENDLESS_BYTES);
}

async function readNames(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
}

function temporaries(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith(".phlb-restore-"));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
