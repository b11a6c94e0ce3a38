import assert from "node:assert/strict";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import {
  parseRootFile,
  readRootFile,
  type RootFile,
  writeRootFile,
} from "../../../src/store/root_file.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const FILE: RootFile = {
  id: "0f1e",
  created_at: "2026-11-28T05:00:00.000Z",
  examined_at: "2026-11-29T05:00:00.000Z",
  file_access: "posix",
  file_system: { type: "ext4", type_id: 61267 },
  traits: { hard_links: "yes", link_limit: 65000, refused_names: ["a:b"], owners: null },
};

Deno.test("writeRootFile() replaces what is there, readRootFile() reads it back", async () => {
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(temp.path);
  assert.deepStrictEqual(readRootFile(fs, dir), { kind: "missing" });
  writeRootFile(fs, dir, { ...FILE, id: "older" });
  await Deno.writeTextFile(`${temp.path}/.root.json.new`, "left by a killed run");
  writeRootFile(fs, dir, FILE);
  assert.deepStrictEqual(readRootFile(fs, dir), { kind: "valid", file: FILE });
  assert.deepStrictEqual(fs.readDir(dir).names, ["root.json"]);
  fs.closeAll();
});

Deno.test("parseRootFile() passes over fields it does not know, and knows later versions", () => {
  const text = JSON.stringify({ format_version: 1, later: {}, ...FILE });
  assert.deepStrictEqual(parseRootFile(text), { kind: "valid", file: FILE });
  assert.deepStrictEqual(parseRootFile('{"format_version": 2}'), { kind: "newer", version: 2 });
});

Deno.test("parseRootFile() takes nothing from what is damaged", () => {
  for (const text of ["", "{", "[]", "null", '{"format_version":1}', '{"id":7,"created_at":""}']) {
    assert.deepStrictEqual(parseRootFile(text), { kind: "damaged" }, text);
  }
});
