import assert from "node:assert/strict";
import { type Dir, type FileSystem, FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { mountImage } from "../../support/loop_mount.ts";
import { run } from "../../support/run.ts";
import { openFiles } from "../../support/sealed.ts";
import { symlink, type Tree, withMeta, writeTree } from "../../support/tree.ts";

/** A directory `in` and one `out` on a file system of their own. */
async function makeSealPlace(tree: Tree) {
  const mount = await mountImage({ type: "ext4", sizeMib: 8 });
  const { fs } = openFileSystem("posix");
  await writeTree(`${mount.path}/in`, tree);
  await writeTree(`${mount.path}/out`, tree);
  const dirs = { in: fs.openRoot(`${mount.path}/in`), out: fs.openRoot(`${mount.path}/out`) };
  return {
    fs,
    path: mount.path,
    ...dirs,
    /** Names in `in` that are not immutable. */
    open: () => openFiles(`${mount.path}/in`),
    [Symbol.asyncDispose]: async () => {
      fs.closeAll();
      await mount[Symbol.asyncDispose]();
    },
  };
}

const SHUT = { a: withMeta("a", { mode: 0o444 }), b: withMeta("b", { mode: 0o444 }) };

function refused(step: () => void): void {
  assert.throws(step, (error) => error instanceof FsError && error.code === "EPERM");
}

function sealAll(fs: FileSystem, dir: Dir): void {
  for (const name of ["a", "b"]) fs.seal(dir, name);
}

Deno.test("what is sealed is in the way of everything, until it may be lifted", async () => {
  await using place = await makeSealPlace(SHUT);
  const { fs, in: dir, out } = place;
  sealAll(fs, dir);
  sealAll(fs, out);
  fs.seal(dir, "a"); // once more does no harm
  assert.deepStrictEqual([fs.isSealed(dir, "a"), await place.open()], [true, []]);
  refused(() => fs.link(dir, "a", dir, "more"));
  refused(() => fs.unlink(dir, "a"));
  refused(() => fs.rename(dir, "a", dir, "more"));
  refused(() => fs.replace(dir, "a", dir, "b"));
  const lifted: string[] = [];
  fs.liftBelow(dir, ({ name }) => lifted.push(name));
  fs.link(dir, "a", dir, "more");
  assert.deepStrictEqual([lifted, await place.open()], [["a"], []]);
  fs.unlink(dir, "a");
  fs.rename(dir, "more", dir, "other");
  assert.deepStrictEqual(await place.open(), [], "it is sealed under its other name");
  fs.link(dir, "b", dir, "kept");
  fs.replace(dir, "other", dir, "b");
  assert.deepStrictEqual(await place.open(), []);
  assert.deepStrictEqual(fs.readDir(dir).names.toSorted(), ["b", "kept"]);
  assert.deepStrictEqual(lifted, ["a", "a", "more", "b", "other", "b"]);
  refused(() => fs.unlink(out, "a"));
  fs.liftBelow(undefined);
  refused(() => fs.unlink(dir, "b"));
});

Deno.test("what fails all the same is told, and the file is sealed again", async () => {
  await using place = await makeSealPlace(SHUT);
  const { fs, in: dir } = place;
  sealAll(fs, dir);
  fs.liftBelow(dir);
  assert.throws(
    () => fs.rename(dir, "a", dir, "b"),
    (error) => error instanceof FsError && error.code === "EEXIST",
  );
  assert.throws(
    () => fs.link(dir, "a", dir, "b"),
    (error) => error instanceof FsError && error.code === "EEXIST",
  );
  assert.deepStrictEqual(await place.open(), []);
});

Deno.test("directories, and files behind symlinks, are never lifted", async () => {
  await using place = await makeSealPlace({ ...SHUT, d: { c: "c" }, s: symlink("../out/a") });
  const { fs, in: dir, out } = place;
  fs.seal(out, "a");
  await run("chattr", ["+i", `${place.path}/in/d`]);
  const closed = fs.openDir(dir, "d");
  fs.liftBelow(dir);
  refused(() => fs.unlink(closed, "c"));
  assert.strictEqual(fs.isSealed(dir, "s"), false);
  fs.unlink(dir, "s");
  assert.strictEqual(fs.isSealed(out, "a"), true);
  await run("chattr", ["-i", `${place.path}/in/d`]);
});
