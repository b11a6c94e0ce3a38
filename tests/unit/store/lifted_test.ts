import assert from "node:assert/strict";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { allowLifting, sealAgain } from "../../../src/store/lifted.ts";
import { sealRefusal } from "../../../src/store/protection.ts";
import { faultyFileSystem } from "../../support/faulty_file_system.ts";
import { mountImage } from "../../support/loop_mount.ts";
import { openFiles } from "../../support/sealed.ts";
import { run } from "../../support/run.ts";
import { type Tree, withMeta, writeTree } from "../../support/tree.ts";

const PATH = "name/2026-01-07-085247/d/a";

/** A root with one sealed file, and a file system that is killed when it would seal it again. */
async function makeRoot(tree: Tree) {
  const mount = await mountImage({ type: "ext4", sizeMib: 8 });
  await writeTree(`${mount.path}/root`, { ".phlb": {}, ...tree });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(`${mount.path}/root`);
  return {
    fs,
    root,
    path: `${mount.path}/root`,
    /** Leaves the file as a kill does between two calls: open, and noted before. */
    leaveOpen: async (relPath: string) => {
      const slash = relPath.lastIndexOf("/");
      const dir = fs.openRoot(`${mount.path}/root/${relPath.slice(0, slash)}`);
      const name = relPath.slice(slash + 1);
      fs.seal(dir, name);
      allowLifting(fs, root, "main");
      fs.link(dir, name, dir, "more");
      fs.liftBelow(undefined);
      await run("chattr", ["-i", `${dir.path}/${name}`]);
      await Deno.remove(`${dir.path}/more`);
    },
    [Symbol.asyncDispose]: async () => {
      fs.closeAll();
      await mount[Symbol.asyncDispose]();
    },
  };
}

function at(file: Tree[string]): Tree {
  return { name: { "2026-01-07-085247": { d: { a: file } } } };
}

const SHUT = withMeta("a", { mode: 0o444 });

Deno.test("sealAgain() seals what was left open, and takes the note away", async () => {
  await using place = await makeRoot(at(SHUT));
  await place.leaveOpen(PATH);
  assert.deepStrictEqual(await openFiles(`${place.path}/name`), [
    "changeable ./2026-01-07-085247/d/a",
  ]);
  assert.strictEqual(sealAgain(place.fs, place.root), 1);
  assert.deepStrictEqual(await openFiles(`${place.path}/name`), []);
  assert.deepStrictEqual([...Deno.readDirSync(`${place.path}/.phlb`)], []);
  assert.strictEqual(sealAgain(place.fs, place.root), 0);
});

for (
  const [where, other] of [
    ["another snapshot", "name/2026-01-08-085247/d/a"],
    ["the trash", ".phlb/trash/1/2026-01-08-085247/d/a"],
    ["a snapshot right in the root", "2026-01-08-085247/d/a"],
    ["another place altogether", "other/2026-01-08-085247/e/f"],
  ] as const
) {
  Deno.test(`sealAgain() finds what lost the name it was noted under in ${where}`, async () => {
    await using place = await makeRoot(at(SHUT));
    const dir = other.slice(0, other.lastIndexOf("/"));
    await Deno.mkdir(`${place.path}/${dir}`, { recursive: true });
    await Deno.link(`${place.path}/${PATH}`, `${place.path}/${other}`);
    await place.leaveOpen(PATH);
    await Deno.remove(`${place.path}/${PATH}`);
    await Deno.writeTextFile(`${place.path}/${PATH}`, "new", { mode: 0o444 });
    assert.strictEqual(sealAgain(place.fs, place.root), 1);
    assert.deepStrictEqual(await openFiles(`${place.path}/${dir}`), []);
    assert.deepStrictEqual(await openFiles(`${place.path}/name/2026-01-07-085247`), [
      "changeable ./d/a",
    ], "another file has its name now");
  });
}

Deno.test("sealAgain() passes over a note that was cut off, and one of a file that is gone", async () => {
  await using place = await makeRoot(at({ b: "" }));
  for (const text of ["", "12 3", "0 12 2 name/gone/a\0", "0 12 1 name\0", "0 1 2 ../../a\0"]) {
    await Deno.writeTextFile(`${place.path}/.phlb/lifted-main`, text);
    assert.strictEqual(sealAgain(place.fs, place.root), 0, text);
    assert.deepStrictEqual([...Deno.readDirSync(`${place.path}/.phlb`)], []);
  }
});

Deno.test("sealRefusal() tells who is to blame, and leaves nothing", async () => {
  await using place = await makeRoot({});
  const dir = place.fs.openDir(place.root, ".phlb");
  place.fs.liftBelow(place.root);
  const tried = (code: string | undefined) => {
    const faults = code === undefined ? [] : [{ op: "sealFile", code } as const];
    return sealRefusal(faultyFileSystem(place.fs, faults), dir);
  };
  assert.deepStrictEqual(
    [undefined, "EPERM", "ENOTTY", "EOPNOTSUPP"].map(tried),
    [undefined, "user", "system", "system"],
  );
  assert.deepStrictEqual([...Deno.readDirSync(`${place.path}/.phlb`)], []);
  assert.throws(() => tried("EIO"));
});
