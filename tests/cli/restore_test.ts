import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { jsonLines, mustRestore, overwriteByte, targetOf } from "../support/restore_run.ts";
import { run } from "../support/run.ts";
import { assertSameTree, compareTrees } from "../support/same_tree.ts";
import {
  device,
  fifo,
  hardlink,
  readTree,
  socket,
  sparse,
  symlink,
  type Tree,
  withMeta,
  writeTree,
} from "../support/tree.ts";

const DAY_NS = 86_400_000_000_000n;
const T0 = 1_650_000_000_987_654_321n;

/** An access ACL `user::rw-,user:1234:r--,group::r--,mask::r--,other::r--`. */
const ACL = Uint8Array.from([
  ...[2, 0, 0, 0],
  ...[1, 0, 6, 0, 255, 255, 255, 255],
  ...[2, 0, 4, 0, 0xd2, 4, 0, 0],
  ...[4, 0, 4, 0, 255, 255, 255, 255],
  ...[16, 0, 4, 0, 255, 255, 255, 255],
  ...[32, 0, 4, 0, 255, 255, 255, 255],
]);

/** A little of everything that a source can have. */
const EVERYTHING: Tree = {
  "plain.txt": "hello",
  "copy of plain": withMeta("hello", { mode: 0o4755, uid: 1000, gid: 1001, mtimeNs: T0 }),
  "empty": withMeta("", { mtimeNs: T0 - 700n * DAY_NS, mode: 0o000 }),
  "before 1970": withMeta("old", { mtimeNs: -1_500_000_000n }),
  "xattr": withMeta("x", { xattrs: { "user.note": "text", "user.bytes": Uint8Array.of(0, 255) } }),
  "acl": withMeta("a", { xattrs: { "system.posix_acl_access": ACL }, mode: 0o644 }),
  "new\nline and \udcff\udc80": "bytes",
  "-n": "looks like an option",
  "large.bin": "0123456789abcdef".repeat(60_000),
  "holes": sparse(3 << 20, [[1 << 20, "data in the middle"]]),
  "all hole": sparse(2 << 20),
  "linked": "one inode",
  "link": symlink("plain.txt"),
  "dangling": withMeta(symlink("/nowhere/at all"), { mtimeNs: T0, uid: 7, gid: 8 }),
  "odd link": symlink("a\udcfe b"),
  "pipe": withMeta(fifo(), { mode: 0o620, mtimeNs: T0 }),
  "sock": socket(),
  "null": device("char", { major: 1, minor: 3 }),
  "disk": withMeta(device("block", { major: 7, minor: 99 }), { mode: 0o660, gid: 6 }),
  "dir": withMeta({
    "also linked": hardlink("linked"),
    "deep": withMeta({ "x": "x", "y": { "z": "z" } }, { mode: 0o2770, mtimeNs: T0 - DAY_NS }),
    "empty dir": withMeta({}, { mode: 0o1777, mtimeNs: T0 }),
    "locked": withMeta({ "inside": "secret" }, { mode: 0o500 }),
  }, { mtimeNs: T0, xattrs: { "user.dir": "yes" } }),
  "SHA256SUMS": "a user's own",
  "\u{1f600}": { "\u{e9}": "unicode" },
};

Deno.test("restore brings back everything with all metadata, as rsync confirms", async () => {
  await using place = await makePlace(EVERYTHING);
  await place.mustBackup();
  const target = targetOf(place);
  const { stdout, stderr } = await mustRestore(place, ["latest", target, "--verify"]);
  assert.match(stdout, /^Restored source\/\S+ to .*\/restored$/m);
  assert.match(stdout, /Read back +\d+ .*all as it should be/);
  assert.doesNotMatch(stderr, /^(Error|Warning)/m);

  const [source, restored] = [await readTree(place.source), await readTree(target)];
  assertSameTree(restored, source, { ignore: ["inode"] });
  assert.strictEqual(restored["linked"]?.inode, restored["dir/also linked"]?.inode);
  assert.notStrictEqual(restored["plain.txt"]?.inode, restored["copy of plain"]?.inode);
  const listed = await run("rsync", [
    ...["-aHAXn", "--checksum", "--delete", "--itemize-changes"],
    `${place.source}/`,
    `${target}/`,
  ]);
  assert.strictEqual(listed, "");
  const stored = new Set(Object.values(await readTree(place.latest())).map(({ inode }) => inode));
  const shared = Object.values(restored).filter(({ inode }) => stored.has(inode));
  assert.deepStrictEqual(shared, [], "nothing is a link into the backup root");
});

Deno.test("restore of a directory puts its content into the target, of a file the file", async () => {
  await using place = await makePlace({ "a": "1", "d": { "f": "2", "e": { "g": "3" } } });
  await place.mustBackup();
  const source = await readTree(place.source);
  const target = targetOf(place);
  await mustRestore(place, ["latest:d", `${target}/one/two`]);
  const dir = await readTree(`${target}/one/two`);
  assert.deepStrictEqual(Object.keys(dir), [".", "e", "e/g", "f"]);
  assert.strictEqual(dir["."]?.mtimeNs, source["d"]?.mtimeNs);

  await mustRestore(place, ["latest:d/e/g", `${target}/single`]);
  const single = await readTree(`${target}/single`);
  assert.deepStrictEqual(Object.keys(single), [".", "g"]);
  assert.strictEqual(single["g"]?.mtimeNs, source["d/e/g"]?.mtimeNs);
  assert.notStrictEqual(single["."]?.mtimeNs, source["d/e"]?.mtimeNs);
  assert.strictEqual(single["."]?.mode, 0o755);
});

Deno.test("restore of a path that the snapshot does not have is refused and makes nothing", async () => {
  await using place = await makePlace({ "a": "1" });
  await place.mustBackup();
  const { stderr } = await mustRestore(place, ["latest:b/c", targetOf(place)], { code: 2 });
  assert.match(stderr, /^Error: Cannot find "b\/c" in the snapshot "source\//);
  await assert.rejects(Deno.lstat(targetOf(place)), Deno.errors.NotFound);
});

Deno.test("a damaged, a cut and a missing stored file are told and left out, the rest comes back", async () => {
  await using place = await makePlace({
    "bad": "content 1",
    "cut": "content 2",
    "gone": "content 3",
    "big": "B".repeat(700_000),
    "fine": "content 4",
    "d": { "fine": "content 5" },
  });
  await place.mustBackup();
  const stored = place.latest();
  await overwriteByte(`${stored}/bad`, 3);
  await overwriteByte(`${stored}/big`, 600_000);
  await Deno.truncate(`${stored}/cut`, 4);
  await Deno.remove(`${stored}/gone`);
  const target = targetOf(place);
  const { stdout, stderr } = await mustRestore(place, ["latest", target, "--verify", "--json"], {
    code: 3,
  });
  const errors = jsonLines(stderr).filter(({ message_type }) => message_type === "error");
  assert.deepStrictEqual(errors.map(({ path, code }) => [path, code]).sort(), [
    ["bad", "damaged"],
    ["big", "damaged"],
    ["cut", "damaged"],
    ["gone", "missing"],
  ]);
  const summary = jsonLines(stdout).at(-1);
  assert.deepStrictEqual(
    [summary?.total_files, summary?.files_restored, summary?.files_failed, summary?.verified_files],
    [8, 4, 4, 2],
  );
  assert.deepStrictEqual(Object.keys(await readTree(target)), [".", "d", "d/fine", "fine"]);
});

Deno.test("an existing file is not lost when its stored one is damaged", async () => {
  await using place = await makePlace({
    "bad": "content 1",
    "big": "B".repeat(700_000),
    "ok": "3",
  });
  await place.mustBackup();
  await overwriteByte(`${place.latest()}/bad`, 3);
  await overwriteByte(`${place.latest()}/big`, 600_000);
  const target = targetOf(place);
  await writeTree(target, { "bad": "mine", "big": "mine too", "ok": "old" });
  const before = await readTree(target);
  await mustRestore(place, ["latest", target, "--overwrite", "always"], { code: 3 });
  const after = await readTree(target);
  assert.deepStrictEqual(Object.keys(after), [".", "bad", "big", "ok"]);
  assert.deepStrictEqual([after["bad"], after["big"]], [before["bad"], before["big"]]);
  assert.strictEqual(after["ok"]?.sha256, (await readTree(place.source))["ok"]?.sha256);
});

Deno.test("without --overwrite nothing is restored when something is in the way", async () => {
  await using place = await makePlace({ "a": "1", "b": "2", "d": { "e": "3" }, "x": { "y": "4" } });
  await place.mustBackup();
  const target = targetOf(place);
  await writeTree(target, { "b": "mine", "d": { "other": "o" }, "x": symlink("/tmp") });
  const before = await readTree(target);
  for (const extra of [[], ["--dry-run"]]) {
    const { stderr } = await mustRestore(place, ["latest", target, ...extra], { code: 2 });
    assert.match(
      stderr,
      /in the way are "b" \(a file is in its place\), "x" \(a symbolic link is in its place\)$/m,
    );
    assert.match(stderr, /^Hint: .*--overwrite/m);
  }
  assertSameTree(await readTree(target), before, { ignore: [] });

  await Deno.remove(`${target}/b`);
  await Deno.remove(`${target}/x`);
  await mustRestore(place, ["latest", target]);
  const paths = Object.keys(await readTree(target));
  assert.deepStrictEqual(paths, [".", "a", "b", "d", "d/e", "d/other", "x", "x/y"]);
});

/** What each mode makes of a target with entries of every relation to the snapshot. */
const MODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "always": { same: "S", older: "snapshot", newer: "snapshot", missing: "M", alike: "1234" },
  "if-changed": { same: "S", older: "snapshot", newer: "snapshot", missing: "M", alike: "5678" },
  "if-newer": { same: "S", older: "snapshot", newer: "target", missing: "M", alike: "5678" },
  "never": { same: "S", older: "target", newer: "target", missing: "M", alike: "5678" },
};

for (const [mode, expected] of Object.entries(MODES)) {
  Deno.test(`--overwrite ${mode} does to each entry what its name says`, async () => {
    await using place = await makePlace({
      "same": "S",
      "older": "snapshot",
      "newer": "snapshot",
      "missing": "M",
      "alike": "1234",
    });
    await place.mustBackup();
    const target = targetOf(place);
    const { mtimeNs = 0n } = (await readTree(place.source))["older"] ?? {};
    await writeTree(target, {
      "same": "S",
      "older": withMeta("target", { mtimeNs: mtimeNs - 1n }),
      "newer": withMeta("target", { mtimeNs: mtimeNs + 1n }),
      "alike": "5678", // same size, same time: only reading it would tell
      "own": "stays",
    });
    const before = await readTree(target);
    await mustRestore(place, ["latest", target, "--overwrite", mode]);
    for (const [name, content] of Object.entries(expected)) {
      assert.strictEqual(await Deno.readTextFile(`${target}/${name}`), content, name);
    }
    assert.strictEqual(await Deno.readTextFile(`${target}/own`), "stays");
    const after = await readTree(target);
    const sameInode = after["same"]?.inode === before["same"]?.inode;
    assert.strictEqual(sameInode, mode !== "always");
  });
}

Deno.test("--overwrite if-changed mends metadata without writing the content again", async () => {
  await using place = await makePlace({
    "mode": withMeta("m", { mode: 0o600, xattrs: { "user.a": "1" } }),
    "shared": withMeta("s", { mode: 0o640 }),
    "d": withMeta({}, { mode: 0o711 }),
  });
  await place.mustBackup();
  const target = targetOf(place);
  await mustRestore(place, ["latest", target]);
  await Deno.chmod(`${target}/mode`, 0o666);
  await run("setfattr", ["-n", "user.a", "-v", "2", `${target}/mode`]);
  await Deno.chmod(`${target}/shared`, 0o666);
  await Deno.link(`${target}/shared`, `${target}/../elsewhere`);
  await Deno.chmod(`${target}/d`, 0o777);
  const before = await readTree(target);
  await mustRestore(place, ["latest", target, "--overwrite", "if-changed", "--verify"]);
  const after = await readTree(target);
  assertSameTree(after, await readTree(place.source), { ignore: ["inode"] });
  assert.strictEqual(after["mode"]?.inode, before["mode"]?.inode);
  const elsewhere = await Deno.lstat(`${target}/../elsewhere`);
  assert.strictEqual((elsewhere.mode ?? 0) & 0o777, 0o666, "an inode with other names is not ours");
});

Deno.test("--delete removes what the snapshot does not have, and follows no link", async () => {
  await using place = await makePlace({ "a": "1", "d": { "e": "2" } });
  await place.mustBackup();
  const target = targetOf(place);
  await writeTree(`${place.root}/../outside`, { "precious": "p" });
  await writeTree(target, {
    "a": "1",
    "extra": "x",
    "extra dir": { "deep": { "er": "y" }, "out": symlink(`${place.root}/../outside`) },
    "d": { "more": "z", "out": symlink(`${place.root}/../outside`) },
  });
  const args = ["latest", target, "--overwrite", "if-changed", "--delete"];
  const dry = await mustRestore(place, [...args, "--dry-run"]);
  assert.deepStrictEqual(
    dry.stdout.split("\n").filter((line) => line.startsWith("remove")).map((line) =>
      line.split("/").slice(-1)[0]
    ).sort(),
    ["extra", "extra dir", "more", "out"],
  );
  assert.ok("extra dir/deep/er" in await readTree(target), "a dry run removes nothing");
  const { stdout } = await mustRestore(place, args);
  assert.match(stdout, /Removed +7$/m);
  assertSameTree(await readTree(target), await readTree(place.source));
  assert.strictEqual(await Deno.readTextFile(`${place.root}/../outside/precious`), "p");
});

Deno.test("--delete leaves alone what the filter leaves out", async () => {
  await using place = await makePlace({ "a.txt": "1", "b.tmp": "2", "d": { "c.tmp": "3" } });
  await place.mustBackup();
  const target = targetOf(place);
  await writeTree(target, { "x.tmp": "x", "y.txt": "y", "z": { "z.tmp": "z" } });
  await mustRestore(place, ["latest", target, "--delete", "--exclude", "*.tmp"]);
  const paths = Object.keys(await readTree(target));
  assert.deepStrictEqual(paths, [".", "a.txt", "d", "x.tmp", "z", "z/z.tmp"]);
});

Deno.test("--delete with a single file removes nothing", async () => {
  await using place = await makePlace({ "a.txt": "1" });
  await place.mustBackup();
  await writeTree(targetOf(place), { "mine": "m" });
  await mustRestore(place, ["latest:a.txt", targetOf(place), "--delete"]);
  assert.deepStrictEqual(Object.keys(await readTree(targetOf(place))), [".", "a.txt", "mine"]);
});

Deno.test("--include and --exclude choose entries, with the directories they need", async () => {
  await using place = await makePlace({
    "a.txt": "1",
    "d": withMeta({
      "b.txt": "2",
      "c.bin": "3",
      "sub": { "e.txt": "4", "skip": { "f.txt": "5" } },
      "none": { "g.bin": "6" },
    }, { mode: 0o750 }),
    "whole": { "h.bin": "7" },
  });
  await place.mustBackup();
  const target = targetOf(place);
  const patterns = ["--include", "*.txt", "--include", "/whole/", "--exclude", "skip/"];
  await mustRestore(place, ["latest", target, ...patterns, "--verify"]);
  const restored = await readTree(target);
  assert.deepStrictEqual(Object.keys(restored), [
    ".",
    "a.txt",
    "d",
    "d/b.txt",
    "d/sub",
    "d/sub/e.txt",
    "whole",
    "whole/h.bin",
  ]);
  const source = await readTree(place.source);
  assert.deepStrictEqual(
    compareTrees(restored, source, {}).filter((line) => line.startsWith("differs")),
    [],
  );
});

Deno.test("--dry-run lists the plan in JSON lines and writes nothing", async () => {
  await using place = await makePlace({ "a": "123", "b": "1", "d": { "c": symlink("x") } });
  await place.mustBackup();
  const target = targetOf(place);
  await writeTree(target, { "b": "other", "gone": "g" });
  const before = await readTree(target);
  const args = ["latest", target, "--overwrite", "always", "--delete", "--dry-run", "--json"];
  const lines = jsonLines((await mustRestore(place, args)).stdout);
  assert.deepStrictEqual(
    lines.filter(({ message_type }) => message_type === "plan")
      .map(({ action, type, path, size }) => [action, type, path, size]),
    [
      ["attributes", "dir", "", undefined],
      ["create", "file", "a", 3],
      ["replace", "file", "b", 1],
      ["create", "dir", "d", undefined],
      ["create", "link", "d/c", undefined],
      ["remove", undefined, "gone", undefined],
    ],
  );
  const summary = lines.at(-1);
  assert.deepStrictEqual(
    [summary?.message_type, summary?.dry_run, summary?.files_restored, summary?.files_deleted],
    ["summary", true, 5, 1],
  );
  assertSameTree(await readTree(target), before, { ignore: [] });
});
