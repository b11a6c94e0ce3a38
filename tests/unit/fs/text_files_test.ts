import assert from "node:assert/strict";
import { readOwnedTextFile } from "../../../src/fs/text_files.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

Deno.test("readOwnedTextFile() tells when others may have written the file", async () => {
  await using dir = await makeTempDir();
  const path = `${dir.path}/phlb.toml`;
  await Deno.writeTextFile(path, "text");
  for (const mode of [0o600, 0o644, 0o755]) {
    await Deno.chmod(path, mode);
    assert.deepStrictEqual(readOwnedTextFile(path), { text: "text" }, mode.toString(8));
  }
  for (const mode of [0o664, 0o646]) {
    await Deno.chmod(path, mode);
    assert.strictEqual(readOwnedTextFile(path)?.fault, "others may write to that file");
  }
});

Deno.test("readOwnedTextFile() tells when the file is somebody else's, also behind a symlink", async () => {
  assert.strictEqual(Deno.uid(), 0, "only root can give a file away");
  await using dir = await makeTempDir();
  await Deno.writeTextFile(`${dir.path}/theirs`, "text", { mode: 0o600 });
  await Deno.chown(`${dir.path}/theirs`, 65534, 65534);
  await Deno.symlink("theirs", `${dir.path}/phlb.toml`);
  const owned = readOwnedTextFile(`${dir.path}/phlb.toml`);
  assert.strictEqual(owned?.fault, "that file belongs to another user (65534)");
});

Deno.test("readOwnedTextFile() knows no file from one that is not UTF-8 or long", async () => {
  await using dir = await makeTempDir();
  assert.strictEqual(readOwnedTextFile(`${dir.path}/missing`), undefined);
  await Deno.writeFile(`${dir.path}/bytes`, new Uint8Array([0xff]));
  assert.strictEqual(readOwnedTextFile(`${dir.path}/bytes/below`), undefined);
  assert.throws(() => readOwnedTextFile(`${dir.path}/bytes`), /it is not UTF-8 text/);
  const long = "é".repeat(100_000);
  await Deno.writeTextFile(`${dir.path}/long`, long);
  assert.strictEqual(readOwnedTextFile(`${dir.path}/long`)?.text, long);
});
