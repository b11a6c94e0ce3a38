import assert from "node:assert/strict";
import { writeTree } from "../support/tree.ts";
import type { It } from "./file_system_contract.ts";
import { codeOf, getFile, namesIn, type OpenFs, openSite, putFile, statOf } from "./site.ts";

/** One name that is not Unicode: the byte 0xFF stands as U+DCFF. */
const BYTE_NAME = "byte-\udcff";

const HARD_NAMES = [
  "-rf",
  " blank ",
  "...",
  ".hidden",
  "back\\slash",
  "new\nline",
  "quote'\"",
  "e\u0301 and \u00e9",
  "\u{1f600}",
  "x".repeat(255),
  "\u00fc".repeat(127),
];

/** Names: listed whole, as they are, and used as they were listed. */
export function namesContract(it: It, open: OpenFs): void {
  it("readDir() lists each name, and each can be used", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, Object.fromEntries(HARD_NAMES.map((name) => [name, name])));
    assert.deepStrictEqual(namesIn(fs, root), HARD_NAMES.toSorted());
    for (const name of HARD_NAMES) assert.strictEqual(getFile(fs, root, name), name);
  });

  it("createFile() makes each name as it is", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    for (const name of HARD_NAMES) putFile(fs, root, { name, text: name });
    assert.deepStrictEqual(namesIn(fs, root), HARD_NAMES.toSorted());
  });

  it("a name that is not Unicode is kept, or told as unusable", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    await writeTree(site.path, { [BYTE_NAME]: "content", good: "" });
    const { names, unusable = [] } = fs.readDir(root);
    if (fs.abilities.byteNames) {
      assert.deepStrictEqual([names.toSorted(), unusable], [[BYTE_NAME, "good"], []]);
      assert.strictEqual(getFile(fs, root, BYTE_NAME), "content");
    } else {
      assert.deepStrictEqual([names, unusable.length], [["good"], 1]);
      assert.strictEqual(codeOf(() => statOf(fs, root, BYTE_NAME)), "EILSEQ");
      assert.strictEqual(codeOf(() => fs.createFile(root, BYTE_NAME)), "EILSEQ");
    }
  });

  it("readDir() lists 5000 names whole, and again on the same handle", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const names = Array.from({ length: 5000 }, (_, i) => `entry with a longer name ${i}`);
    await writeTree(site.path, Object.fromEntries(names.map((name) => [name, ""])));
    assert.deepStrictEqual(namesIn(fs, root), names.toSorted());
    assert.deepStrictEqual(namesIn(fs, root), names.toSorted());
  });

  it("readDir() of an empty directory is empty", async () => {
    await using site = await openSite(open);
    assert.deepStrictEqual(namesIn(site.fs, site.root), []);
  });

  it("readDir() tells a directory that it cannot read in its error", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    fs.makeDir(root, "gone", 0o755);
    const gone = fs.openDir(root, "gone");
    await Deno.remove(`${site.path}/gone`);
    const { names, error } = fs.readDir(gone);
    assert.deepStrictEqual(names, []);
    // A directory that is open and removed is empty, one that is a path does not exist.
    if (error !== undefined) assert.strictEqual(error.code, "ENOENT");
    fs.closeDir(gone);
  });

  it("a name of 256 bytes is refused with ENAMETOOLONG", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    assert.strictEqual(codeOf(() => fs.createFile(root, "x".repeat(256))), "ENAMETOOLONG");
  });

  for (const bad of ["a/b", "/", "a\0b", ".", "..", "x".repeat(70_000)]) {
    it(`the name ${JSON.stringify(bad.slice(0, 9))} is refused by each method`, async () => {
      await using site = await openSite(open);
      const { fs, root } = site;
      await writeTree(site.path, { a: { b: "kept" }, file: "kept" });
      const table = statOf(fs, root, "file");
      const calls = [
        () => fs.openDir(root, bad),
        () => fs.openFile(root, bad),
        () => fs.createFile(root, bad),
        () => fs.lstat(root, bad, table, 0),
        () => fs.readLink(root, bad),
        () => fs.xattrs(root, bad),
        () => fs.setAttributes(root, bad, { mode: 0o600 }),
        () => fs.makeDir(root, bad, 0o755),
        () => fs.link(root, "file", root, bad),
        () => fs.link(root, bad, root, "new"),
        () => fs.symlink("target", root, bad),
        () => fs.makeSpecial(root, bad, table, 0),
        () => fs.unlink(root, bad),
        () => fs.removeDir(root, bad),
        () => fs.rename(root, "file", root, bad),
        () => fs.rename(root, bad, root, "new"),
        () => fs.tryLock(root, bad),
      ];
      for (const call of calls) {
        const expected = bad.length > 255 ? /^(EINVAL|ENAMETOOLONG)$/ : /^EINVAL$/;
        assert.match(codeOf(call), expected, String(call));
      }
      assert.deepStrictEqual(namesIn(fs, root), ["a", "file"]);
    });
  }

  it("the empty name is refused where it does not mean the directory itself", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const calls = [
      () => fs.openDir(root, ""),
      () => fs.openFile(root, ""),
      () => fs.createFile(root, ""),
      () => fs.makeDir(root, "", 0o755),
      () => fs.unlink(root, ""),
      () => fs.removeDir(root, ""),
      () => fs.symlink("target", root, ""),
    ];
    for (const call of calls) assert.strictEqual(codeOf(call), "EINVAL", String(call));
  });
}
