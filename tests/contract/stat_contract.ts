import assert from "node:assert/strict";
import type { FileSystem } from "../../src/fs/file_system.ts";
import { STAT, StatTable } from "../../src/fs/stat_table.ts";
import {
  device,
  fifo,
  hardlink,
  readTree,
  socket,
  sparse,
  symlink,
  type TreeEntry,
  withMeta,
  writeTree,
} from "../support/tree.ts";
import type { It } from "./file_system_contract.ts";
import { codeOf, type OpenFs, openSite, statOf } from "./site.ts";

const KINDS = {
  dir: withMeta({}, { mode: 0o1777 }),
  empty: "",
  fifo: withMeta(fifo(), { mode: 0o620 }),
  file: withMeta("some text", { mode: 0o4711 }),
  "file again": hardlink("file"),
  link: symlink("file"),
  socket: socket(),
};

/** lstat and fstat: what another program sees, too. */
export function statContract(it: It, open: OpenFs): void {
  it("lstat() tells what another program sees, for every type", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, KINDS);
    const expected = await readTree(site.path);
    for (const [name, entry] of Object.entries(expected)) {
      assertSees(statOf(fs, root, name === "." ? "" : name), entry, { fs, name });
    }
    assert.strictEqual(Object.keys(expected).length, Object.keys(KINDS).length + 1);
  });

  const NS = 1_000_000_000n;
  const TIMES = {
    epoch: 0n,
    now: 1_795_250_329n * NS + 123_456_789n,
    "after 2038": 4_000_000_000n * NS + 999_999_999n,
    "after 2106": 6_000_000_000n * NS + 1n,
  };
  const EARLY = { "just before 1970": -1n, "in 1966": -100_000_000n * NS - 500_000_000n };

  it("lstat() tells times as exactly as its abilities say", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const times = fs.abilities.nanoseconds ? { ...TIMES, ...EARLY } : TIMES;
    const files = Object.entries(times).map(([name, mtimeNs]) => {
      return [name, withMeta("", { mtimeNs, atimeNs: mtimeNs + NS })];
    });
    await writeTree(site.path, Object.fromEntries(files));
    const unit = fs.abilities.nanoseconds ? 1n : 1_000_000n;
    for (const [name, mtimeNs] of Object.entries(times)) {
      const stats = statOf(fs, root, name);
      assert.strictEqual(stats.mtimeNs(0), mtimeNs - mtimeNs % unit, name);
      assert.strictEqual(stats.get(0, STAT.atimeSec), Number(floorSeconds(mtimeNs + NS)), name);
    }
  });

  it("lstat() fills the row it is given and no other", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: "12345" });
    const table = new StatTable(3);
    table.data.fill(-7);
    fs.lstat(root, "file", table, 1);
    assert.deepStrictEqual([table.sizeBytes(0), table.sizeBytes(1), table.sizeBytes(2)], [
      -7,
      5,
      -7,
    ]);
    assert.ok([...table.data.subarray(0, 20)].every((value) => value === -7));
  });

  it("fstat() tells the same as lstat()", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: withMeta("12345", { mode: 0o640 }) });
    const file = fs.openFile(root, "file");
    const table = new StatTable(1);
    fs.fstat(file, table, 0);
    fs.closeFile(file);
    assert.deepStrictEqual(table.data, statOf(fs, root, "file").data);
  });

  it("lstat() shows that a file has holes, where holes can be kept", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { holes: sparse(1 << 20), full: "x".repeat(1 << 13) });
    const full = statOf(fs, root, "full");
    assert.ok(full.get(0, STAT.allocatedBytes) >= full.sizeBytes(0));
    const holes = statOf(fs, root, "holes");
    assert.strictEqual(holes.sizeBytes(0), 1 << 20);
    if (fs.abilities.holes) assert.ok(holes.get(0, STAT.allocatedBytes) < 1 << 16);
  });

  it("lstat() of what is not there is ENOENT", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    assert.strictEqual(codeOf(() => statOf(fs, root, "missing")), "ENOENT");
  });

  it("two names of one file have one inode key, two files have two", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { a: "", b: hardlink("a"), c: "" });
    const [a, b, c] = ["a", "b", "c"].map((name) => statOf(fs, root, name).inodeKey(0));
    assert.strictEqual(a, b);
    assert.notStrictEqual(a, c);
  });

  it("device numbers are told apart into major and minor", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { null: device("char", { major: 1, minor: 3 }) });
    const stats = statOf(fs, root, "null");
    assert.strictEqual(stats.type(0), "char");
    assert.deepStrictEqual([stats.get(0, STAT.rdevMajor), stats.get(0, STAT.rdevMinor)], [1, 3]);
  });
}

function assertSees(
  stats: StatTable,
  entry: TreeEntry,
  { fs, name }: { fs: FileSystem; name: string },
): void {
  const type = entry.type === "symlink" ? "link" : entry.type;
  const unit = fs.abilities.nanoseconds ? 1n : 1_000_000n;
  const seen = {
    type: stats.type(0),
    mode: stats.permissions(0),
    uid: stats.get(0, STAT.uid),
    gid: stats.get(0, STAT.gid),
    mtimeNs: stats.mtimeNs(0),
    ino: stats.ino(0),
  };
  assert.deepStrictEqual(seen, {
    type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    mtimeNs: entry.mtimeNs - entry.mtimeNs % unit,
    ino: BigInt(entry.inode.split(":")[1] ?? ""),
  }, name);
  if (entry.size !== undefined) assert.strictEqual(stats.sizeBytes(0), entry.size, name);
  if (entry.nlink !== undefined) assert.strictEqual(stats.get(0, STAT.nlink), entry.nlink, name);
}

function floorSeconds(ns: bigint): bigint {
  const seconds = ns / 1_000_000_000n;
  return ns % 1_000_000_000n < 0n ? seconds - 1n : seconds;
}
