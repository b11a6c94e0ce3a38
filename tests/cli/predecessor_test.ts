import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type BackupPlace, isSumsFile, placeAt } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree, type TreeOnDisk } from "../support/tree.ts";

/** A root that PyHardLinkBackup 1.9.1 made in two runs, and its `.phlb` with lookup files. */
const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

const THEIRS = ["2026-11-21-040450", "2026-11-21-040454"] as const;

Deno.test("a backup into PyHardLinkBackup's root links to all that it holds", async () => {
  await using place = await makePredecessorPlace(THEIRS[1]);
  const past = await rememberPast(place);
  const held = await readTree(place.latest());

  await place.mustBackup();
  const stored = await readTree(place.latest());
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
  for (const [path, { sha256, size, inode }] of Object.entries(stored)) {
    if (size === undefined || size === 0 || isSumsFile(path)) continue;
    assert.ok(holds(held, { sha256, inode }), `"${path}" was stored again`);
  }
  const { counts, bytes } = place.summary();
  assert.deepStrictEqual([bytes.copied, counts.problems], [0, 0]);
  await past.assertKept();

  await place.mustBackup();
  assert.strictEqual(place.summary().counts.copied, 0);
});

Deno.test("content that only PyHardLinkBackup's older snapshot holds is linked, and the log tells", async () => {
  await using place = await makePredecessorPlace(THEIRS[0]);
  const older = await readTree(`${place.root}/documents/${THEIRS[0]}`);

  await place.mustBackup();
  const stored = await readTree(place.latest());
  for (const path of ["edge999", "sub/deep/unique.bin"]) {
    assert.strictEqual(stored[path]?.inode, older[path]?.inode, path);
  }
  const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
  for (const time of THEIRS) {
    assert.match(log, new RegExp(`Took "documents/${time}" into the index`));
  }
});

Deno.test("phlb snapshots lists what PyHardLinkBackup made beside what phlb made", async () => {
  await using place = await makePredecessorPlace(THEIRS[1]);
  await place.mustBackup();
  const { code, stdout } = await runPhlb(["snapshots", place.root, "--json"]);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const ours = place.latest().split("/").at(-1);
  assert.deepStrictEqual([code, ...lines.map(({ snapshot_id, kind }) => [snapshot_id, kind])], [
    0,
    [`documents/${THEIRS[0]}`, "bare"],
    [`documents/${THEIRS[1]}`, "bare"],
    [`documents/${ours}`, "phlb"],
  ]);
});

Deno.test("PyHardLinkBackup's lookup files and snapshots stay as they were", async () => {
  await using place = await makePredecessorPlace(THEIRS[1]);
  const before = await readTree(`${place.root}/.phlb`);
  await place.mustBackup();
  const after = await readTree(`${place.root}/.phlb`);
  const isOurs = (path: string) => [".", "index.sqlite3", "lock", "root.json"].includes(path);
  assertSameTree(after, before, { skip: isOurs });
});

/** The predecessor's root, and a source with the content of one of its snapshots. */
async function makePredecessorPlace(time: string): Promise<BackupPlace> {
  const temp = await makeTempDir();
  const [source, root] = [`${temp.path}/documents`, `${temp.path}/root`];
  await Deno.mkdir(root);
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", root]);
  await run("cp", ["-a", `${root}/documents/${time}`, source]);
  await run("find", [source, "-name", "SHA256SUMS", "-delete"]);
  return placeAt(source, root, temp);
}

function holds(
  tree: TreeOnDisk,
  wanted: { sha256: string | undefined; inode: string },
): boolean {
  return Object.values(tree).some(({ sha256, inode }) =>
    sha256 === wanted.sha256 && inode === wanted.inode
  );
}
