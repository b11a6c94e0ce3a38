import assert from "node:assert/strict";
import { faultyFileSystem } from "../support/faulty_file_system.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree } from "../support/tree.ts";
import { restoreHere } from "../support/work_here.ts";
import { makeProofDir } from "./proof_dir.ts";
import { OVERWRITING_RESTORE } from "./restore_scenario.ts";
import { beginAnew } from "./scenario.ts";

for (const code of ["EIO", "EPERM"]) {
  Deno.test(`what was read well is restored, although closing it answers ${code}`, async () => {
    await using temp = await makeProofDir();
    await OVERWRITING_RESTORE.prepare(temp.path);
    beginAnew(temp.path);
    const isStored = (path: string) => path.includes("/work/root/source/2030-01-07-085247/");
    const fault = { op: "closeFile", path: isStored, code, always: true, after: true } as const;
    const target = `${temp.path}/work/target`;
    const { error, problems } = await restoreHere(`${temp.path}/work/root`, {
      address: "latest",
      target,
      overwrite: "always",
      deletes: true,
      verify: true,
    }, (fs) => faultyFileSystem(fs, [fault]));
    assert.deepStrictEqual([error, problems], [undefined, []]);
    assertSameTree(await readTree(target), await readTree(`${temp.path}/source`));
  });
}

Deno.test("a temporary file that cannot be taken away is told", async () => {
  await using temp = await makeProofDir();
  await OVERWRITING_RESTORE.prepare(temp.path);
  beginAnew(temp.path);
  const target = `${temp.path}/work/target`;
  const isInTarget = (path: string) => path.startsWith(target);
  const fault = { op: "unlink", path: isInTarget, code: "EPERM", always: true } as const;
  const ended = await OVERWRITING_RESTORE.run(temp.path, (fs) => faultyFileSystem(fs, [fault]));
  assert.strictEqual(ended.error, undefined);
  const told = ended.problems.map(({ relPath }) => relPath);
  const left = Object.keys(await readTree(target)).filter((path) =>
    path.includes(".phlb-restore-")
  );
  assert.deepStrictEqual(told.filter((path) => path.includes(".phlb-restore-")), left);
  assert.ok(left.length > 0 && told.includes("big"), `${told}`);
  for (const { message } of ended.problems) {
    assert.match(message, /^Cannot (remove|restore) "/);
  }
});
