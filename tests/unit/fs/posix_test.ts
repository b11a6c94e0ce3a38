import assert from "node:assert/strict";
import { type FileSystem, FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { mountImage } from "../../support/loop_mount.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { readTree, symlink, writeTree } from "../../support/tree.ts";

Deno.test("posix: an open directory stays the same one when its path is swapped for a symlink", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { victim: {}, elsewhere: { file: "kept" }, file: "" });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  const victim = fs.openDir(root, "victim");
  await Deno.rename(`${dir.path}/victim`, `${dir.path}/moved`);
  await Deno.symlink("elsewhere", `${dir.path}/victim`);
  fs.closeFile(fs.createFile(victim, "new"));
  fs.link(root, "file", victim, "linked");
  assert.throws(() => fs.unlink(victim, "file"), FsError);
  fs.closeDir(victim);
  fs.closeDir(root);
  assert.deepStrictEqual(Object.keys(await readTree(`${dir.path}/moved`)), [".", "linked", "new"]);
  assert.deepStrictEqual(Object.keys(await readTree(`${dir.path}/elsewhere`)), [".", "file"]);
});

Deno.test("posix: a handle that another implementation made is refused", async () => {
  await using dir = await makeTempDir();
  const { fs } = openFileSystem("posix");
  const { fs: other } = openFileSystem("portable");
  const foreign = other.openRoot(dir.path);
  assert.throws(() => fs.readDir(foreign), TypeError);
  assert.throws(() => fs.createFile({ path: dir.path }, "file"), TypeError);
  assert.throws(() => fs.closeFile({ path: dir.path }), TypeError);
});

Deno.test("posix: failing calls leave no descriptor open", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { file: "", dir: {}, link: symlink("dir") });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  countDescriptors(); // the first program that is started leaves descriptors of the runtime's own
  const before = countDescriptors();
  const held = fs.tryLock(root, "lock");
  for (let i = 0; i < 20; i++) {
    for (const call of failing(fs, root)) assert.throws(call, FsError);
    assert.strictEqual(fs.tryLock(root, "lock"), undefined);
  }
  held?.release();
  // Each leak would show twenty times; the runtime itself may open one or two meanwhile.
  assert.ok(countDescriptors() - before < 10, `${before} before, ${countDescriptors()} after`);
  fs.closeDir(root);
});

Deno.test("posix: descriptors are not handed on to programs that are started", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { file: "" });
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  const file = fs.openFile(root, "file");
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ls -l /proc/self/fd"] }).output();
  assert.ok(!new TextDecoder().decode(stdout).includes(dir.path));
  fs.closeFile(file);
  fs.closeDir(root);
});

Deno.test("posix: numbers beyond 32 bits survive: sizes, and inodes in their key", async () => {
  await using dir = await makeTempDir();
  await Deno.writeTextFile(`${dir.path}/file`, "");
  const size = 7 * 2 ** 40 + 5;
  await Deno.truncate(`${dir.path}/file`, size);
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(dir.path);
  const table = new StatTable(1);
  fs.lstat(root, "file", table, 0);
  fs.closeDir(root);
  assert.strictEqual(table.sizeBytes(0), size);
  table.set(0, STAT.inoHigh, 0xffff_ffff);
  table.set(0, STAT.inoLow, 0xffff_fffe);
  assert.strictEqual(table.ino(0), 0xffff_ffff_ffff_fffen);
  assert.match(table.inodeKey(0), /:4294967295:4294967294$/);
});

Deno.test({
  name: "posix: reflink() shares blocks on Btrfs, holes and all",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using mount = await mountImage({ type: "btrfs", sizeMib: 120 });
    const { fs } = openFileSystem("posix");
    const root = fs.openRoot(mount.path);
    const from = fs.createFile(root, "from");
    const data = new Uint8Array(1 << 20).fill(7);
    fs.write(from, data, 1 << 20);
    const to = fs.createFile(root, "to");
    assert.strictEqual(fs.reflink(from, to), true);
    const back = new Uint8Array(2 << 20);
    assert.strictEqual(fs.read(to, back, 0), back.length);
    assert.deepStrictEqual(back.subarray(1 << 20), data);
    assert.deepStrictEqual(fs.nextData(to, 0, 2 << 20), { start: 1 << 20, end: 2 << 20 });
    for (const file of [from, to]) fs.closeFile(file);
    assert.strictEqual(fs.space(root).freeInodes, undefined);
    fs.closeDir(root);
  },
});

function failing(fs: FileSystem, root: ReturnType<FileSystem["openRoot"]>): (() => unknown)[] {
  return [
    () => fs.openDir(root, "link"),
    () => fs.openDir(root, "file"),
    () => fs.openFile(root, "link"),
    () => fs.createFile(root, "file"),
    () => fs.openRoot(`${root.path}/missing`),
    () => fs.xattrs(root, "missing"),
    () => fs.link(root, "missing", root, "new"),
  ];
}

function countDescriptors(): number {
  const { stdout } = new Deno.Command("ls", { args: [`/proc/${Deno.pid}/fd`] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}
