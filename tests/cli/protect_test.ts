import assert from "node:assert/strict";
import { giveToUser } from "../support/as_user.ts";
import { type BackupPlace, isSumsFile, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { PORTABLE } from "../support/portable.ts";
import { repair } from "../support/repair_run.ts";
import { run, runAnyhow } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { hardlink, readTree, type Tree, type TreeOnDisk, withMeta } from "../support/tree.ts";
import { flipByte, verify } from "../support/verify_run.ts";

const READONLY = { PHLB_SNAPSHOT_PROTECT: "readonly" };

const FILES: Tree = {
  "plain": "text",
  "program": withMeta("#!/bin/sh\n", { mode: 0o4755 }),
  "twin": withMeta("text", { mode: 0o600 }),
  "secret": withMeta("hidden", { mode: 0o600 }),
  "fixed": withMeta("as it is", { mode: 0o444 }),
  "name": hardlink("secret"),
  "large": "l".repeat(5 << 20),
  "d": withMeta({ "in it": "more" }, { mode: 0o775 }),
};

async function backupProtected(place: BackupPlace, code = 0): Promise<void> {
  const outcome = await place.backup([], { env: READONLY });
  assert.strictEqual(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
}

/** Paths of regular files with their modes. */
function modesOf(tree: TreeOnDisk): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([path, { type, mode }]) =>
      type === "file" ? [[path, mode.toString(8)]] : []
    ),
  );
}

const STORED = {
  "plain": "444",
  "program": "4555",
  "twin": "444",
  "secret": "400",
  "fixed": "444",
  "name": "400",
  "large": "444",
  "d/in it": "444",
  "SHA256SUMS": "444",
  "d/SHA256SUMS": "444",
};

Deno.test("snapshot.protect = readonly stores files without write bits; restore, verify and compare know the true modes", async () => {
  await using place = await makePlace(FILES);
  if (!PORTABLE) await run("setfacl", ["-m", "u:65534:rw", `${place.source}/d/in it`]);
  const source = await readTree(place.source);
  await backupProtected(place);
  await backupProtected(place);
  const [first = "", second = ""] = place.snapshots();
  const stored = await readTree(second);
  const modes = modesOf(stored);
  // The first of two equal files gives the mode; either may be it.
  assert.ok(["444", "400"].includes(modes["plain"] ?? ""));
  assert.strictEqual(modes["twin"], modes["plain"]);
  assert.deepStrictEqual({ ...modes, plain: "444", twin: "444" }, {
    ...STORED,
    "d/in it": modes["d/in it"],
  });
  assert.strictEqual(Number.parseInt(modes["d/in it"] ?? "", 8) & 0o222, 0);
  if (!PORTABLE) {
    const acl = await run("getfacl", ["-pnc", `${second}/d/in it`]);
    assert.match(acl, /^user:65534:rw-\s+#effective:r--$/m, acl);
  }
  assert.strictEqual(stored["d"]?.mode, 0o775, "directories keep theirs");
  assert.strictEqual((await readTree(first))["large"]?.inode, stored["large"]?.inode);
  const { counts, protect } = place.summary();
  assert.deepStrictEqual([counts.copied, counts.changed, protect], [0, 0, "readonly"]);
  assert.match(await run("zcat", [`${second}-manifest.mtree.gz`]), /^# phlb protect readonly$/m);

  const verified = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([verified.code, verified.found], [0, []], verified.stderr);
  const compared = await runPhlb(["compare", place.source, place.root]);
  assert.strictEqual(compared.code, 0, compared.stdout + compared.stderr);
  const restored = `${place.root}/../restored`;
  const outcome = await runPhlb(["restore", "--root", place.root, "latest", restored]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assertSameTree(await readTree(restored), source);
});

Deno.test("protection that is turned on later reaches what is linked again, and none takes nothing back", async () => {
  await using place = await makePlace({ a: "same", b: withMeta("other", { mode: 0o666 }) });
  await place.mustBackup();
  await verify(place.root, ["--all"]); // remembers the modes
  await backupProtected(place);
  const [old = "", now = ""] = place.snapshots();
  const shut = { "SHA256SUMS": "444", "a": "444", "b": "444" };
  assert.deepStrictEqual(modesOf(await readTree(now)), shut);
  assert.strictEqual((await readTree(old))["a"]?.inode, (await readTree(now))["a"]?.inode);
  assert.strictEqual(place.summary().counts.copied, 0);
  for (const what of [["--all"], [`${place.source.split("/").at(-1)}/${old.split("/").at(-1)}`]]) {
    const { code, found, stderr } = await verify(place.root, what);
    assert.deepStrictEqual([code, found], [0, []], stderr);
  }
  await place.mustBackup();
  assert.deepStrictEqual(modesOf(await readTree(place.latest())), shut);
  assert.strictEqual(place.summary().protect, undefined);
  assert.strictEqual(place.summary().counts.copied, 0);
});

Deno.test("a user cannot write to his own protected files, as he can to others", async () => {
  for (const protect of ["none", "readonly"]) {
    await using place = await makePlace({ "a": "mine" });
    await giveToUser(place.source);
    await run("chmod", ["755", `${place.root}/..`, place.root]);
    const env = { PHLB_SNAPSHOT_PROTECT: protect, PHLB_SNAPSHOT_DIR_MODE: "0755" };
    const { code, stderr } = await place.backup([], { env });
    assert.strictEqual(code, 0, stderr);
    const write = ["sh", "-c", 'echo overwritten > "$1"', "sh", `${place.latest()}/a`];
    const asUser = ["--reuid=65534", "--regid=65534", "--clear-groups", ...write];
    const outcome = await runAnyhow("setpriv", asUser, {});
    assert.strictEqual(outcome.code === 0, protect === "none", outcome.stderr);
    const text = await Deno.readTextFile(`${place.latest()}/a`);
    assert.strictEqual(text, protect === "none" ? "overwritten\n" : "mine");
  }
});

Deno.test("repair, rebuild and forget-path leave protected files protected", async () => {
  await using place = await makePlace({ ...FILES, "gone": "to be forgotten" });
  await backupProtected(place);
  const latest = place.latest();
  const source = await readTree(place.source);
  await flipByte(`${latest}/large`);
  await Deno.remove(`${latest}/d/in it`);
  await Deno.remove(`${latest}/d/SHA256SUMS`);
  const repaired = await repair(place.root, ["--from", place.source]);
  assert.deepStrictEqual([repaired.code, repaired.left], [0, []], repaired.stderr);
  const forgotten = await runPhlb(["forget-path", "--root", place.root, "latest", "gone"]);
  assert.strictEqual(forgotten.code, 0, forgotten.stderr);
  const tree = await readTree(latest);
  const open = Object.entries(tree).filter(([path, { type, mode }]) =>
    type === "file" && (mode & 0o222) !== 0 && path !== "d/SHA256SUMS"
  );
  assert.deepStrictEqual(open, []);
  const verified = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([verified.code, verified.found], [0, []], verified.stderr);

  await Deno.remove(`${latest}-manifest.mtree.gz`);
  const rebuilt = await runPhlb(["rebuild", place.root]);
  assert.strictEqual(rebuilt.code, 0, rebuilt.stderr);
  assert.match(await run("zcat", [`${latest}-manifest.mtree.gz`]), /^# phlb protect readonly$/m);
  const restored = `${place.root}/../restored`;
  const outcome = await runPhlb(["restore", "--root", place.root, "latest", restored]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  const ofOwner: Record<string, string> = { ...modesOf(source), "fixed": "644" };
  for (const [path, mode] of Object.entries(modesOf(await readTree(restored)))) {
    if (isSumsFile(path) || path === "twin" || path === "plain") continue;
    assert.strictEqual(mode, ofOwner[path], `${path}: whoever owns it may write to it again`);
  }
});
