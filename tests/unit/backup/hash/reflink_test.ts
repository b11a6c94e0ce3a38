import assert from "node:assert/strict";
import { runBackup } from "../../../support/backup_run.ts";
import { mountImage } from "../../../support/loop_mount.ts";
import { run } from "../../../support/run.ts";
import { assertSameTree } from "../../../support/same_tree.ts";
import { readTree, sparse, type Tree, writeTree } from "../../../support/tree.ts";

const KIB = 1024;

const TREE: Tree = {
  large: "0123456789abcdef".repeat(64 * KIB),
  odd: "x".repeat(300 * KIB + 7),
  holes: sparse(2 * KIB * KIB, [[0, "start"], [KIB * KIB, "y".repeat(200 * KIB)]]),
  small: "too small to be worth it",
};

/** Files above 64 KiB are copied instead of read whole. */
const settings = { "performance.in_memory": 32 * KIB, name: "n" };

const SYSTEMS = [{ type: "btrfs", sizeMib: 110 }, { type: "xfs", sizeMib: 300 }] as const;

async function latestIn(root: string): Promise<string> {
  const names = [...Deno.readDirSync(`${root}/n`)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name);
  const latest = names.sort().at(-1) ?? assert.fail("there is no snapshot");
  await run("sha256sum", ["-c", "--quiet", "SHA256SUMS"], { cwd: `${root}/n/${latest}` });
  return `${root}/n/${latest}`;
}

/** Where the file's blocks lie, as the file system tells; whether all are shared. */
async function extentsOf(path: string): Promise<{ physical: string[]; shared: boolean }> {
  const lines = (await run("filefrag", ["-v", path])).split("\n").filter((line) =>
    /^ +\d+:/.test(line)
  );
  return {
    physical: lines.map((line) => line.split(":")[2]?.trim() ?? ""),
    shared: lines.length > 0 && lines.every((line) => line.includes("shared")),
  };
}

for (const system of SYSTEMS) {
  Deno.test(`on ${system.type} a snapshot shares the blocks of large files with the source`, async () => {
    await using mount = await mountImage(system);
    const [source, root] = [`${mount.path}/source`, `${mount.path}/root`];
    await writeTree(source, TREE);
    await Deno.mkdir(root);
    await run("sync", ["-f", mount.path]);
    const { summary, error } = await runBackup(source, root, { settings });
    assert.strictEqual(error, undefined);
    assert.strictEqual(summary?.counts.copied, 4);
    const snapshot = await latestIn(root);
    assertSameTree(await readTree(snapshot), await readTree(source), {
      skip: (path) => path === "SHA256SUMS",
    });
    for (const name of ["large", "odd", "holes"]) {
      const stored = await extentsOf(`${snapshot}/${name}`);
      assert.deepStrictEqual(stored, await extentsOf(`${source}/${name}`), name);
      assert.ok(stored.shared, `${name} does not share its blocks`);
    }
    await Deno.writeTextFile(`${source}/odd`, "changed in the source alone");
    assert.strictEqual((await Deno.stat(`${snapshot}/odd`)).size, 300 * KIB + 7);
  });
}

Deno.test("a file that grows whenever its blocks are shared is stored as its digest says", async () => {
  await using mount = await mountImage({ type: "btrfs", sizeMib: 110 });
  const [source, root] = [`${mount.path}/source`, `${mount.path}/root`];
  await writeTree(source, { log: "x".repeat(100 * KIB) });
  await Deno.mkdir(root);
  const before = () => Deno.writeTextFileSync(`${source}/log`, "more", { append: true });
  const faults = { hasher: [{ op: "reflink", before, always: true }] } as const;
  const { summary, error } = await runBackup(source, root, { settings, faults });
  assert.strictEqual(error, undefined);
  assert.deepStrictEqual(summary?.problems.map(({ code, stored }) => [code, stored]), [
    ["changed", true],
  ]);
  await latestIn(root);
  const again = await runBackup(source, root, { settings });
  assert.strictEqual(again.summary?.counts.problems, 0);
});
