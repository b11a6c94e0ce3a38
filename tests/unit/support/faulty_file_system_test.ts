import assert from "node:assert/strict";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { faultyFileSystem } from "../../support/faulty_file_system.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const { fs } = openFileSystem("auto");

Deno.test("faultyFileSystem() fails the nth call once, with its path", async () => {
  await using temp = await makeTempDir();
  const faulty = faultyFileSystem(fs, [{ op: "makeDir", nth: 2, code: "ENOSPC" }]);
  const dir = faulty.openRoot(temp.path);
  faulty.makeDir(dir, "a", 0o700);
  assert.throws(() => faulty.makeDir(dir, "b", 0o700), {
    code: "ENOSPC",
    op: "makeDir",
    path: `${temp.path}/b`,
  });
  faulty.makeDir(dir, "b", 0o700);
  assert.deepStrictEqual(faulty.readDir(dir).names.sort(), ["a", "b"]);
  faulty.closeDir(dir);
});

Deno.test("faultyFileSystem() fails every later call on a matching path", async () => {
  await using temp = await makeTempDir();
  const path = (path: string) => path.endsWith("/bad");
  const faulty = faultyFileSystem(fs, [{ op: "link", path, code: "EIO", always: true }]);
  const dir = faulty.openRoot(temp.path);
  faulty.closeFile(faulty.createFile(dir, "file"));
  faulty.link(dir, "file", dir, "good");
  for (let i = 0; i < 2; i++) {
    assert.throws(() => faulty.link(dir, "file", dir, "bad"), { code: "EIO" });
  }
  faulty.closeDir(dir);
});

Deno.test("faultyFileSystem() tells a failing readDir after half of the names", async () => {
  await using temp = await makeTempDir();
  for (const name of ["a", "b", "c", "d"]) await Deno.writeTextFile(`${temp.path}/${name}`, "");
  const faulty = faultyFileSystem(fs, [{ op: "readDir", code: "EIO" }]);
  const dir = faulty.openRoot(temp.path);
  const { names, error } = faulty.readDir(dir);
  assert.strictEqual(names.length, 2);
  assert.strictEqual(error?.code, "EIO");
  assert.strictEqual(faulty.readDir(dir).error, undefined);
  faulty.closeDir(dir);
});

Deno.test("faultyFileSystem() lets something happen right before a call", async () => {
  await using temp = await makeTempDir();
  await Deno.writeTextFile(`${temp.path}/file`, "");
  const before = () => Deno.removeSync(`${temp.path}/file`);
  const faulty = faultyFileSystem(fs, [{ op: "openFile", before }]);
  const dir = faulty.openRoot(temp.path);
  assert.throws(() => faulty.openFile(dir, "file"), { code: "ENOENT" });
  faulty.closeDir(dir);
});
