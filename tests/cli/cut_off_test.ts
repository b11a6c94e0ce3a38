import assert from "node:assert/strict";
import { type BackupPlace, isSumsFile, makePlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { startPhlb } from "../support/phlb.ts";
import { assertSameTree } from "../support/same_tree.ts";
import {
  DEFAULT_MTIME_NS,
  fifo,
  readTree,
  symlink,
  type Tree,
  type TreeOnDisk,
  writeTree,
} from "../support/tree.ts";

const OLD: Tree = { "a.txt": "alpha", "b.txt": "alpha", docs: { c: "gamma", link: symlink("c") } };
const NEW: Tree = {
  ...differentFiles(20),
  "another a": "alpha",
  deep: { er: { ...differentFiles(5), pipe: fifo() }, empty: {} },
};

/** Where SIGKILL hits, by the system call that the process is about to make, in its order. */
const KILL_POINTS: readonly string[] = [
  "linkat:when=1", // the probe
  "mkdirat:when=3", // the .partial directory
  "landlock_restrict_self:when=1",
  "mkdirat:when=2",
  "linkat:when=2",
  "pwrite64:when=3",
  "pwrite64:when=9",
  "utimensat:when=12",
  "fchmod:when=2",
  "syncfs:when=1",
  "syncfs:when=2",
  "renameat2:when=2",
  "renameat2:when=4", // what publishes it
  "fsync:when=2",
  "fsync:when=3", // the index
  "unlink:when=1", // the journal, which is what commits
];

for (const point of KILL_POINTS) {
  Deno.test(`after SIGKILL at ${point} the past is as it was and the next run goes on from there`, async () => {
    await using place = await makePlace(OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, NEW);
    const past = await rememberPast(place);

    const killed = await place.backup([], { inject: point.replace(":", ":signal=KILL:") });
    assert.strictEqual(killed.code, 128 + 9, `${killed.stdout}${killed.stderr}`);
    await past.assertKept();
    const source = await readTree(place.source);
    for (const snapshot of place.snapshots().slice(1)) {
      assertSameTree(await readTree(snapshot), source, { skip: isSumsFile });
    }
    const leftover = await readLeftover(place);

    await place.mustBackup();
    await past.assertKept();
    await assertTakenOver(place, leftover);
    await place.mustBackup();
    assert.strictEqual(place.summary().counts.copied, 0);
  });
}

/** A run is to be over this long after it was asked to stop. */
const STOP_MS = 1000;

for (const [signal, order] of [["SIGINT", "tree"], ["SIGTERM", "newest-first"]] as const) {
  Deno.test(`${signal} stops a run in ${order} order within a second, and the next one goes on from there`, async () => {
    await using place = await makePlace(OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, differentFiles(4000));
    const past = await rememberPast(place);

    const changes = Deno.watchFs(place.root);
    const env = { PHLB_BACKUP_ORDER: order };
    const started = startPhlb(["backup", place.source, place.root], { env });
    for await (const { paths } of changes) {
      if (paths.some((path) => /\.partial\/.*entry \d*9/.test(path))) break;
    }
    const asked = performance.now();
    started.kill(signal);
    const { code, stdout, stderr } = await started.outcome;
    const tookMs = performance.now() - asked;

    assert.strictEqual(code, 130, stdout + stderr);
    assert.ok(tookMs < STOP_MS, `it took ${tookMs} ms`);
    assert.match(stderr, /^Error: The run was interrupted; earlier snapshots are as they were$/m);
    assert.match(stdout, /^Backup interrupted, what was stored serves the next run: .*\.partial$/m);
    assert.match(stdout, /^ +Copied +[0-9,]+ .*newly stored$/m);
    assert.strictEqual(place.snapshots().length, 1);
    await past.assertKept();
    const leftover = await readLeftover(place);
    assert.ok(Object.keys(leftover).length > 5, "the run had stored something");

    await place.mustBackup();
    await past.assertKept();
    await assertTakenOver(place, leftover);
  });
}

/** Files that the runs which were cut off had stored. */
async function readLeftover({ root }: BackupPlace): Promise<TreeOnDisk> {
  const tree = await readTree(`${root}/source`);
  const files = Object.entries(tree).filter(([path, entry]) =>
    /^\.[^/]*\.partial\//.test(path) && entry.type === "file" && !isSumsFile(path)
  );
  return Object.fromEntries(files);
}

/** Fails unless the newest snapshot is the source, stored once, and nothing is left over. */
async function assertTakenOver(place: BackupPlace, leftover: TreeOnDisk): Promise<void> {
  const stored = await readTree(place.latest());
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });

  const all = await readTree(`${place.root}/source`);
  const names = [...Deno.readDirSync(`${place.root}/source`)].map(({ name }) => name);
  assert.deepStrictEqual(names.filter((name) => name.startsWith(".")), [], "leftovers are gone");
  const inodes = new Map<string, string>();
  for (const [path, { type, inode, sha256 = "" }] of Object.entries(all)) {
    if (type !== "file" || !path.includes("/") || isSumsFile(path)) continue;
    const known = inodes.get(sha256) ?? inode;
    assert.strictEqual(inode, known, `the content of "${path}" was stored twice`);
    inodes.set(sha256, known);
  }
  const kept = new Set(inodes.values());
  for (const [path, { inode, sha256 = "", mtimeNs }] of Object.entries(leftover)) {
    // What was being written at that moment has no times of its own yet.
    if (mtimeNs !== DEFAULT_MTIME_NS || !inodes.has(sha256)) continue;
    assert.ok(kept.has(inode), `"${path}" was stored again`);
  }
}

function differentFiles(count: number): Tree {
  const names = Array.from({ length: count }, (_, i) => `entry ${i}`);
  return Object.fromEntries(names.map((name) => [name, `${name} ${count} `.repeat(200)]));
}
