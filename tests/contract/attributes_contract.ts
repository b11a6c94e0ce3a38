import assert from "node:assert/strict";
import type { FileSystem, Times, Xattrs } from "../../src/fs/file_system.ts";
import { run } from "../support/run.ts";
import { readTree, symlink, type TreeEntry, withMeta, writeTree } from "../support/tree.ts";
import type { It } from "./file_system_contract.ts";
import { bytes, type OpenFs, openSite, putFile } from "./site.ts";

const TIMES: Times = {
  atimeSec: 1_000_000_000,
  atimeNsec: 5_000_000,
  mtimeSec: 1_600_000_000,
  mtimeNsec: 987_654_321,
};

const XATTRS = {
  "user.binary": new Uint8Array([0, 255, 10, 0]),
  "user.empty": "",
  "user.phlb": "a value",
};

/** Mode, owner, times and extended attributes, judged by another program. */
export function attributesContract(it: It, open: OpenFs): void {
  it("setFileAttributes() gives mode, owner and times, in spite of setuid and writing", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const file = fs.createFile(root, "file");
    fs.write(file, bytes("text"), 0);
    const owner = { uid: 1234, gid: 5678 };
    assert.deepStrictEqual(fs.setFileAttributes(file, { mode: 0o6751, owner, times: TIMES }), []);
    fs.closeFile(file);
    const entry = await entryOf(site.path, "file");
    assert.strictEqual(entry.mode, 0o6751);
    assert.strictEqual(entry.mtimeNs, mtimeNs(fs));
    assertOwner(fs, entry, owner);
  });

  it("files that are created with their mode get mode and owner, one like the other", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const modes = [0o644, 0o644, 0o600, 0o664, 0o664, 0o777, 0o4755, 0o444, 0o002, 0o644];
    const owners = [0, 0, 1234, 0, 1234, 0, 1234, 0, 0, 0];
    const hasAcls = fs.kind === "posix";
    for (const [place, hasAcl] of [["plain", false], ["with ACL", true]] as const) {
      fs.makeDir(root, place, 0o700);
      if (hasAcl && hasAcls) {
        await run("setfacl", ["-d", "-m", "g::---,o::r", `${site.path}/${place}`]);
      }
      const dir = fs.openDir(root, place);
      for (const [i, mode] of modes.entries()) {
        const file = fs.createFile(dir, `file ${i}`, mode & 0o777);
        const owner = { uid: owners[i] ?? 0, gid: owners[i] ?? 0 };
        assert.deepStrictEqual(fs.setFileAttributes(file, { mode, owner, times: TIMES }), []);
        fs.closeFile(file);
        const entry = await entryOf(`${site.path}/${place}`, `file ${i}`);
        assert.strictEqual(entry.mode, mode, `${place}, file ${i}`);
        assertOwner(fs, entry, owner);
      }
      fs.closeDir(dir);
    }
  });

  it("setAttributes() gives the same by name, to a directory and to itself", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    fs.makeDir(root, "by name", 0o700);
    fs.makeDir(root, "itself", 0o700);
    const owner = { uid: 1234, gid: 5678 };
    const attributes = { mode: 0o2755, owner, times: TIMES };
    assert.deepStrictEqual(fs.setAttributes(root, "by name", attributes), []);
    const dir = fs.openDir(root, "itself");
    assert.deepStrictEqual(fs.setAttributes(dir, "", attributes), []);
    fs.closeDir(dir);
    for (const name of ["by name", "itself"]) {
      const entry = await entryOf(site.path, name);
      assert.deepStrictEqual([entry.mode, entry.mtimeNs], [0o2755, mtimeNs(fs)], name);
      assertOwner(fs, entry, owner);
    }
  });

  it("setAttributes() on a symlink changes the link and not its target", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { target: "", link: symlink("target") });
    const before = await entryOf(site.path, "target");
    const owner = { uid: 1234, gid: 5678 };
    const refused = fs.setAttributes(root, "link", { mode: 0o600, owner, times: TIMES });
    const link = await entryOf(site.path, "link");
    assert.strictEqual(link.mtimeNs, mtimeNs(fs));
    if (!refused.includes("owner")) assertOwner(fs, link, owner);
    if (fs.kind === "posix") assert.deepStrictEqual(refused, []);
    assert.deepStrictEqual(await entryOf(site.path, "target"), before);
  });

  it("setAttributes() copes with a dangling symlink", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { link: symlink("nowhere") });
    assert.deepStrictEqual(fs.setAttributes(root, "link", { mode: 0o600, times: TIMES }), []);
    assert.strictEqual((await entryOf(site.path, "link")).mtimeNs, mtimeNs(fs));
  });

  it("an attribute that is not given is left alone", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { file: withMeta("", { mode: 0o640 }) });
    const before = await entryOf(site.path, "file");
    assert.deepStrictEqual(fs.setAttributes(root, "file", {}), []);
    assert.deepStrictEqual(await entryOf(site.path, "file"), before);
  });

  it("times before 1970 are kept, where nanoseconds are", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    if (!fs.abilities.nanoseconds) return;
    putFile(fs, root, { name: "old", text: "" });
    const early = { atimeSec: -1, atimeNsec: 1, mtimeSec: -1_000_000_000, mtimeNsec: 999_999_999 };
    fs.setAttributes(root, "old", { times: early });
    const { mtimeNs } = await entryOf(site.path, "old");
    assert.strictEqual(mtimeNs, -1_000_000_000n * 1_000_000_000n + 999_999_999n);
  });

  it("xattrs() reads all values, by name and by file, or none where it cannot", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, {
      file: withMeta("", { xattrs: XATTRS }),
      dir: withMeta({}, { xattrs: XATTRS }),
      plain: "",
    });
    const expected = fs.abilities.xattrs ? (await entryOf(site.path, "file")).xattrs : {};
    const file = fs.openFile(root, "file");
    assert.deepStrictEqual(inBase64(fs.fileXattrs(file)), expected);
    fs.closeFile(file);
    assert.deepStrictEqual(inBase64(fs.xattrs(root, "file")), expected);
    assert.deepStrictEqual(inBase64(fs.xattrs(root, "dir")), expected);
    const dir = fs.openDir(root, "dir");
    assert.deepStrictEqual(inBase64(fs.xattrs(dir, "")), expected);
    fs.closeDir(dir);
    assert.deepStrictEqual(fs.xattrs(root, "plain"), []);
  });

  it("xattrs() of a symlink are not those of its target", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, {
      file: withMeta("", { xattrs: XATTRS }),
      link: symlink("file"),
      dangling: symlink("nowhere"),
    });
    assert.deepStrictEqual(fs.xattrs(root, "link"), []);
    assert.deepStrictEqual(fs.xattrs(root, "dangling"), []);
  });

  it("xattrs and an access-control list arrive on a copy, or are told as refused", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { from: withMeta("", { mode: 0o640, xattrs: XATTRS }) });
    await run("setfacl", ["-m", "u:1234:rw,g:5678:r", `${site.path}/from`]);
    const source = (await entryOf(site.path, "from")).xattrs;
    const xattrs = Object.entries(source).map(([name, value]) => {
      return [name, Uint8Array.fromBase64(value)] as const;
    });
    assert.ok(xattrs.some(([name]) => name === "system.posix_acl_access"));
    const file = fs.createFile(root, "to");
    const refused = fs.setFileAttributes(file, { mode: 0o660, xattrs });
    fs.closeFile(file);
    if (fs.abilities.xattrs) {
      assert.deepStrictEqual([refused, (await entryOf(site.path, "to")).xattrs], [[], source]);
    } else assert.deepStrictEqual(refused, xattrs.map(([name]) => name));
  });

  it("an xattr that cannot be set is told, and the others are set", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    putFile(fs, root, { name: "file", text: "" });
    const xattrs: Xattrs = [["nobody.knows", bytes("x")], ["user.good", bytes("y")]];
    const refused = fs.setAttributes(root, "file", { xattrs });
    const kept = inBase64(fs.xattrs(root, "file"));
    if (fs.abilities.xattrs) {
      assert.deepStrictEqual(refused, ["nobody.knows"]);
      assert.deepStrictEqual(kept, { "user.good": bytes("y").toBase64() });
    } else assert.deepStrictEqual(refused, ["nobody.knows", "user.good"]);
  });

  it("xattrs() copes with a name that is not Unicode, where names are bytes", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    if (!fs.abilities.byteNames) return;
    await writeTree(site.path, { "\udcfe": withMeta("", { xattrs: XATTRS }) });
    assert.deepStrictEqual(Object.keys(inBase64(fs.xattrs(root, "\udcfe"))), Object.keys(XATTRS));
  });
}

async function entryOf(path: string, name: string): Promise<TreeEntry> {
  const entry = (await readTree(path))[name];
  if (entry === undefined) throw new Error(`There is no "${name}" in "${path}"`);
  return entry;
}

function mtimeNs(fs: FileSystem): bigint {
  const exact = BigInt(TIMES.mtimeSec) * 1_000_000_000n + BigInt(TIMES.mtimeNsec);
  return fs.abilities.nanoseconds ? exact : exact - exact % 1_000_000n;
}

/** Only root can give files away, and only where the implementation can keep owners. */
function assertOwner(
  fs: FileSystem,
  { uid, gid }: TreeEntry,
  owner: { uid: number; gid: number },
): void {
  const given = fs.abilities.ownership && Deno.uid() === 0;
  const expected = given ? owner : { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
  assert.deepStrictEqual({ uid, gid }, expected);
}

function inBase64(xattrs: Xattrs): Record<string, string> {
  return Object.fromEntries(
    xattrs.map(([name, value]) => [name, value.toBase64()]).toSorted(),
  );
}
