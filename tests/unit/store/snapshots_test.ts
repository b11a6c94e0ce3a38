import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { listSnapshots, placeOf, type SnapshotList } from "../../../src/store/snapshots.ts";
import { faultyFileSystem } from "../../support/faulty_file_system.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { symlink, type Tree, writeTree } from "../../support/tree.ts";

const A = "2026-01-07-085247";
const B = "2026-01-08-085247";

async function listed(tree: Tree, { name }: { name?: string } = {}): Promise<SnapshotList> {
  await using temp = await makeTempDir();
  await writeTree(temp.path, tree);
  const { fs } = openFileSystem("auto");
  const root = fs.openRoot(temp.path);
  try {
    return listSnapshots(fs, root, name === undefined ? {} : { name });
  } finally {
    fs.closeDir(root);
  }
}

Deno.test("listSnapshots() lists all names in order, each with its snapshots by time", async () => {
  const { snapshots, skipped } = await listed({
    ".phlb": { trash: { [A]: {} } },
    zoo: { [B]: {}, [A]: {} },
    me: { [A]: {}, [`${A}-manifest.mtree.gz`]: "", [`${A}-summary.json`]: "{}" },
    "notes.txt": "",
  });
  deepStrictEqual(skipped, []);
  deepStrictEqual(snapshots.map(({ name, time, kind }) => [name, time, kind]), [
    ["me", A, "phlb"],
    ["zoo", A, "bare"],
    ["zoo", B, "bare"],
  ]);
  deepStrictEqual(snapshots[0]?.companions, new Set(["manifest", "summaryJson"]));
  strictEqual(snapshots[0]?.date?.getTime(), new Date(2026, 0, 7, 8, 52, 47).getTime());
});

Deno.test("listSnapshots() lists one name alone, and nothing for a name that is not there", async () => {
  const tree = { a: { [A]: {} }, b: { [B]: {} } };
  deepStrictEqual((await listed(tree, { name: "b" })).snapshots.map(({ time }) => time), [B]);
  deepStrictEqual(await listed(tree, { name: "c" }), { snapshots: [], skipped: [] });
});

Deno.test("listSnapshots() finds snapshots that lie directly in the root", async () => {
  const tree = { [A]: { "2026-01-07-000000": {} }, [`${A}-backup.log`]: "" };
  const { snapshots } = await listed(tree);
  deepStrictEqual(snapshots.map((snapshot) => placeOf(snapshot)), [
    { name: "", time: A, leftover: false },
  ]);
  deepStrictEqual((await listed(tree, { name: "" })).snapshots.length, 1);
});

Deno.test("listSnapshots() tells what a cut-off run left from a snapshot", async () => {
  const { snapshots } = await listed({ me: { [`.${B}.partial`]: {}, [A]: {} } });
  deepStrictEqual(snapshots.map(({ time, kind }) => [time, kind]), [[A, "bare"], [B, "partial"]]);
  deepStrictEqual(snapshots.map(placeOf).map(({ leftover }) => leftover), [false, true]);
});

Deno.test("listSnapshots() knows a time of another format by what stands beside it", async () => {
  const { snapshots } = await listed({
    me: { "20260107": {}, "20260107-manifest.mtree.gz": "", other: {}, "2026-13-01-000000": {} },
  });
  deepStrictEqual(snapshots.map(({ time, date }) => [time, date]), [["20260107", undefined]]);
});

Deno.test("listSnapshots() follows no symlink and says what it passed over", async () => {
  const { snapshots, skipped } = await listed({
    me: { [A]: symlink("../real"), [B]: "a file" },
    linked: symlink("me"),
    real: {},
  });
  deepStrictEqual(snapshots, []);
  deepStrictEqual(skipped.map(({ path }) => path).toSorted(), [`me/${A}`, `me/${B}`]);
});

Deno.test("listSnapshots() says which name it could not read and lists the others", async () => {
  await using temp = await makeTempDir();
  await writeTree(temp.path, { bad: { [A]: {} }, good: { [B]: {} } });
  const { fs: real } = openFileSystem("auto");
  const fs = faultyFileSystem(real, [
    { op: "openDir", code: "EACCES", path: (path) => path.endsWith("/bad"), always: true },
  ]);
  const root = fs.openRoot(temp.path);
  const { snapshots, skipped } = listSnapshots(fs, root);
  fs.closeDir(root);
  deepStrictEqual(snapshots.map(({ name }) => name), ["good"]);
  deepStrictEqual(skipped.map(({ path }) => path), ["bad"]);
});

Deno.test("listSnapshots() fails when the root itself cannot be read to its end", async () => {
  await using temp = await makeTempDir();
  const { fs: real } = openFileSystem("auto");
  const fs = faultyFileSystem(real, [{ op: "readDir", code: "EIO" }]);
  const root = fs.openRoot(temp.path);
  throws(() => listSnapshots(fs, root), FsError);
  fs.closeDir(root);
});
