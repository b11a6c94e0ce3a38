import assert from "node:assert/strict";
import { runPhlbAsUser } from "../support/as_user.ts";
import { makePlace } from "../support/backup_place.ts";
import { mountImage } from "../support/loop_mount.ts";
import { assertHealed, readRoot, repair } from "../support/repair_run.ts";
import { run } from "../support/run.ts";
import { compareTrees } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree } from "../support/tree.ts";
import { flipByte, makeHistory, verify } from "../support/verify_run.ts";

Deno.test("phlb repair tells with --dry-run what it then heals, and the next backup finds all well", async () => {
  await using place = await makeHistory();
  const before = await readRoot(place.root);
  await flipByte(`${place.latest()}/d/big`);
  const damaged = await readTree(place.root);
  const dry = await repair(place.root, ["--dry-run"]);
  assert.deepStrictEqual([dry.code, dry.healed, dry.summary["dry_run"]], [
    3,
    ["content d/big 2"],
    true,
  ]);
  const skip = (path: string) => path === ".phlb" || path.startsWith(".phlb/scrub");
  const untouched = { ignore: [], skip };
  assert.deepStrictEqual(compareTrees(await readTree(place.root), damaged, untouched), []);
  const { code, healed, origins, stderr } = await repair(place.root);
  assert.deepStrictEqual([code, healed], [0, dry.healed], stderr);
  assert.deepStrictEqual(origins, [`${place.source}/d/big`]);
  assertHealed(await readRoot(place.root), before);
  const verified = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([verified.code, verified.found], [0, []], verified.stderr);
  await place.mustBackup();
  assert.strictEqual(place.summary().counts.copied, 0);
});

Deno.test("a replica on another file system heals, also when it is read-only", async () => {
  await using place = await makeHistory();
  await using mount = await mountImage({ type: "ext4", sizeMib: 16 });
  const replica = `${mount.path}/copy`;
  await run("cp", ["-a", place.root, replica]);
  await mount.remount("ro");
  await Deno.rename(place.source, `${place.source}-gone`);
  const before = await readRoot(place.root);
  await flipByte(`${place.latest()}/d/big`);
  await Deno.remove(`${place.latest()}/new`);
  const alone = await repair(place.root);
  assert.deepStrictEqual([alone.code, alone.left.length], [3, 3]);
  const config = `${place.root}-phlb.toml`;
  await Deno.writeTextFile(config, `replicas = ["${replica}"]\n`);
  const { code, origins, stderr } = await repair(place.root, ["--config", config]);
  assert.strictEqual(code, 0, stderr);
  assert.deepStrictEqual(origins.map((path) => path.startsWith(`${replica}/`)), [true, true]);
  assertHealed(await readRoot(place.root), before);
});

Deno.test("what nothing has is told and left, and the rest is healed", async () => {
  await using place = await makeHistory();
  await flipByte(`${place.latest()}/d/big`);
  await flipByte(`${place.latest()}/new`);
  await Deno.remove(`${place.source}/new`);
  await Deno.remove(`${place.latest()}/a`);
  const { code, healed, left, summary, stderr } = await repair(place.root, ["--from", place.root]);
  assert.deepStrictEqual([code, healed.length], [3, 3], stderr);
  assert.deepStrictEqual(left, ["content new"]);
  assert.strictEqual(summary["remaining"], 1);
  assert.match(stderr, /Cannot repair .*new.*: its content has .*; nothing in reach/);
  const fast = await repair(place.root, ["--fast"]);
  assert.deepStrictEqual([fast.code, fast.summary["found"]], [0, 0]);
});

Deno.test("a user who may not write there is told so, and nothing is changed", async () => {
  await using place = await makePlace({ "a": "content" });
  await place.mustBackup();
  await flipByte(`${place.latest()}/a`);
  await run("chmod", ["-R", "a+rX", place.root.replace(/\/root$/, "")]);
  const before = await readRoot(place.root);
  const { code, stderr } = await runPhlbAsUser(["repair", "--root", place.root]);
  assert.strictEqual(code, 1, stderr);
  assert.match(stderr, /^Error: Cannot lock the backup root ".*": /m);
  assert.deepStrictEqual(compareTrees(await readRoot(place.root), before, { ignore: [] }), []);
});

Deno.test("phlb repair refuses what contradicts itself", async () => {
  await using temp = await makeTempDir();
  const absent = `${temp.path}/absent`;
  const all = await repair(absent, ["--all", "latest"]);
  assert.strictEqual(all.code, 2);
  const missing = await repair(absent);
  assert.strictEqual(missing.code, 10);
});

Deno.test("a backup heals older snapshots that share a damaged file which it met", async () => {
  await using place = await makeHistory();
  const before = await readRoot(place.root);
  const earlier = place.snapshots();
  await Deno.truncate(`${place.latest()}/d/big`, 10);
  await Deno.utime(`${place.latest()}/a`, 1, 1);
  await place.mustBackup([], 3);
  const { counts } = place.summary();
  assert.deepStrictEqual([counts.damaged, counts.healed], [3, 6]);
  const after = await readRoot(place.root);
  const isOld = (path: string) => earlier.some((dir) => `${place.root}/${path}`.startsWith(dir));
  const skip = (path: string) => !isOld(path);
  assert.deepStrictEqual(compareTrees(after, before, { skip }), []);
  const name = (dir: string, path: string) => `${dir.slice(place.root.length + 1)}/${path}`;
  const inodes = place.snapshots().map((dir) => after[name(dir, "a")]?.inode);
  assert.strictEqual(new Set(inodes).size, 1);
  const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
  assert.match(log, /Healed "source\/.*\/d\/big" from "source\/[-0-9]+\/d\/big"/);
  await place.mustBackup();
  const verified = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([verified.code, verified.found], [0, []], verified.stderr);
});

Deno.test("with dedup.heal = false, a backup leaves older snapshots as they are", async () => {
  await using place = await makeHistory();
  await Deno.truncate(`${place.latest()}/d/big`, 10);
  const config = `${place.root}-phlb.toml`;
  await Deno.writeTextFile(config, "dedup.heal = false\n");
  const [, second = ""] = place.snapshots();
  await place.mustBackup(["--config", config], 3);
  assert.strictEqual(place.summary().counts.healed, 0);
  assert.strictEqual((await Deno.stat(`${second}/d/big`)).size, 10);
});
