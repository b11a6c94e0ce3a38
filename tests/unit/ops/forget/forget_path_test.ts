import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { runForget } from "../../../support/forget_run.ts";
import {
  copyRoot,
  Killed,
  killedAt,
  makeRepairPlace,
  runRepair,
} from "../../../support/repair_place.ts";
import { readRoot } from "../../../support/repair_run.ts";
import { readTree, symlink, type Tree, type TreeOnDisk, withMeta } from "../../../support/tree.ts";

const TREE: Tree = {
  "secret": "a secret",
  "other": "something else",
  "d": withMeta({ "copy": "a secret", "kept": "kept", "sub": { "deep": "a secret" } }, {
    mode: 0o555,
  }),
  "keys": { "one": "1", "two": "22", "link": symlink("one"), "more": { "three": "333" } },
};

/** What a root has of snapshots, by path: content or type, mode and time. */
function contents(tree: TreeOnDisk): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([path]) => /^source\/[0-9-]+(\/|$)/.test(path))
      .map((
        [path, { type, sha256, mode, mtimeNs }],
      ) => [path, `${sha256 ?? type} ${mode} ${mtimeNs}`]),
  );
}

/** Fails unless the root is sound, by a look at all of it. */
async function assertSound(root: string): Promise<void> {
  const { error, left, healed } = await runRepair(root, { dryRun: true });
  assert.strictEqual(error, undefined);
  assert.deepStrictEqual([left, healed], [[], []]);
}

/** Where in the root, trash and all, a content lies. */
async function namesOf(root: string, content: string): Promise<string[]> {
  const wanted = hash("sha256", content);
  const tree = await readTree(root);
  return Object.entries(tree).filter(([, { sha256 }]) => sha256 === wanted).map(([path]) => path);
}

Deno.test("forgetPath() takes a file out of one snapshot, and leaves all others as they are", async () => {
  await using place = await makeRepairPlace(TREE);
  const [first = "", second = ""] = place.snapshots;
  const before = await readRoot(place.root);
  const { plan, error } = await runForget(place.root, { addresses: [first], path: "secret" });
  assert.strictEqual(error, undefined);
  const staying = plan?.staying.map(({ id, relPath }) => `${id}/${relPath}`).toSorted();
  assert.deepStrictEqual(staying, [
    `${first}/d/copy`,
    `${first}/d/sub/deep`,
    `${second}/d/copy`,
    `${second}/d/sub/deep`,
    `${second}/secret`,
  ]);
  assert.strictEqual(plan?.sourcePath, `${place.source}/secret`);
  const after = await readRoot(place.root);
  const changed = Object.keys({ ...before, ...after }).filter((path) =>
    !isDeepStrictEqual(inodeFree(before[path]), inodeFree(after[path]))
  );
  assert.deepStrictEqual(changed.toSorted().filter((path) => path !== "source"), [
    `${first}-manifest.mtree.gz`,
    `${first}-summary.json`,
    `${first}-summary.txt`,
    `${first}/SHA256SUMS`,
    `${first}/secret`,
  ]);
  // The other snapshot's checksum file was a link to this one.
  assert.strictEqual(before[`${first}/SHA256SUMS`]?.inode, before[`${second}/SHA256SUMS`]?.inode);
  const sums = await Deno.readTextFile(`${place.root}/${first}/SHA256SUMS`);
  assert.doesNotMatch(sums, /secret/);
  await assertSound(place.root);
});

/** An entry without what other names of its inode change. */
function inodeFree(entry: TreeOnDisk[string] | undefined): unknown {
  return entry === undefined ? undefined : { ...entry, inode: "", nlink: 0 };
}

Deno.test("forgetPath() takes a directory out of all snapshots with all that is below it", async () => {
  await using place = await makeRepairPlace(TREE);
  const { plan, error } = await runForget(place.root, { path: "keys" });
  assert.strictEqual(error, undefined);
  assert.deepStrictEqual(plan?.targets.map(({ paths }) => paths), [
    [{ relPath: "keys", entries: 6, bytes: 6 }],
    [{ relPath: "keys", entries: 6, bytes: 6 }],
  ]);
  const now = Object.keys(contents(await readRoot(place.root)));
  assert.deepStrictEqual(now.filter((path) => path.includes("keys")), []);
  assert.strictEqual(now.filter((path) => path.endsWith("/d/copy")).length, 2);
  await assertSound(place.root);
});

Deno.test("forgetPath() leaves nothing by which the next backup takes the path for stored", async () => {
  await using place = await makeRepairPlace(TREE);
  const manifest = () => readManifestText(place.root, place.snapshots.at(-1) ?? "");
  assert.match(manifest(), / stamp=/);
  assert.strictEqual((await runForget(place.root, { path: "d/copy" })).error, undefined);
  assert.strictEqual((await runForget(place.root, { path: "keys" })).error, undefined);
  assert.doesNotMatch(manifest(), / stamp=|d\/copy type|keys\/one/);
  assert.match(manifest(), /^# phlb forgotten \S+ \S+@testhost 1 8 d\/copy$/m);
  await place.backup();
  const last = place.snapshots.at(-1) ?? "";
  const now = Object.keys(contents(await readRoot(place.root))).filter((path) =>
    path.startsWith(`${last}/`) && !path.endsWith("SHA256SUMS")
  );
  assert.strictEqual(now.filter((path) => path.includes("keys")).length, 6);
  assert.ok(now.includes(`${last}/d/copy`));
  assert.match(manifest(), / stamp=/);
  await assertSound(place.root);
});

function readManifestText(root: string, id: string): string {
  return new TextDecoder().decode(
    gunzipSync(Deno.readFileSync(`${root}/${id}-manifest.mtree.gz`)),
  );
}

Deno.test("forgetPath() finds the same content everywhere, in the trash as well", async () => {
  await using place = await makeRepairPlace(TREE);
  const [first = ""] = place.snapshots;
  await Deno.mkdir(`${place.root}/.phlb/trash/20260107T000000Z-0001`, { recursive: true });
  for (const suffix of ["", "-manifest.mtree.gz", "-summary.json"]) {
    const name = `${first.slice("source/".length)}${suffix}`;
    await Deno.rename(
      `${place.root}/source/${name}`,
      `${place.root}/.phlb/trash/20260107T000000Z-0001/${name}`,
    );
  }
  await Deno.writeTextFile(
    `${place.root}/.phlb/trash/20260107T000000Z-0001/entry.json`,
    JSON.stringify({
      format_version: 1,
      name: "source",
      time: first.slice(7),
      removed_at: "2026-01-07T00:00:00Z",
      command: "",
    }),
  );
  const [second = ""] = place.snapshots;
  const told = await runForget(place.root, { addresses: [second], path: "secret", dryRun: true });
  assert.strictEqual(told.plan?.stayingCount, 5);
  const { plan, error } = await runForget(place.root, {
    addresses: [second],
    path: "secret",
    everywhere: true,
  });
  assert.strictEqual(error, undefined);
  assert.strictEqual(plan?.stayingCount, 0);
  assert.deepStrictEqual(await namesOf(place.root, "a secret"), []);
  await assertSound(place.root);
});

Deno.test("forgetPath() keeps the checksum file of a directory apart from a user's own that goes", async () => {
  await using place = await makeRepairPlace({ "SHA256SUMS": "mine", "a": "a" });
  const { error } = await runForget(place.root, { path: "SHA256SUMS" });
  assert.strictEqual(error, undefined);
  const [first = ""] = place.snapshots;
  const names = [...Deno.readDirSync(`${place.root}/${first}`)].map(({ name }) => name).toSorted();
  assert.deepStrictEqual(names, ["SHA256SUMS", "a"]);
  assert.match(
    await Deno.readTextFile(`${place.root}/${first}/SHA256SUMS`),
    /^[0-9a-f]{64} {2}a\n$/,
  );
  await assertSound(place.root);
  // What is phlb's own is no entry of the snapshot.
  const own = await runForget(place.root, { addresses: [first], path: "SHA256SUMS" });
  assert.strictEqual(own.error, undefined);
  assert.strictEqual(own.plan?.targets.length, 0);
  assert.ok(names.includes("SHA256SUMS"));
});

Deno.test("forgetPath() removes the checksum file of a directory that has no file any more", async () => {
  await using place = await makeRepairPlace({ "d": { "a": "a" }, "b": "b" });
  const { error } = await runForget(place.root, { path: "d/a" });
  assert.strictEqual(error, undefined);
  const [first = ""] = place.snapshots;
  assert.deepStrictEqual([...Deno.readDirSync(`${place.root}/${first}/d`)], []);
  await assertSound(place.root);
});

Deno.test("forgetPath() refuses what leaves the snapshot, is all of it, or is not there", async () => {
  await using place = await makeRepairPlace(TREE);
  const [first = ""] = place.snapshots;
  const before = contents(await readRoot(place.root));
  const codeOf = async (path: string, addresses?: string[]) => {
    const { error } = await runForget(place.root, { path, ...(addresses ? { addresses } : {}) });
    return error instanceof Error && "code" in error ? error.code : error;
  };
  for (const path of ["../x", "d/../secret", "", ".", place.source]) {
    assert.strictEqual(await codeOf(path, [first]), "PATH_INVALID", path);
  }
  for (
    const path of [
      "/etc/passwd",
      "none",
      "SHA256SUMS",
      "secret/x",
      `${place.root}/${first}-manifest.mtree.gz`,
    ]
  ) {
    assert.strictEqual(await codeOf(path, [first]), "PATH_UNKNOWN", path);
    assert.strictEqual(await codeOf(path), "PATH_UNKNOWN", path);
  }
  await Deno.writeTextFile(
    `${place.root}/${first}-marks.json`,
    `{"format_version":1,"pinned":true}`,
  );
  assert.strictEqual(await codeOf("secret"), "SNAPSHOT_PINNED");
  await Deno.remove(`${place.root}/${first}-marks.json`);
  assert.deepStrictEqual(contents(await readRoot(place.root)), before);
  // Absolute in the source is fine.
  const { plan } = await runForget(place.root, { path: `${place.source}/d/copy`, dryRun: true });
  assert.strictEqual(plan?.targets.length, 2);
  assert.deepStrictEqual(contents(await readRoot(place.root)), before);
});

Deno.test("forgetPath() that was killed anywhere is finished by the next run", async () => {
  const d = withMeta({ "copy": "a secret", "kept": "kept" }, { mode: 0o555 });
  await using place = await makeRepairPlace({ d, "other": "a secret" });
  const [first = ""] = place.snapshots;
  const query = { addresses: [first], path: "d", everywhere: true } as const;
  const whole = `${place.temp}/whole`;
  await copyRoot(place.root, whole);
  assert.strictEqual((await runForget(whole, query)).error, undefined);
  const wanted = contents(await readRoot(whole));
  await assertSound(whole);
  for (let nth = 1;; nth += 5) {
    const root = `${place.temp}/copy-${nth}`;
    await copyRoot(place.root, root);
    const { error } = await runForget(root, { ...query, around: killedAt(nth) });
    if (error === undefined) break;
    assert.ok(error instanceof Killed, String(error));
    const again = await runForget(root, query);
    assert.strictEqual(again.error, undefined, `killed at write ${nth}: ${again.error}`);
    assert.deepStrictEqual(contents(await readRoot(root)), wanted, `killed at write ${nth}`);
    await Deno.remove(root, { recursive: true });
  }
});
