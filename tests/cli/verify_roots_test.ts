import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { makeLoopPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { withMeta, writeTree } from "../support/tree.ts";
import { flipByte, takeApart, verify, VERIFY_TREE } from "../support/verify_run.ts";

/** A root that PyHardLinkBackup 1.9.1 made in two runs. */
const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

Deno.test("a root of PyHardLinkBackup 1.9.1 is verified by its SHA256SUMS", async () => {
  await using temp = await makeTempDir();
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", temp.path]);
  const good = await verify(temp.path, ["--all"]);
  assert.deepStrictEqual([good.code, good.found], [0, []], good.stderr);
  assert.strictEqual(good.summary["num_snapshots"], 2);
  assert.strictEqual(good.summary["files_without_digest"], 0);

  const newest = `${temp.path}/documents/2026-11-21-040454`;
  await flipByte(`${newest}/new.bin`);
  await Deno.remove(`${newest}/small.txt`);
  const bad = await verify(temp.path);
  const found = ["content new.bin", "missing small.txt"];
  assert.deepStrictEqual([bad.code, bad.found], [3, found], bad.stderr);
});

Deno.test("a root of PyHardLinkBackup 0.x is verified by the .sha512 beside each file", async () => {
  await using temp = await makeTempDir();
  const snapshot = `${temp.path}/home/2019-03-04-101112`;
  const sum = (text: string) => createHash("sha512").update(text).digest("hex");
  await writeTree(snapshot, {
    "phlb_config.ini": "[common]\n",
    "a": "one",
    "a.sha512": sum("one"),
    "d": { "b": "two", "b.sha512": sum("two") },
  });
  const good = await verify(temp.path);
  assert.deepStrictEqual([good.code, good.found], [0, []], good.stderr);
  assert.deepStrictEqual([good.summary["total_files"], good.summary["files_without_digest"]], [
    2,
    0,
  ]);

  await Deno.writeTextFile(`${snapshot}/a`, "xxx");
  await Deno.remove(`${snapshot}/d/b`);
  const bad = await verify(temp.path);
  assert.deepStrictEqual([bad.code, bad.found], [3, ["content a", "missing d/b"]], bad.stderr);
  assert.match(bad.messages.join(), /its content has the SHA-512 [0-9a-f]{128}, /);
});

Deno.test("in a tree that a hand put there, files are read and told to have no digest", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/home/2019-03-04-101112`, { "a": "one", "d": { "b": "two" } });
  const { code, stdout } = await runPhlb(["verify", "--root", temp.path]);
  assert.strictEqual(code, 0);
  assert.match(stdout, /^2 files without a digest to compare$/m);
  assert.match(stdout, /^Read 2 files \(6 Bytes\) of 2 \(6 Bytes\), each content once$/m);
});

Deno.test("a read-only root is verified, and a sample says that nothing is remembered", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 20 }, VERIFY_TREE);
  await place.mustBackup();
  await place.mount.remount("ro");
  const { code, found, stderr } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found, stderr], [0, [], ""]);
  const sample = await verify(place.root, ["--sample", "50%"]);
  assert.strictEqual(sample.code, 0, sample.stderr);
  assert.match(sample.stderr, /What is read now will not be remembered: /);
});

Deno.test("a user who may not read some of it hears of that, and only of that", async () => {
  await using place = await makePlace({
    "open": "x",
    "secret": withMeta("y", { mode: 0o600 }),
    "locked": { "in": "z" },
  });
  await Deno.chmod(`${place.source}/locked`, 0o700);
  await place.mustBackup();
  await run("chmod", ["755", place.root, place.root.replace(/\/root$/, "")]);
  const args = ["verify", "--root", place.root, "--json", "--no-progress"];
  const all = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([all.code, all.messages.length], [3, 1], all.stderr);
  assert.match(all.stderr, /Cannot confirm \\"source\\": permission denied/);
  await Deno.chmod(`${place.root}/source`, 0o755);
  const closed = takeApart(await runPhlbAsUser(args));
  const unreadable = ["unreadable ", "unreadable locked", "unreadable secret"];
  assert.deepStrictEqual([closed.code, closed.found], [3, unreadable], closed.stderr);
  await Deno.chmod(`${place.latest()}-manifest.mtree.gz`, 0o644);
  const { code, found, stderr } = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([code, found], [3, ["unreadable locked", "unreadable secret"]], stderr);
  await giveToUser(place.root);
  const own = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([own.code, own.found], [0, []], own.stderr);
});

Deno.test("a verify does not wait for whoever works on the root", async () => {
  await using place = await makePlace(VERIFY_TREE);
  await place.mustBackup();
  const { fs } = openFileSystem("posix");
  try {
    const lock = fs.tryLock(fs.openRoot(`${place.root}/.phlb`), "lock");
    assert.ok(lock !== undefined);
    const { code, found } = await verify(place.root);
    assert.deepStrictEqual([code, found], [0, []]);
    lock.release();
  } finally {
    fs.closeAll();
  }
});
