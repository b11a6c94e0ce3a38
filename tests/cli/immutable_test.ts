import assert from "node:assert/strict";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { isSumsFile, type LoopPlace, makeLoopPlace, makePlace } from "../support/backup_place.ts";
import type { LoopMountOptions } from "../support/loop_mount.ts";
import { runPhlb } from "../support/phlb.ts";
import { repair } from "../support/repair_run.ts";
import { type Outcome, run, runAnyhow } from "../support/run.ts";
import { assertShut, openFiles } from "../support/sealed.ts";
import { hardlink, readTree, symlink, type Tree, withMeta } from "../support/tree.ts";
import { flipByte, verify } from "../support/verify_run.ts";

const IMMUTABLE = { PHLB_SNAPSHOT_PROTECT: "immutable" };

const FILES: Tree = {
  "a": "text",
  "twin": withMeta("text", { mode: 0o600 }),
  "same inode": hardlink("a"),
  "program": withMeta("#!/bin/sh\n", { mode: 0o4755 }),
  "large": "l".repeat(5 << 20),
  "link": symlink("a"),
  "d": { "in\nit": "more", "gone": "to be forgotten" },
};

/** Enough to be killed among. */
const MANY: Tree = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`${i}`, `${i}`]));

/** What has flags like these, each in the smallest image that it takes. */
const TYPES: readonly LoopMountOptions[] = [
  { type: "ext4", sizeMib: 64 },
  { type: "xfs", sizeMib: 300 },
  { type: "btrfs", sizeMib: 128 },
];

async function backupSealed(place: LoopPlace): Promise<void> {
  const { code, stdout, stderr } = await place.backup([], { env: IMMUTABLE });
  assert.strictEqual(code, 0, stdout + stderr);
}

async function must(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runPhlb(args);
  assert.strictEqual(code, 0, `phlb ${args.join(" ")}: ${stdout}${stderr}`);
}

/** Names of what is left in `.phlb` of files that are open to change. */
function notes(place: LoopPlace): string[] {
  return [...Deno.readDirSync(`${place.root}/.phlb`)].map(({ name }) => name)
    .filter((name) => /^lifted|probe/.test(name));
}

for (const options of TYPES) {
  Deno.test(`snapshot.protect = immutable on ${options.type}: backups link, restore, forget, heal, remove`, async () => {
    await using place = await makeLoopPlace(options, FILES);
    await backupSealed(place);
    await Deno.writeTextFile(`${place.source}/new`, "new in the second");
    await backupSealed(place);
    const [first = "", second = ""] = place.snapshots();
    const { counts, protect } = place.summary();
    assert.deepStrictEqual([counts.copied, counts.new, protect], [1, 1, "immutable"]);
    assert.deepStrictEqual(await openFiles(first), []);
    assert.deepStrictEqual(await openFiles(second), []);
    await assertShut(`${second}/a`);
    await assertShut(`${second}/d/SHA256SUMS`);
    assert.deepStrictEqual(notes(place), []);

    await must(["forget-path", "--root", place.root, "--all-snapshots", "d/gone"]);
    await run("chattr", ["-i", `${second}/large`]);
    await flipByte(`${second}/large`);
    await run("chattr", ["+i", `${second}/large`]);
    const { code, left, stderr } = await repair(place.root, ["--from", place.source]);
    assert.deepStrictEqual([code, left], [0, []], stderr);
    assert.deepStrictEqual(await openFiles(first), []);
    assert.deepStrictEqual(await openFiles(second), []);
    const tree = await readTree(second);
    assert.strictEqual(tree["large"]?.inode, (await readTree(first))["large"]?.inode);

    const id = `${first.split("/").slice(-2).join("/")}`;
    await must(["remove", "--root", place.root, id]);
    await must(["trash", "empty", "--root", place.root]);
    assert.deepStrictEqual(place.snapshots(), [second]);
    assert.deepStrictEqual(await openFiles(second), [], "what had other names keeps its flag");
    const verified = await verify(place.root, ["--all"]);
    assert.deepStrictEqual([verified.code, verified.found], [0, []], verified.stderr);
    const { stdout } = await runPhlb(["doctor", place.root]);
    assert.match(stdout, /^ +Immutable files +yes$/m);
    assert.match(stdout, /^ +Newest snapshots +source: immutable$/m);
  });
}

Deno.test("immutable files come back with their modes, and whole snapshots from the trash", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 64 }, FILES);
  await backupSealed(place);
  await backupSealed(place);
  const [first = ""] = place.snapshots();
  const restored = `${place.source}-restored`;
  await must(["restore", "--root", place.root, "latest", restored]);
  const sync = ["-aHAXn", "--checksum", "--itemize-changes", "--delete"];
  const differences = await run("rsync", [...sync, `${place.source}/`, `${restored}/`]);
  assert.strictEqual(differences, "");
  await must(["remove", "--root", place.root, first.split("/").slice(-2).join("/")]);
  assert.strictEqual(place.snapshots().length, 1);
  const [entry] = [...Deno.readDirSync(`${place.root}/.phlb/trash`)];
  await must(["trash", "restore", "--root", place.root, entry?.name ?? ""]);
  assert.strictEqual(place.snapshots().length, 2);
  assert.deepStrictEqual(await openFiles(first), []);
});

Deno.test("protection that is turned off leaves flags, and links to what has them; turned on, it gives them", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 64 }, FILES);
  await place.mustBackup();
  const open = place.latest();
  assert.notDeepStrictEqual(await openFiles(open), []);
  await backupSealed(place);
  assert.strictEqual(place.summary().counts.copied, 0);
  assert.deepStrictEqual(await openFiles(open), [], "they share all files");
  await place.mustBackup();
  assert.deepStrictEqual([place.summary().counts.copied, place.summary().protect], [0, undefined]);
  assert.deepStrictEqual(await openFiles(place.latest()), []);
  // Another user cannot get past them, and is told what that means.
  await giveToUser(place.source);
  await runAnyhow("chown", ["-R", "65534:65534", place.root], {}); // all but immutable files
  await run("chmod", ["755", place.mount.path, `${place.mount.path}/..`, `${place.source}/..`]);
  const env = { PHLB_BACKUP_IGNORE_CTIME: "true" };
  const asUser = await runPhlbAsUser(["backup", place.source, place.root], { env });
  assert.strictEqual(asUser.code, 0, asUser.stderr);
  assert.match(asUser.stderr, /^Warning: Stored files are immutable, and only root can link/m);
  assert.ok(place.summary().counts.copied > 0);
  await runAnyhow("chattr", ["-R", "-i", place.root], {}); // it complains of symlinks
  await run("rm", ["-r", place.latest()]);
});

Deno.test("phlb rebuild links equal immutable files, and backup heals one", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 64 }, FILES);
  for (const source of ["one", "two"]) {
    const env = { ...IMMUTABLE, PHLB_DEDUP_MIN_SIZE: "1GiB" };
    const { code, stderr } = await place.backup(["--name", source], { env });
    assert.strictEqual(code, 0, stderr);
  }
  await must(["rebuild", "--link", place.root]);
  assert.deepStrictEqual(await openFiles(place.root + "/one"), await companions(place, "one"));
  assert.deepStrictEqual(await openFiles(place.root + "/two"), await companions(place, "two"));
  const [one] = [...Deno.readDirSync(`${place.root}/one`)].filter((entry) => entry.isDirectory);
  const stored = `${place.root}/one/${one?.name}/large`;
  await run("sh", ["-ec", 'chattr -i "$1"; truncate -s 7 "$1"; chattr +i "$1"', "sh", stored]);
  const healing = await place.backup(["--name", "one"], { env: IMMUTABLE });
  assert.strictEqual(healing.code, 3, healing.stdout + healing.stderr);
  assert.strictEqual((await Deno.stat(stored)).size, 5 << 20, "it is healed in the old snapshot");
  assert.deepStrictEqual(await openFiles(`${place.root}/one/${one?.name}`), []);
});

/** The files beside the snapshots of a name, which are left as they are. */
async function companions(place: LoopPlace, name: string): Promise<string[]> {
  const files = [...Deno.readDirSync(`${place.root}/${name}`)].filter(({ isFile }) => isFile);
  const paths = files.map((file) => `./${file.name}`);
  const all = [...paths.map((path) => `changeable ${path}`), ...paths.map((p) => `writable ${p}`)];
  return await Promise.resolve(all.toSorted());
}

/** Kills `attempt` at a later call each time, until it was killed with a file open to change. */
async function killUntilOpen(
  place: LoopPlace,
  { from, call, attempt }: {
    from: number;
    call: string;
    attempt: (inject: string) => Promise<Outcome>;
  },
): Promise<void> {
  for (let when = from;; when++) {
    const { code } = await attempt(`${call}:signal=KILL:when=${when}`);
    assert.notStrictEqual(code, 0, "it was never killed with a file open to change");
    const isHit = (await openFiles(place.latest())).length > 0;
    if (isHit) assert.notDeepStrictEqual(notes(place), []);
    await must(["pin", "--root", place.root, "latest"]);
    assert.deepStrictEqual(await openFiles(place.latest()), [], `${call} ${when}`);
    assert.deepStrictEqual(notes(place), []);
    if (isHit) return;
  }
}

Deno.test("what a killed backup left open to change is shut by the next command", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 64 }, { many: MANY });
  await backupSealed(place);
  const attempt = (inject: string) => place.backup([], { env: IMMUTABLE, inject });
  // About to link what it opened to change.
  await killUntilOpen(place, { from: 2, call: "linkat", attempt });
  // About to shut it again. The main thread has calls of its own before that.
  await killUntilOpen(place, { from: 18, call: "ioctl", attempt });
  await backupSealed(place);
  assert.deepStrictEqual(await openFiles(place.latest()), []);
});

Deno.test("what a killed trash empty left open to change is shut, under its other names", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 64 }, {
    a: MANY,
    b: "b",
  });
  await backupSealed(place);
  await Deno.rename(`${place.source}/a`, `${place.source}/renamed`);
  await backupSealed(place);
  const [first = ""] = place.snapshots();
  await must(["remove", "--root", place.root, first.split("/").slice(-2).join("/")]);
  const attempt = (inject: string) => runPhlb(["trash", "empty", "--root", place.root], { inject });
  await killUntilOpen(place, { from: 12, call: "ioctl", attempt });
});

Deno.test("where files cannot be made immutable, the run says so once and stores them without write bits", async () => {
  await using place = await makePlace({ a: "1", b: "2", c: { d: "3" } });
  await giveToUser(place.source);
  await giveToUser(place.root);
  await run("chmod", ["755", `${place.root}/..`]);
  const args = ["backup", place.source, place.root];
  const { code, stdout, stderr } = await runPhlbAsUser(args, { env: IMMUTABLE });
  assert.strictEqual(code, 3, stdout + stderr);
  const told = (stdout + stderr).match(/Cannot make stored files immutable in "[^"]*\/root": /g);
  assert.ok(told !== null && told.length <= 2, stdout + stderr);
  assert.match(stderr, /only root may, with the capability CAP_LINUX_IMMUTABLE/);
  assert.match(stderr, /\. Run the backup as root, or set snapshot\.protect = "readonly"/);
  const { counts, problems, protect } = place.summary();
  assert.deepStrictEqual([counts.problems, problems[0]?.code, protect], [
    1,
    "unsupported",
    "readonly",
  ]);
  const tree = await readTree(place.latest());
  for (const [path, { type, mode }] of Object.entries(tree)) {
    if (type === "file") assert.strictEqual(mode & 0o222, 0, path);
  }
  assert.ok(Object.keys(tree).some(isSumsFile));
});
