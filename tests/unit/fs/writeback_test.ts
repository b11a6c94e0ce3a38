import assert from "node:assert/strict";
import { openWriteback } from "../../../src/fs/writeback.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

Deno.test("a writeback ends by itself, again and again, and what is not there has none", async () => {
  await using dir = await makeTempDir();
  const writeback = openWriteback(dir.path);
  assert.ok(writeback !== undefined);
  Deno.writeTextFileSync(`${dir.path}/letter`, "Dear reader\n");
  await writeback.start();
  const [first, second] = [writeback.start(), writeback.start()];
  writeback.close();
  await Promise.all([first, second]);
  assert.strictEqual(openWriteback(`${dir.path}/missing`), undefined);
});
