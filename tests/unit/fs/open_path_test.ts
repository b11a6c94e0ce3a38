import assert from "node:assert/strict";
import type { Dir, FileSystem } from "../../../src/fs/file_system.ts";
import { FsError } from "../../../src/fs/file_system.ts";
import { DirCache, openDirPath } from "../../../src/fs/open_path.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { symlink, writeTree } from "../../support/tree.ts";

const TREE = {
  a: { "in-a": "", b: { "in-b": "", c: { "in-c": "" } }, bb: { "in-bb": "" } },
  link: symlink("a"),
};

Deno.test("openDirPath() opens component by component and leaves nothing else open", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const { fs, open } = counting();
  const root = fs.openRoot(dir.path);
  const found = openDirPath(fs, root, "a/b/c");
  assert.deepStrictEqual(fs.readDir(found).names, ["in-c"]);
  assert.strictEqual(open.size, 1);
  assert.throws(() => openDirPath(fs, root, "a/missing/c"), refusal("ENOENT"));
  assert.throws(() => openDirPath(fs, root, "link/b"), refusal("ENOTDIR"));
  assert.throws(() => openDirPath(fs, root, "a/../a"), refusal("EINVAL"));
  assert.strictEqual(open.size, 1);
  fs.closeDir(found);
  fs.closeDir(root);
});

Deno.test("openDirPath() gives a handle of its own also to the root itself", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  fs.closeDir(openDirPath(fs, root, ""));
  assert.deepStrictEqual(fs.readDir(root).names.toSorted(), ["a", "link"]);
  fs.closeDir(root);
});

Deno.test("DirCache gives the right directory in any order", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const { fs, open } = counting();
  const root = fs.openRoot(dir.path);
  const cache = new DirCache(fs, root);
  const order = ["a", "a/b", "a/b/c", "a/bb", "", "a/b/c", "a/b/c", "a", "a/bb", "a/b"];
  for (const relPath of order) {
    const name = relPath === "" ? "a" : `in-${relPath.slice(relPath.lastIndexOf("/") + 1)}`;
    assert.ok(fs.readDir(cache.get(relPath)).names.includes(name), relPath);
  }
  cache.close();
  assert.strictEqual(open.size, 0);
  fs.closeDir(root);
});

Deno.test("DirCache opens each directory of a depth-first walk once", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const { fs, opened } = counting();
  const root = fs.openRoot(dir.path);
  const cache = new DirCache(fs, root);
  for (const relPath of ["", "a", "a", "a/b", "a/b/c", "a/b/c", "a/bb"]) cache.get(relPath);
  assert.deepStrictEqual(opened, ["a", "b", "c", "bb"]);
  cache.close();
  fs.closeDir(root);
});

Deno.test("DirCache follows no symlink and stays usable after a failure", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const { fs, open } = counting();
  const root = fs.openRoot(dir.path);
  const cache = new DirCache(fs, root);
  assert.throws(() => cache.get("link/b"), refusal("ENOTDIR"));
  assert.throws(() => cache.get("a/b/missing"), refusal("ENOENT"));
  assert.deepStrictEqual(fs.readDir(cache.get("a/b/c")).names, ["in-c"]);
  cache.close();
  assert.strictEqual(open.size, 0);
  fs.closeDir(root);
});

Deno.test("DirCache keeps a bounded number of directories open, however deep the tree", async () => {
  await using dir = await makeTempDir();
  const names = Array.from({ length: 200 }, (_, i) => `d${i}`);
  await Deno.mkdir(`${dir.path}/${names.join("/")}`, { recursive: true });
  const { fs, open } = counting();
  const root = fs.openRoot(dir.path);
  const cache = new DirCache(fs, root);
  for (let depth = 1; depth <= names.length; depth++) cache.get(names.slice(0, depth).join("/"));
  assert.ok(open.size <= 32, `${open.size} are open`);
  assert.deepStrictEqual(fs.readDir(cache.get("d0/d1")).names, ["d2"]);
  assert.deepStrictEqual(fs.readDir(cache.get(names.join("/"))).names, []);
  assert.ok(open.size <= 32);
  cache.close();
  assert.strictEqual(open.size, 0);
  fs.closeDir(root);
});

/** The real file system, telling what `openDir` opened and what of it is still open. */
function counting(): { fs: FileSystem; open: Set<Dir>; opened: string[] } {
  const { fs: inner } = openFileSystem("posix");
  const open = new Set<Dir>();
  const opened: string[] = [];
  const fs = new Proxy(inner, {
    get(target, key) {
      if (key === "openDir") {
        return (dir: Dir, name: string): Dir => {
          const made = target.openDir(dir, name);
          open.add(made);
          opened.push(name);
          return made;
        };
      }
      if (key === "closeDir") {
        return (dir: Dir): void => {
          open.delete(dir);
          target.closeDir(dir);
        };
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { fs, open, opened };
}

function refusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof FsError && error.code === code;
}
