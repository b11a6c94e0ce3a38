import { mountImage } from "../support/loop_mount.ts";
import assert from "node:assert/strict";
import { STAT, type StatTable } from "../../src/fs/stat_table.ts";
import { run } from "../support/run.ts";
import { fifo, hardlink, readTree, socket, symlink, writeTree } from "../support/tree.ts";
import type { It } from "./file_system_contract.ts";
import { codeOf, getFile, namesIn, type OpenFs, openSite, putFile, statOf } from "./site.ts";

/** Directories, links, special files, renames and removals. */
export function entriesContract(it: It, open: OpenFs): void {
  it("openDir() refuses symlinks, files and what is not there", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { dir: { in: "" }, link: symlink("dir"), file: "" });
    const dir = fs.openDir(root, "dir");
    assert.deepStrictEqual(namesIn(fs, dir), ["in"]);
    fs.closeDir(dir);
    assert.match(codeOf(() => fs.openDir(root, "link")), /^(ELOOP|ENOTDIR)$/);
    assert.strictEqual(codeOf(() => fs.openDir(root, "file")), "ENOTDIR");
    assert.strictEqual(codeOf(() => fs.openDir(root, "missing")), "ENOENT");
  });

  it("reopenDir() gives a handle of its own to the same directory", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { dir: { in: "" } });
    const dir = fs.openDir(root, "dir");
    const again = fs.reopenDir(dir);
    assert.notStrictEqual(again, dir);
    assert.strictEqual(again.path, dir.path);
    fs.closeDir(dir);
    assert.deepStrictEqual(namesIn(fs, again), ["in"]);
    fs.closeDir(again);
  });

  it("openRoot() and realPath() follow symlinks, and say what is wrong", async () => {
    await using site = await openSite(open);
    const { fs } = site;
    await writeTree(site.path, { dir: { in: "" }, link: symlink("dir"), file: "" });
    await Deno.symlink("loop", `${site.path}/loop`);
    const root = fs.openRoot(`${site.path}/link`);
    assert.deepStrictEqual(namesIn(fs, root), ["in"]);
    fs.closeDir(root);
    assert.strictEqual(fs.realPath(`${site.path}/link/../link`), `${site.path}/dir`);
    for (const call of [fs.openRoot, fs.realPath].map((method) => method.bind(fs))) {
      assert.strictEqual(codeOf(() => call(`${site.path}/missing`)), "ENOENT");
      assert.strictEqual(codeOf(() => call(`${site.path}/loop`)), "ELOOP");
    }
    assert.strictEqual(codeOf(() => fs.openRoot(`${site.path}/file`)), "ENOTDIR");
  });

  it("closeAll() closes what is open, and only once", async () => {
    await using site = await openSite(open);
    await writeTree(site.path, { dir: {}, file: "" });
    const fs = open();
    const root = fs.openRoot(site.path);
    const dir = fs.openDir(root, "dir");
    const files = [fs.openFile(root, "file"), fs.createFile(dir, "new")];
    const before = await openBelow(site.path);
    assert.ok(before >= files.length, `${before} are open`);
    fs.closeAll();
    const own = site.fs.kind === "posix" ? 1 : 0; // the site's own
    assert.strictEqual(await openBelow(site.path), own);
    const other = site.fs.openFile(site.root, "file"); // takes the number of one that was closed
    for (const file of files) fs.closeFile(file);
    for (const handle of [dir, root]) fs.closeDir(handle);
    fs.closeAll();
    assert.strictEqual(site.fs.read(other, new Uint8Array(1), 0), 0);
    site.fs.closeFile(other);
  });

  it("makeDir() makes a directory, once", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    fs.makeDir(root, "dir", 0o700);
    assert.deepStrictEqual(
      [statOf(fs, root, "dir").type(0), statOf(fs, root, "dir").permissions(0)],
      ["dir", 0o700],
    );
    assert.strictEqual(codeOf(() => fs.makeDir(root, "dir", 0o700)), "EEXIST");
  });

  it("link() adds a name to the same file, never replaces, never follows", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { a: "a", taken: "taken", sub: {}, soft: symlink("a") });
    const sub = fs.openDir(root, "sub");
    fs.link(root, "a", sub, "b");
    fs.link(root, "soft", sub, "soft");
    assert.strictEqual(statOf(fs, sub, "b").inodeKey(0), statOf(fs, root, "a").inodeKey(0));
    assert.strictEqual(statOf(fs, root, "a").get(0, STAT.nlink), 2);
    assert.strictEqual(statOf(fs, sub, "soft").type(0), "link");
    assert.strictEqual(codeOf(() => fs.link(root, "a", root, "taken")), "EEXIST");
    assert.strictEqual(codeOf(() => fs.link(root, "missing", root, "new")), "ENOENT");
    assert.match(codeOf(() => fs.link(root, "sub", root, "new")), /^(EPERM|EISDIR)$/);
    fs.closeDir(sub);
    assert.strictEqual(getFile(fs, root, "taken"), "taken");
  });

  it("link() to another file system is EXDEV", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    putFile(fs, root, { name: "file", text: "" });
    await using other = await mountImage({ type: "ext4", sizeMib: 16 });
    const elsewhere = fs.openRoot(other.path);
    const device = (stats: StatTable) => [stats.get(0, STAT.devMajor), stats.get(0, STAT.devMinor)];
    assert.notDeepStrictEqual(
      device(statOf(fs, root, "")),
      device(statOf(fs, elsewhere, "")),
      "this test needs two file systems",
    );
    assert.strictEqual(codeOf(() => fs.link(root, "file", elsewhere, "phlb-test")), "EXDEV");
    fs.closeDir(elsewhere);
  });

  it("symlink() stores any target as it is, and readLink() reads it", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const targets = ["nowhere", "loop 3", "/", "../..", "a b\n\\", "\u{1f600}", "x".repeat(4000)];
    for (const [i, target] of targets.entries()) fs.symlink(target, root, `loop ${i}`);
    const tree = await readTree(site.path);
    for (const [i, target] of targets.entries()) {
      assert.strictEqual(fs.readLink(root, `loop ${i}`), target);
      assert.strictEqual(tree[`loop ${i}`]?.target, target);
    }
    assert.strictEqual(codeOf(() => fs.symlink("x", root, "loop 0")), "EEXIST");
  });

  it("a symlink to bytes that are not Unicode is kept or refused", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const target = "to \udcff\udc80";
    await writeTree(site.path, { old: symlink(target) });
    if (fs.abilities.byteNames) {
      assert.strictEqual(fs.readLink(root, "old"), target);
      fs.symlink(target, root, "new");
      assert.strictEqual((await readTree(site.path))["new"]?.target, target);
    } else {
      assert.strictEqual(codeOf(() => fs.readLink(root, "old")), "EILSEQ");
      assert.strictEqual(codeOf(() => fs.symlink(target, root, "new")), "EILSEQ");
    }
  });

  it("readLink() of what is no symlink is EINVAL", async () => {
    await using site = await openSite(open);
    putFile(site.fs, site.root, { name: "file", text: "" });
    assert.strictEqual(codeOf(() => site.fs.readLink(site.root, "file")), "EINVAL");
  });

  it("makeSpecial() recreates fifos and sockets, or refuses", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { fifo: fifo(), socket: socket() });
    for (const name of ["fifo", "socket"]) {
      const copy = () => fs.makeSpecial(root, `${name} copy`, statOf(fs, root, name), 0);
      if (!fs.abilities.specialFiles) assert.strictEqual(codeOf(copy), "EOPNOTSUPP");
      else {
        copy();
        assert.strictEqual(statOf(fs, root, `${name} copy`).type(0), name);
        assert.strictEqual(codeOf(copy), "EEXIST");
      }
    }
  });

  it("makeSpecial() recreates a device for root, and is refused for others", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    if (!fs.abilities.specialFiles) return;
    const stats = statOf(fs, root, "");
    // The numbers take more than eight bits each.
    stats.set(0, STAT.rdevMajor, 0x234);
    stats.set(0, STAT.rdevMinor, 0x56789);
    stats.set(0, STAT.mode, 0o060640);
    if (Deno.uid() === 0) {
      fs.makeSpecial(root, "device", stats, 0);
      assert.strictEqual((await readTree(site.path))["device"]?.device, `${0x234}:${0x56789}`);
    } else assert.strictEqual(codeOf(() => fs.makeSpecial(root, "device", stats, 0)), "EPERM");
  });

  it("rename() moves, and never replaces anything", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, {
      a: "a",
      taken: "taken",
      dir: { in: "" },
      empty: {},
      soft: symlink("nowhere"),
    });
    for (const [from, to] of [["a", "taken"], ["a", "soft"], ["dir", "empty"], ["a", "empty"]]) {
      assert.strictEqual(codeOf(() => fs.rename(root, from ?? "", root, to ?? "")), "EEXIST", to);
    }
    const dir = fs.openDir(root, "dir");
    fs.rename(root, "a", dir, "moved");
    fs.rename(root, "empty", root, "renamed");
    assert.deepStrictEqual(namesIn(fs, root), ["dir", "renamed", "soft", "taken"]);
    assert.strictEqual(getFile(fs, dir, "moved"), "a");
    assert.strictEqual(getFile(fs, root, "taken"), "taken");
    assert.strictEqual(codeOf(() => fs.rename(root, "missing", root, "new")), "ENOENT");
    fs.closeDir(dir);
  });

  it("replace() takes the place of a file, and of nothing else", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { a: "a", b: "b", twin: hardlink("a"), dir: { in: "in" } });
    const dir = fs.openDir(root, "dir");
    fs.replace(root, "b", dir, "in");
    assert.strictEqual(getFile(fs, dir, "in"), "b");
    fs.replace(dir, "in", root, "new");
    assert.strictEqual(getFile(fs, root, "new"), "b");
    fs.replace(root, "a", root, "twin"); // one inode: POSIX has nothing happen
    assert.strictEqual(codeOf(() => fs.replace(root, "new", root, "dir")), "EISDIR");
    assert.strictEqual(codeOf(() => fs.replace(root, "missing", root, "new")), "ENOENT");
    assert.deepStrictEqual(namesIn(fs, root), ["a", "dir", "new", "twin"]);
    fs.closeDir(dir);
  });

  it("unlink() and removeDir() remove just the name, and only their own kind", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: "", soft: symlink("dir"), dir: { in: "" }, empty: {} });
    assert.match(codeOf(() => fs.unlink(root, "dir")), /^(EISDIR|EPERM)$/);
    assert.strictEqual(codeOf(() => fs.removeDir(root, "dir")), "ENOTEMPTY");
    assert.strictEqual(codeOf(() => fs.removeDir(root, "file")), "ENOTDIR");
    assert.strictEqual(codeOf(() => fs.removeDir(root, "soft")), "ENOTDIR");
    fs.unlink(root, "soft");
    fs.unlink(root, "file");
    fs.removeDir(root, "empty");
    assert.deepStrictEqual(namesIn(fs, root), ["dir"]);
    assert.strictEqual(codeOf(() => fs.unlink(root, "file")), "ENOENT");
  });

  it("protection() tells what chattr did, where the implementation can see it", async () => {
    await using site = await openSite(open);
    const seen = <T>(protection: T) => site.fs.kind === "posix" ? protection : undefined;
    assert.strictEqual(site.fs.protection(site.root), undefined);
    await run("chattr", ["+i", site.path]);
    assert.strictEqual(site.fs.protection(site.root), seen("immutable"));
    await run("chattr", ["-i", "+a", site.path]);
    assert.strictEqual(site.fs.protection(site.root), seen("append-only"));
    await run("chattr", ["-a", site.path]);
  });

  it("space() tells what another program sees", async () => {
    await using site = await openSite(open);
    const space = site.fs.space(site.root);
    const told = await run("stat", ["--file-system", "--format=%t %a %S %d", site.path]);
    const [typeId = "", blocks, blockSize, inodes] = told.trim().split(" ");
    assert.strictEqual(space.typeId, parseInt(typeId, 16));
    // Others write meanwhile, so it is the same within a tenth only.
    assertNear(space.freeBytes, Number(blocks) * Number(blockSize));
    if (Number(inodes) > 0) assertNear(space.freeInodes, Number(inodes));
  });

  it("user and group names are told where they can be, and only real ones", () => {
    const fs = open();
    const expected = fs.kind === "posix" ? "root" : undefined;
    assert.deepStrictEqual([fs.userName(0), fs.groupName(0)], [expected, expected]);
    assert.deepStrictEqual([fs.userName(4_242_424), fs.groupName(4_242_424)], [
      undefined,
      undefined,
    ]);
    assert.strictEqual(fs.userId(), Deno.uid() ?? undefined);
  });
}

function assertNear(actual: number | undefined, expected: number): void {
  const off = Math.abs((actual ?? 0) - expected);
  assert.ok(off <= expected / 10, `${actual} is not near ${expected}`);
}

/** How many descriptors this process has open at or below a path. */
async function openBelow(path: string): Promise<number> {
  const listed = await run("ls", ["-l", `/proc/${Deno.pid}/fd`]);
  return listed.split("\n").filter((line) => line.includes(` -> ${path}`)).length;
}
