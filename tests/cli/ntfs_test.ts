/** Roots on NTFS: times in steps of 100 ns, and, when it is mounted so, names without case. */
import assert from "node:assert/strict";
import { type BackupPlace, placeAt } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { symlink, type Tree, writeTree } from "../support/tree.ts";

Deno.test("files are linked on NTFS, although it keeps no nanoseconds, and verify agrees", async () => {
  await using place = await makeNtfsPlace({ a: "1", b: "1", c: { d: "2" }, l: symlink("a") });
  await place.mustBackup();
  await place.mustBackup();
  const { linked, copied, problems } = place.summary().counts;
  assert.deepStrictEqual([linked, copied, problems], [3, 0, 0]);
  const verified = await runPhlb(["verify", "--root", place.root, "--all"]);
  assert.strictEqual(verified.code, 0, verified.stdout + verified.stderr);
});

Deno.test("no file gets more names than dedup.max_links, and all of them arrive", async () => {
  await using place = await makeNtfsPlace(equalFiles(10));
  const env = { PHLB_DEDUP_MAX_LINKS: "4" };
  for (const copied of [3, 2]) {
    const { code, stderr } = await place.backup([], { env });
    assert.strictEqual(code, 0, stderr);
    const { counts } = place.summary();
    assert.deepStrictEqual([counts.copied, counts.linked, counts.problems], [
      copied,
      10 - copied,
      0,
    ]);
  }
  for (const snapshot of place.snapshots()) {
    for (const { name } of Deno.readDirSync(snapshot)) {
      const { nlink } = Deno.statSync(`${snapshot}/${name}`);
      assert.ok((nlink ?? 0) <= 4, `${name} has ${nlink} names`);
    }
    await run("diff", ["-r", "--exclude=SHA256SUMS", place.source, snapshot]);
  }
});

Deno.test("names that differ by case alone are problems in a root that does not tell them apart", async () => {
  const tree = { Readme: "1", readme: "2", d: { x: "3", sha256sums: "4" } };
  await using place = await makeNtfsPlace(tree, "ignore_case");
  for (const args of [[], [], ["--dry-run"]]) {
    const { code, stderr } = await place.backup(args);
    assert.strictEqual(code, 3, stderr);
    const told =
      /^Error: Cannot back up "readme": the backup root takes it for "Readme" beside it$/m;
    assert.match(stderr, told);
  }
  const { counts, problems } = place.summary();
  assert.deepStrictEqual(problems.map(({ path, code }) => [path, code]), [["readme", "collision"]]);
  assert.deepStrictEqual([counts.linked, counts.copied, counts.failed], [3, 0, 1]);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/Readme`), "1");
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/d/sha256sums`), "4");
});

/** A place whose root is on an NTFS of its own. */
async function makeNtfsPlace(tree: Tree, ...options: string[]): Promise<BackupPlace> {
  if (Deno.uid() !== 0) throw new Error("Cannot mount an image: only root can");
  await using owned = new AsyncDisposableStack();
  const temp = owned.use(await makeTempDir());
  const [image, mounted] = [`${temp.path}/image`, `${temp.path}/mounted`];
  await run("truncate", ["-s", "100M", image]);
  await run("mkntfs", ["-q", "-F", image]);
  await Deno.mkdir(mounted);
  // The owner's rights are kept then.
  const mount = ["-t", "lowntfs-3g", "-o", ["loop", "permissions", ...options].join(",")];
  await run("mount", [...mount, image, mounted]);
  owned.defer(async () => void await run("umount", ["--lazy", mounted]));
  await writeTree(`${temp.path}/source`, tree);
  await Deno.mkdir(`${mounted}/root`);
  return placeAt(`${temp.path}/source`, `${mounted}/root`, owned.move());
}

function equalFiles(count: number): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}`, "the same"]));
}
