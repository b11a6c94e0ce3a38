import assert from "node:assert/strict";
import { type Dir, type FileSystem, FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { removeTree } from "../../../src/fs/remove_tree.ts";
import { faultyFileSystem } from "../../support/faulty_file_system.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { fifo, readTree, symlink, withMeta, writeTree } from "../../support/tree.ts";

const DOOMED = {
  file: "",
  dir: { "deep\udcff": { er: "", fifo: fifo() } },
  locked: withMeta({ in: "" }, { mode: 0o000 }),
  "to kept": symlink("../kept"),
};

Deno.test("removeTree() removes all below a name and follows no symlink", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { doomed: DOOMED, kept: { in: "kept" }, single: "" });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  let told = 0;
  assert.strictEqual(removeTree(fs, root, "doomed", { onRemoved: () => told++ }), 9);
  assert.strictEqual(told, 9);
  assert.strictEqual(removeTree(fs, root, "single"), 1);
  assert.strictEqual(removeTree(fs, root, "missing"), 0);
  fs.closeDir(root);
  assert.deepStrictEqual(Object.keys(await readTree(dir.path)), [".", "kept", "kept/in"]);
});

Deno.test("removeTree() removes a symlink itself, not the directory behind it", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { link: symlink("kept"), kept: { in: "" } });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  assert.strictEqual(removeTree(fs, root, "link"), 1);
  fs.closeDir(root);
  assert.deepStrictEqual(Object.keys(await readTree(dir.path)), [".", "kept", "kept/in"]);
});

Deno.test("removeTree() stops when it is cancelled, and can be called again", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { doomed: { a: "", b: "", c: { d: "" } } });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  let left = 2;
  const isCancelled = () => left === 0;
  assert.strictEqual(removeTree(fs, root, "doomed", { isCancelled, onRemoved: () => left-- }), 2);
  assert.strictEqual(Object.keys(await readTree(dir.path)).length, 1 + 5 - 2);
  assert.strictEqual(removeTree(fs, root, "doomed"), 3);
  fs.closeDir(root);
  assert.deepStrictEqual(Object.keys(await readTree(dir.path)), ["."]);
});

Deno.test("removeTree() tells a directory that it could not list whole", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { doomed: { a: "", b: "" } });
  const { fs: real } = openFileSystem("posix");
  const fs = faultyFileSystem(real, [{ op: "readDir", code: "EIO" }]);
  const root = fs.openRoot(dir.path);
  assert.throws(() => removeTree(fs, root, "doomed"), (error) => {
    return error instanceof FsError && error.code === "EIO";
  });
  fs.closeDir(root);
});

/** Makes a chain of directories with a file at its end, without a path of its length. */
function makeChain(fs: FileSystem, root: Dir, { levels, name }: { levels: number; name: string }) {
  let dir = root;
  for (let level = 0; level < levels; level++) {
    fs.makeDir(dir, name, 0o700);
    const next = fs.openDir(dir, name);
    if (dir !== root) fs.closeDir(dir);
    dir = next;
  }
  fs.closeFile(fs.createFile(dir, "file"));
  fs.closeDir(dir);
}

Deno.test("removeTree() removes a tree of any depth with a few open directories", async () => {
  await using dir = await makeTempDir();
  const { fs: real } = openFileSystem("posix");
  const levels = 2000;
  const open = new Set<unknown>();
  let most = 0;
  const root = real.openRoot(dir.path);
  makeChain(real, root, { levels, name: "a long name" });
  const fs = new Proxy(real, {
    get(target, key) {
      if (key === "openDir") {
        return (parent: Dir, name: string) => {
          const made = target.openDir(parent, name);
          most = Math.max(most, open.add(made).size);
          return made;
        };
      }
      if (key === "closeDir") {
        return (made: Dir) => {
          open.delete(made);
          target.closeDir(made);
        };
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  assert.strictEqual(removeTree(fs, root, "a long name"), levels + 1);
  assert.deepStrictEqual(real.readDir(root).names, []);
  assert.ok(most > 1 && most < 100, `${most} were open at a time`);
  assert.strictEqual(open.size, 0);
  real.closeDir(root);
});
