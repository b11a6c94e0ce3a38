import assert from "node:assert/strict";
import { runBackup } from "../support/backup_run.ts";
import type { Fault } from "../support/faulty_file_system.ts";
import { runRepair } from "../support/repair_place.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { symlink, type Tree, writeTree } from "../support/tree.ts";

const TREE: Tree = {
  "Letter": "one",
  "letter": "two",
  "copy": "one",
  "known": "one",
  "LINK": symlink("Letter"),
  "big": "b".repeat(5000),
  "Docs": { "a": "kept" },
  "docs": { "a": "lost", "deep": { "b": "lost as well", "link": symlink("b") }, "empty": {} },
  "docs2": { "x": "x" },
};

/** The call fails for that name below a snapshot, each time. */
function refused(op: Fault["op"], name: string, code: string): Fault {
  return { op, code, always: true, path: (path) => path.endsWith(`.partial/${name}`) };
}

/** What a root says that folds names, or that is choosy about them, or about sizes. */
const FAULTS = {
  linker: [
    refused("makeDir", "docs", "EEXIST"),
    refused("symlink", "LINK", "ENAMETOOLONG"),
    refused("link", "LINK", "ENAMETOOLONG"),
    refused("link", "copy", "EILSEQ"),
    refused("link", "known", "EINVAL"),
  ],
  hasher: [
    refused("createFile", "letter", "EINVAL"),
    refused("createFile", "known", "EINVAL"),
    refused("createFile", "copy", "EILSEQ"),
    refused("write", "big", "EFBIG"),
  ],
} as const;

for (const inMemory of ["64 MiB", "0"]) {
  Deno.test(`what a root cannot hold is a problem, and the run goes on (in memory: ${inMemory})`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await Deno.mkdir(root);
    await writeTree(source, TREE);
    const settings = { "performance.in_memory": inMemory };
    // The second run has a previous snapshot without them, the third knows most directories.
    for (let run = 1; run <= 3; run++) {
      const { summary, error } = await runBackup(source, root, { faults: FAULTS, settings });
      assert.strictEqual(error, undefined, `run ${run}: ${error}`);
      const told = summary?.problems.map(({ code, path }) => `${code} ${path}`).toSorted();
      assert.deepStrictEqual(told, [
        "bad-name copy",
        "bad-name docs",
        "bad-name known",
        "bad-name letter",
        "unsupported LINK",
        "unsupported big",
      ], `run ${run}`);
      // docs with all that is in it; copy, known, letter and big.
      assert.deepStrictEqual([summary?.counts.failed, summary?.counts.recorded], [10, 1]);
      const [latest = ""] = [...Deno.readDirSync(`${root}/source`)]
        .filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted().toReversed();
      const names = [...Deno.readDirSync(`${root}/source/${latest}`)].map(({ name }) => name);
      assert.deepStrictEqual(names.toSorted(), ["Docs", "Letter", "SHA256SUMS", "docs2"]);
    }
    const { left, healed } = await runRepair(root, { dryRun: true });
    assert.deepStrictEqual([left, healed], [[], []]);
  });
}

Deno.test("a directory that was stored before is lost whole when the root cannot hold it any more", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await Deno.mkdir(root);
  await writeTree(source, TREE);
  assert.strictEqual((await runBackup(source, root)).error, undefined);
  const faults = { linker: [refused("makeDir", "docs", "EILSEQ")] };
  const { summary, error } = await runBackup(source, root, { faults });
  assert.strictEqual(error, undefined);
  assert.deepStrictEqual(summary?.problems.map(({ path }) => path), ["docs"]);
  assert.strictEqual(summary?.counts.failed, 6);
  const { left } = await runRepair(root, { dryRun: true });
  assert.deepStrictEqual(left, []);
});
