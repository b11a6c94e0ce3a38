import { deepStrictEqual, notDeepStrictEqual, strictEqual } from "node:assert/strict";
import { changeFiles, makeLargeTree, makeSmallTree } from "../../../bench/trees.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const SMALL = { files: 20, dirs: 4, minBytes: 10, maxBytes: 90 };

function contents(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}${path}`)) {
      if (isDirectory) visit(`${path}/${name}`);
      else found.set(`${path}/${name}`, Deno.readFileSync(`${root}${path}/${name}`).toHex());
    }
  };
  visit("");
  return new Map([...found].sort());
}

Deno.test("makeSmallTree() makes the same tree from the same seed", async () => {
  await using dir = await makeTempDir();
  for (const name of ["a", "b"]) makeSmallTree(`${dir.path}/${name}`, SMALL);
  const made = contents(`${dir.path}/a`);
  strictEqual(made.size, SMALL.files);
  deepStrictEqual(made, contents(`${dir.path}/b`));
});

Deno.test("changeFiles() changes every so many files, to the same content each time", async () => {
  await using dir = await makeTempDir();
  makeSmallTree(dir.path, SMALL);
  const before = contents(dir.path);
  changeFiles(dir.path, SMALL, { every: 10, seed: 1 });
  const once = contents(dir.path);
  const changed = [...once].filter(([path, content]) => before.get(path) !== content);
  deepStrictEqual(changed.map(([path]) => path), ["/d0/d0/file-0.dat", "/d0/d2/file-10.dat"]);
  changeFiles(dir.path, SMALL, { every: 10, seed: 2 });
  notDeepStrictEqual(contents(dir.path), once);
  changeFiles(dir.path, SMALL, { every: 10, seed: 1 });
  deepStrictEqual(contents(dir.path), once);
});

Deno.test("makeLargeTree() repeats the share of contents that it is told to", async () => {
  await using dir = await makeTempDir();
  makeLargeTree(dir.path, { files: 10, fileBytes: 1000, duplicates: 0.3 });
  const made = contents(dir.path);
  strictEqual(made.size, 10);
  strictEqual(new Set(made.values()).size, 7);
});
