import assert from "node:assert/strict";
import type { File, FileSystem } from "../../src/fs/file_system.ts";
import { fifo, sparse, symlink, writeTree } from "../support/tree.ts";
import type { It } from "./file_system_contract.ts";
import { bytes, codeOf, getFile, type OpenFs, openSite, putFile, statOf } from "./site.ts";

const MIB = 1 << 20;

/** Opening, reading and writing regular files. */
export function contentContract(it: It, open: OpenFs): void {
  it("write() puts bytes where it is told, truncate() cuts and fills with zeros", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    fs.write(file, bytes("world"), 6);
    fs.write(file, bytes("hello "), 0);
    fs.write(file, new Uint8Array(0), 100);
    fs.truncate(file, 8);
    fs.truncate(file, 10);
    fs.closeFile(file);
    assert.strictEqual(await Deno.readTextFile(`${site.path}/file`), "hello wo\0\0");
  });

  it("write() and read() use just the window of the buffer they are given", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    fs.write(file, bytes("..middle..").subarray(2, 8), 0);
    const buffer = new Uint8Array(10).fill(0x2e);
    assert.strictEqual(fs.read(file, buffer.subarray(3, 7), 1), 4);
    fs.closeFile(file);
    assert.strictEqual(new TextDecoder().decode(buffer), "...iddl...");
  });

  it("read() is short only at the end of the file", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    putFile(fs, root, { name: "file", text: "0123456789" });
    const file = fs.openFile(root, "file");
    const into = new Uint8Array(8);
    assert.deepStrictEqual([0, 4, 10, 99].map((at) => fs.read(file, into, at)), [8, 6, 0, 0]);
    assert.strictEqual(fs.read(file, new Uint8Array(0), 0), 0);
    fs.closeFile(file);
  });

  it("openFile() opens a file for writing too, never a symlink or one that is not there", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    putFile(fs, root, { name: "file", text: "hello" });
    await Deno.symlink("file", `${site.path}/symlink`);
    const file = fs.openFile(root, "file", "write");
    fs.write(file, bytes(" world"), 5);
    fs.closeFile(file);
    assert.strictEqual(await Deno.readTextFile(`${site.path}/file`), "hello world");
    assert.strictEqual(codeOf(() => fs.openFile(root, "symlink", "write")), "ELOOP");
    assert.strictEqual(codeOf(() => fs.openFile(root, "missing", "write")), "ENOENT");
  });

  it("write() and read() move several MiB, and beyond 4 GiB", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    const data = Uint8Array.from({ length: 3 * MIB + 1 }, (_, i) => i * 7);
    const far = 5 * 1024 * MIB;
    fs.write(file, data, 0);
    fs.write(file, bytes("far"), far);
    const back = new Uint8Array(data.length);
    assert.strictEqual(fs.read(file, back, 0), data.length);
    assert.deepStrictEqual(back, data);
    assert.strictEqual(fs.read(file, back, far), 3);
    // Made small again first, for the implementation that makes files durable when it closes them.
    fs.truncate(file, 0);
    fs.closeFile(file);
  });

  it("createFile() makes the file with mode 0600 and never takes an existing name", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: "kept", dir: {}, dangling: symlink("nowhere") });
    for (const name of ["file", "dir", "dangling"]) {
      assert.strictEqual(codeOf(() => fs.createFile(root, name)), "EEXIST", name);
    }
    assert.strictEqual(getFile(fs, root, "file"), "kept");
    assert.strictEqual(codeOf(() => statOf(fs, root, "nowhere")), "ENOENT");
    putFile(fs, root, { name: "new", text: "" });
    assert.strictEqual(statOf(fs, root, "new").permissions(0), 0o600);
  });

  it("openFile() refuses a symlink, dangling or not, and what is not there", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: "", good: symlink("file"), dangling: symlink("x") });
    assert.strictEqual(codeOf(() => fs.openFile(root, "good")), "ELOOP");
    assert.strictEqual(codeOf(() => fs.openFile(root, "dangling")), "ELOOP");
    assert.strictEqual(codeOf(() => fs.openFile(root, "missing")), "ENOENT");
  });

  it("openFile() does not wait for the other end of a fifo", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { fifo: fifo() });
    let opened: File | undefined;
    const code = codeOf(() => opened = fs.openFile(root, "fifo"));
    assert.ok(["no error", "EINVAL"].includes(code), code);
    if (opened !== undefined) fs.closeFile(opened);
  });

  it("nextData() finds all data and, where it can, leaves out the holes", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const runs = [[2 * MIB, "second"], [5 * MIB, "third"]] as const;
    await writeTree(site.path, { sparse: sparse(8 * MIB, runs), dense: "dense" });
    const found = dataRuns(fs, fs.openFile(root, "sparse"), 8 * MIB);
    for (const [offset, text] of runs) {
      const inside = found.some(({ start, end }) => start <= offset && offset + text.length <= end);
      assert.ok(inside, `the data at ${offset} is in no run`);
    }
    const total = found.reduce((sum, { start, end }) => sum + end - start, 0);
    if (fs.abilities.holes) assert.ok(total <= MIB, `${total} bytes are told to be data`);
    else assert.strictEqual(total, 8 * MIB);
    assert.deepStrictEqual(dataRuns(fs, fs.openFile(root, "dense"), 5), [{ start: 0, end: 5 }]);
  });

  it("a hole that is left out of writing stays a hole, where holes can be kept", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    fs.truncate(file, 4 * MIB);
    fs.write(file, bytes("end"), 4 * MIB - 3);
    fs.closeFile(file);
    const { blocks, size } = await Deno.stat(`${site.path}/file`);
    assert.strictEqual(size, 4 * MIB);
    if (fs.abilities.holes) assert.ok((blocks ?? 0) * 512 < MIB);
  });

  it("reflink() shares the content, or says false and leaves the file empty", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    putFile(fs, root, { name: "from", text: "content" });
    const from = fs.openFile(root, "from");
    const to = fs.createFile(root, "to");
    const shared = fs.reflink(from, to);
    fs.closeFile(from);
    fs.closeFile(to);
    assert.strictEqual(getFile(fs, root, "to"), shared ? "content" : "");
  });

  it("syncFile(), syncDir() and syncAll() go through", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    fs.write(file, bytes("kept"), 0);
    fs.syncFile(file);
    fs.closeFile(file);
    fs.syncDir(root);
    fs.syncAll(root);
    assert.strictEqual(getFile(fs, root, "file"), "kept");
  });
}

/** All runs of data; closes the file. */
function dataRuns(
  fs: FileSystem,
  file: File,
  sizeBytes: number,
): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let at = 0; at < sizeBytes;) {
    const run = fs.nextData(file, at, sizeBytes);
    if (run === undefined) break;
    assert.ok(run.start >= at && run.end > run.start && run.end <= sizeBytes);
    runs.push(run);
    at = run.end;
  }
  fs.closeFile(file);
  return runs;
}
