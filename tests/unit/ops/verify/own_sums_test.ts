import assert from "node:assert/strict";
import { faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { runHere } from "../../../support/run_here.ts";
import { makeTempDir, type TempDir } from "../../../support/temp_dir.ts";
import { writeTree } from "../../../support/tree.ts";

const SNAPSHOT = "source/2026-01-07-085247";

Deno.test("verify names a missing checksum file as it is called beside a user's own", async () => {
  await using place = await makePlace();
  Deno.removeSync(`${place.path}/root/${SNAPSHOT}/SHA256SUMS.phlb`);
  const { code, errors } = await runHere(["verify", "--root", `${place.path}/root`, "--json"]);
  const told = errors.map(({ code, path }) => `${code} ${path}`).toSorted();
  assert.deepStrictEqual([code, told], [3, ["checksums SHA256SUMS.phlb", "mtime "]]);
});

Deno.test("repair leaves a user's SHA256SUMS alone when ours beside it cannot be read", async () => {
  await using place = await makePlace();
  const isOurs = (path: string) => path.endsWith("/SHA256SUMS.phlb");
  const around = (fs: Parameters<typeof faultyFileSystem>[0]) =>
    faultyFileSystem(fs, [{ op: "openFile", path: isOurs, code: "EIO", always: true }]);
  await runHere(["repair", "--root", `${place.path}/root`], { around });
  const dir = `${place.path}/root/${SNAPSHOT}`;
  assert.strictEqual(Deno.readTextFileSync(`${dir}/SHA256SUMS`), "mine");
  const ours = Deno.readTextFileSync(`${dir}/SHA256SUMS.phlb`);
  assert.match(ours, /^[0-9a-f]{64} {2}SHA256SUMS\n[0-9a-f]{64} {2}a\n$/);
});

async function makePlace(): Promise<TempDir> {
  const temp = await makeTempDir();
  await writeTree(`${temp.path}/source`, { "SHA256SUMS": "mine", "a": "one" });
  Deno.mkdirSync(`${temp.path}/root`);
  const { code, stderr } = await runHere(["backup", `${temp.path}/source`, `${temp.path}/root`]);
  assert.strictEqual(code, 0, stderr);
  return temp;
}
