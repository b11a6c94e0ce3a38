import assert from "node:assert/strict";
import { FsError } from "../../../src/fs/file_system.ts";
import { PortableFileSystem } from "../../../src/fs/portable.ts";
import { windowsNameFault } from "../../../src/fs/windows_names.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { readTree, writeTree } from "../../support/tree.ts";

const GOOD = [
  "a",
  "console",
  "com",
  "com10",
  "COM0x",
  "nul_",
  "a.con",
  ".hidden",
  "a b",
  "ä",
  "lpt¤",
];

const BAD: Readonly<Record<string, RegExp>> = {
  CON: /device/,
  "con.txt": /device/,
  "NUL .tar.gz": /device/,
  "com1": /device/,
  "LPT²": /device/,
  "conout$": /device/,
  "a.": /drops a dot or a space/,
  "a ": /drops a dot or a space/,
  "...": /drops a dot or a space/,
  "a:b": /allows no ":"/,
  "what?": /allows no "\?"/,
  "a\\b": /allows no "\\"/,
  "a\nb": /allows no control character 10/,
};

Deno.test("windowsNameFault() lets usual names pass", () => {
  for (const name of GOOD) assert.strictEqual(windowsNameFault(name), undefined, name);
});

for (const [name, reason] of Object.entries(BAD)) {
  Deno.test(`windowsNameFault() says why ${JSON.stringify(name)} cannot be`, () => {
    assert.match(windowsNameFault(name) ?? "", reason);
  });
}

Deno.test("with Windows' names, the portable file system lists and makes no other", async () => {
  await using temp = await makeTempDir();
  await writeTree(temp.path, { "aux.c": "1", "dot.": {}, "x:y": "2", fine: "3" });
  const fs = new PortableFileSystem({ windowsNames: true });
  const dir = fs.openRoot(temp.path);
  const { names, unusable = [] } = fs.readDir(dir);
  assert.deepStrictEqual(names, ["fine"]);
  const told = unusable.toSorted((a, b) => a.name < b.name ? -1 : 1);
  assert.deepStrictEqual(told, [
    { name: "aux.c", reason: "Windows takes this name for a device" },
    { name: "dot.", reason: "Windows drops a dot or a space at the end of a name" },
    { name: "x:y", reason: 'Windows allows no ":" in a name' },
  ]);
  const before = await readTree(temp.path);
  for (const name of ["prn", "new.", "fine:stream"]) {
    for (const make of [() => fs.createFile(dir, name), () => fs.link(dir, "fine", dir, name)]) {
      assert.throws(make, (error) => {
        return error instanceof FsError && error.code === "EINVAL" && /Windows/.test(error.message);
      });
    }
  }
  assert.deepStrictEqual(await readTree(temp.path), before);
});
