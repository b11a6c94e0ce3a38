import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { makePlace } from "../support/backup_place.ts";
import { jsonLines, mustRestore, overwriteByte, targetOf } from "../support/restore_run.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { device, hardlink, readTree, symlink, type Tree, writeTree } from "../support/tree.ts";

Deno.test("special files that stand in the manifest alone are remade from it", async () => {
  await using place = await makePlace({ "null": device("char", { major: 1, minor: 3 }), "a": "1" });
  await run("chmod", ["755", place.root.replace(/\/[^/]*$/, "")]);
  await giveToUser(place.root);
  const { code, stderr } = await runPhlbAsUser(["backup", place.source, place.root]);
  assert.strictEqual(code, 3, stderr);
  assert.ok(!("null" in await readTree(place.latest())), "the snapshot has the device after all");
  await mustRestore(place, ["latest", targetOf(place), "--verify"]);
  assertSameTree(await readTree(targetOf(place)), await readTree(place.source));
});

Deno.test("hard links of the source come back as such, over directories and batches", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 900 }, (_, i) => [`f${i}`, `content ${i}`] as const),
  );
  const links: Tree = Object.fromEntries(
    Array.from({ length: 900 }, (_, i) => [`l${i}`, hardlink(`many/f${i}`)] as const),
  );
  await using place = await makePlace({
    "many": many,
    "mirror": links,
    "s": symlink("x"),
    "t": { "s2": hardlink("s"), "third": hardlink("many/f0") },
  });
  await place.mustBackup();
  const target = targetOf(place);
  const { stdout } = await mustRestore(place, ["latest", target, "--verify", "--json"]);
  assert.strictEqual(jsonLines(stdout).at(-1)?.hard_links, 902);
  const restored = await readTree(target);
  assertSameTree(restored, await readTree(place.source), { ignore: ["inode"] });
  assert.strictEqual(restored["t/third"]?.inode, restored["many/f0"]?.inode);

  // One name is somebody else's by now, one has an inode of its own, one is gone.
  await Deno.writeTextFile(`${target}/mirror/l1.tmp`, "different!");
  await Deno.rename(`${target}/mirror/l1.tmp`, `${target}/mirror/l1`);
  await run("cp", ["-p", `${target}/many/f2`, `${target}/copy`]);
  await Deno.rename(`${target}/copy`, `${target}/mirror/l2`);
  await Deno.remove(`${target}/mirror/l3`);
  await mustRestore(place, ["latest", target, "--overwrite", "if-changed"]);
  const again = await readTree(target);
  assertSameTree(again, await readTree(place.source), { ignore: ["inode"] });
  for (const i of [1, 2, 3]) {
    assert.strictEqual(again[`mirror/l${i}`]?.inode, again[`many/f${i}`]?.inode, `${i}`);
  }
});

Deno.test("when the first name of an inode is damaged, the next one takes its place", async () => {
  await using place = await makePlace({
    "a": "one inode",
    "b": hardlink("a"),
    "c": hardlink("a"),
  });
  await place.mustBackup();
  // As if the file system's limit on links had made a copy of the first.
  const stored = place.latest();
  await run("cp", ["-p", `${stored}/a`, `${stored}/a2`]);
  await Deno.rename(`${stored}/a2`, `${stored}/a`);
  await overwriteByte(`${stored}/a`, 1);
  const target = targetOf(place);
  await mustRestore(place, ["latest", target], { code: 3 });
  const restored = await readTree(target);
  assert.deepStrictEqual(Object.keys(restored), [".", "b", "c"]);
  assert.strictEqual(restored["b"]?.inode, restored["c"]?.inode);
});

Deno.test("a snapshot of PyHardLinkBackup 0.x comes back, checked by its .sha512 files", async () => {
  await using place = await makePlace();
  const tree: Tree = { "a.txt": "alpha", "d": { "b": "beta", "c.sha512": "a user's own" } };
  await writeTree(targetOf(place) + "-expected", tree);
  const sums = (text: string) => createHash("sha512").update(text).digest("hex");
  const stored = `${place.root}/old/2018-02-03-040506`;
  await writeTree(stored, {
    "a.txt": "alpha",
    "a.txt.sha512": sums("alpha"),
    "phlb_config.ini": "[common]",
    "d": {
      "b": "beta",
      "b.sha512": sums("beta"),
      "c.sha512": "a user's own",
      "c.sha512.sha512": sums("a user's own"),
    },
  });
  await mustRestore(place, ["old/latest", targetOf(place), "--verify"]);
  assertSameTree(await readTree(targetOf(place)), await readTree(targetOf(place) + "-expected"));
  await overwriteByte(`${stored}/d/b`, 0);
  await Deno.remove(targetOf(place), { recursive: true });
  const { stderr } = await mustRestore(place, ["old/latest", targetOf(place)], { code: 3 });
  assert.match(stderr, /Cannot restore "d\/b": its content is not what its digest says/);
});

Deno.test("with a damaged manifest all contents come back, and --delete removes nothing", async () => {
  await using place = await makePlace({ "a": "1", "d": { "b": "2" }, "e": { "c": "3" } });
  await place.mustBackup();
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  await Deno.truncate(manifest, Math.floor((await Deno.stat(manifest)).size / 2));
  const target = targetOf(place);
  await writeTree(target, { "extra": "x", "e": { "more": "y" } });
  const { stderr } = await mustRestore(place, ["latest", target, "--delete"], { code: 3 });
  assert.match(stderr, /Cannot read all of ".*-manifest.mtree.gz"/);
  const paths = Object.keys(await readTree(target));
  assert.deepStrictEqual(paths, [".", "a", "d", "d/b", "e", "e/c", "e/more", "extra"]);
});

Deno.test("a directory in the place of a file gives way only when it is empty or with --delete", async () => {
  await using place = await makePlace({ "a": "1", "b": "2", "d": { "c": "3" } });
  await place.mustBackup();
  const target = targetOf(place);
  await writeTree(target, { "a": {}, "b": { "full": "x" }, "d": "a file" });
  const args = ["latest", target, "--overwrite", "always"];
  const { stderr } = await mustRestore(place, args, { code: 3 });
  assert.match(stderr, /Cannot restore "b": a directory that is not empty is in its place/);
  assert.deepStrictEqual(Object.keys(await readTree(target)), [
    ...[".", "a", "b", "b/full", "d", "d/c"],
  ]);
  await mustRestore(place, [...args, "--delete"]);
  assertSameTree(await readTree(target), await readTree(place.source));
});
