import assert from "node:assert/strict";
import { isSumsFile, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import {
  device,
  fifo,
  hardlink,
  type Meta,
  readTree,
  socket,
  sparse,
  symlink,
  type Tree,
  withMeta,
  writeTree,
} from "../support/tree.ts";

/** Names that break line-based, shell-based or UTF-8-based tools. */
const HOSTILE: Tree = {
  "new\nline": "newline",
  "back\\slash": "backslash",
  "-dash": "dash",
  "-": "a dash alone",
  "emoji 😀": "emoji",
  "byte \udcff": "byte FF",
  "cr\rreturn": "carriage return",
  " lead and trail ": "spaces",
  "glob*?[x]": "glob",
  "hash#eq=": "mtree's own",
  ["x".repeat(255)]: "longest",
  SHA256SUMS: "a user's own",
  "dir \udcfe": { SHA256SUMS: "another", "SHA256SUMS.phlb": "and another", f: "f" },
};

/** One of everything that a file system can hold. */
const EVERYTHING: Tree = {
  ...HOSTILE,
  empty: withMeta({}, { mode: 0o1777, mtimeNs: 5n }),
  zero: "",
  setuid: withMeta("set", { mode: 0o4755, uid: 12, gid: 34 }),
  "old time": withMeta("old", { mtimeNs: -123_456_789n }),
  xattr: withMeta("x", { xattrs: { "user.comment": "hello\0there" } }),
  hard1: "two names",
  hard2: hardlink("hard1"),
  dangling: withMeta(symlink("nowhere"), { mtimeNs: -5n }),
  loop: symlink("loop"),
  "odd target": symlink("t\udcff\n"),
  pipe: withMeta(fifo(), { mode: 0o640 }),
  sock: socket(),
  "null device": withMeta(device("char", { major: 1, minor: 3 }), { mode: 0o666 }),
  holes: sparse(10 << 20),
};

Deno.test("two backups of everything a file system can hold give the source back, attributes and all", async () => {
  await using place = await makePlace(EVERYTHING);
  await place.mustBackup();
  await place.mustBackup();
  const expected = await readTree(place.source);
  for (const snapshot of place.snapshots()) {
    const stored = await readTree(snapshot);
    const ours = Object.keys(stored).filter((path) => !(path in expected));
    assert.deepStrictEqual(ours.sort(), [
      "SHA256SUMS.phlb",
      "dir \udcfe/SHA256SUMS.phlb.phlb",
    ]);
    assertSameTree(stored, expected, { skip: (path) => ours.includes(path) });
    assert.ok((stored["holes"]?.allocatedBytes ?? Infinity) < 1 << 20, "holes stay holes");
  }
  const { counts } = place.summary();
  assert.strictEqual(counts.copied, 0);
  assert.strictEqual(counts.unchanged, counts.walked - counts.directories);
});

Deno.test("rsync, sha256sum, mtree and bsdtar agree with what was stored", async () => {
  // libarchive's mtree reader knows every type but sockets.
  const { sock: _, ...tree } = EVERYTHING;
  await using place = await makePlace(tree);
  await place.mustBackup();
  const snapshot = place.latest();
  const differences = await run("rsync", [
    "-aHAXn",
    "--checksum",
    "--itemize-changes",
    "--delete",
    `${place.source}/`,
    `${snapshot}/`,
  ]);
  assert.deepStrictEqual(differences.trim().split("\n").sort(), [
    "*deleting   SHA256SUMS.phlb",
    "*deleting   dir \\#376/SHA256SUMS.phlb.phlb",
  ]);
  await run("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS.phlb"], { cwd: snapshot });
  await run("sh", ["-c", "cd dir*/ && sha256sum -c --strict --quiet SHA256SUMS.phlb.phlb"], {
    cwd: snapshot,
  });
  const manifest = `${snapshot}-manifest.mtree.gz`;
  const judged = await run("sh", ["-c", `zcat "${manifest}" | mtree -e -p "${snapshot}"`]);
  assert.strictEqual(judged, "", "mtree finds no difference");
  const listed = await run("bsdtar", ["-tf", manifest]);
  assert.strictEqual(listed.trim().split("\n").length, place.summary().counts.walked);
});

Deno.test("every entry is counted once, and the log tells each file's fate", async () => {
  await using place = await makePlace({ a: "same", b: "same", c: "other", d: { l: symlink("a") } });
  await place.mustBackup(["--exclude", "c"]);
  const { counts, excluded_by } = place.summary();
  assert.deepStrictEqual(
    { ...counts, new: 0 },
    {
      walked: 6,
      linked: 1,
      copied: 1,
      directories: 2,
      symlinks: 1,
      specials: 0,
      recorded: 0,
      excluded: 1,
      failed: 0,
      problems: 0,
      new: 0,
      changed: 0,
      unchanged: 0,
      damaged: 0,
      healed: 0,
    },
  );
  assert.deepStrictEqual(excluded_by, [{ rule: 'pattern "c"', layer: "--exclude", count: 1 }]);
  const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
  for (const line of [/copied "a"/, /linked "b" to /, /excluded "c" by /, /symlink "d\/l"/]) {
    assert.match(log, line);
  }
  const config = await Deno.readTextFile(`${place.latest()}-config.toml`);
  await Deno.writeTextFile(`${place.root}/../again.toml`, config);
  const shown = await runPhlb(["config", "check", "--config", `${place.root}/../again.toml`]);
  assert.strictEqual(shown.code, 0, shown.stderr);
});

Deno.test("a chmod of one of three equal files neither copies it nor changes an older snapshot", async () => {
  await using place = await makePlace({ a: "same", b: "same", c: "same" });
  await place.mustBackup();
  const [first = ""] = place.snapshots();
  const before = await readTree(first);
  await Deno.chmod(`${place.source}/b`, 0o600);
  await place.mustBackup();
  assertSameTree(await readTree(first), before);
  const { counts } = place.summary();
  assert.deepStrictEqual([counts.copied, counts.linked, counts.changed], [0, 3, 1]);
  const manifest = await run("zcat", [`${place.latest()}-manifest.mtree.gz`]);
  assert.match(manifest, /^\.\/b type=file mode=0600 /m);
});

Deno.test("dedup.metadata=inode stores equal content with another mode apart", async () => {
  await using place = await makePlace({ a: "same", b: withMeta("same", { mode: 0o600 }) });
  const env = { PHLB_DEDUP_METADATA: "inode" };
  for (let n = 0; n < 2; n++) {
    const { code, stderr } = await place.backup([], { env });
    assert.strictEqual(code, 0, stderr);
    const stored = await readTree(place.latest());
    assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
    assert.notStrictEqual(stored["a"]?.inode, stored["b"]?.inode);
  }
});

Deno.test("a root that is switched to dedup.metadata=inode keeps no file under another mode", async () => {
  const owned = (more: Meta) => withMeta("same", { mode: 0o640, ...more });
  await using place = await makePlace({
    a: owned({}),
    b: owned({ mode: 0o600 }),
    c: owned({ uid: 7 }),
    d: owned({ gid: 7 }),
  });
  await place.mustBackup();
  const shared = await readTree(place.latest());
  assert.strictEqual(shared["a"]?.inode, shared["b"]?.inode);
  for (let n = 0; n < 2; n++) {
    const { code, stderr } = await place.backup([], { env: { PHLB_DEDUP_METADATA: "inode" } });
    assert.strictEqual(code, 0, stderr);
    const stored = await readTree(place.latest());
    assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
  }
  assert.strictEqual(place.summary().counts.copied, 0, "the second run links them again");
});

Deno.test("what is left out of an unchanged directory is in the log of every run", async () => {
  await using place = await makePlace({ kept: "k", left: { "out.tmp": "o", kept: "k" } });
  for (let run = 0; run < 2; run++) {
    await place.mustBackup(["--exclude", "*.tmp"]);
    assert.deepStrictEqual(place.summary().counts.excluded, 1);
    const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
    assert.match(log, /INFO +excluded "left\/out\.tmp" by /, `run ${run}`);
  }
});

Deno.test("a symlink that is gone from the previous snapshot is reported and made again", async () => {
  await using place = await makePlace({ link: symlink("somewhere"), file: "f", gone: "g" });
  await place.mustBackup();
  await Deno.remove(`${place.latest()}/link`);
  await Deno.remove(`${place.latest()}/gone`);
  const { stderr } = await place.mustBackup([], 3);
  assert.match(stderr, /"link"[^\n]* again/);
  assertSameTree(await readTree(place.latest()), await readTree(place.source), {
    skip: isSumsFile,
  });
});

Deno.test("a stored file that was edited is reported, stored again, and never linked again", async () => {
  await using place = await makePlace({ a: "good content", b: "untouched" });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.latest()}/a`, "bad content!!");
  const outcome = await place.mustBackup([], 3);
  assert.match(`${outcome.stdout}${outcome.stderr}`, /damaged|differs|stored again/i);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/a`), "good content");
  assert.strictEqual(place.summary().counts.damaged, 1);
  await place.mustBackup();
  assert.strictEqual(place.summary().counts.copied, 0);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/a`), "good content");
});

Deno.test("a stored file that was deleted is reported and stored again", async () => {
  await using place = await makePlace({ a: "content" });
  await place.mustBackup();
  await Deno.remove(`${place.latest()}/a`);
  await place.mustBackup([], 3);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/a`), "content");
});

Deno.test("runs that begin in the same second make snapshots of their own", async () => {
  await using place = await makePlace({ a: "1" });
  await Promise.all([1, 2, 3].map(() => place.mustBackup(["--lock-wait", "30s"])));
  assert.strictEqual(place.snapshots().length, 3);
});

Deno.test("of unchanged directories nothing is read again, however large they are", async () => {
  const files = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}`, `content ${i}`]));
  await using place = await makePlace({
    small: files(3),
    large: { ...files(2500), sub: files(1) },
    edge: files(1000),
  });
  await place.mustBackup();
  // Deletes and additions elsewhere in a large directory leave the rest of it as it was.
  await Deno.remove(`${place.source}/large/file 1234`);
  await Deno.writeTextFile(`${place.source}/large/added`, "added");
  await place.mustBackup();
  const { counts } = place.summary();
  assert.deepStrictEqual([counts.new, counts.changed, counts.unchanged], [1, 0, 3503]);
  await place.mustBackup();
  const last = place.summary().counts;
  assert.deepStrictEqual([last.new, last.changed, last.unchanged], [0, 0, 3504]);
  assert.strictEqual(last.copied, 0);
});

Deno.test("content that moved, or lies in another backup of the root, is linked", async () => {
  await using place = await makePlace({ a: "wanders", d: { b: "stays" } });
  await place.mustBackup();
  await Deno.rename(`${place.source}/a`, `${place.source}/d/renamed`);
  await place.mustBackup();
  assert.strictEqual(place.summary().counts.copied, 0);
  const other = await runPhlb(["backup", place.source, place.root, "--name", "other"]);
  assert.strictEqual(other.code, 0, other.stderr);
  const [snapshot = ""] = [...Deno.readDirSync(`${place.root}/other`)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const { nlink } = Deno.lstatSync(`${place.root}/other/${snapshot}/d/renamed`);
  assert.strictEqual(nlink, 3);
});

Deno.test("--dry-run writes nothing and tells what would be done", async () => {
  await using place = await makePlace({ a: "1", b: "2" });
  const outcome = await place.mustBackup(["--dry-run"]);
  assert.match(outcome.stdout, /Dry run/);
  assert.deepStrictEqual([...Deno.readDirSync(place.root)], []);
});

Deno.test("--checksum finds content that changed behind size and times", async () => {
  await using place = await makePlace({ a: "before" });
  await place.mustBackup();
  await Deno.remove(`${place.source}/a`);
  await writeTree(`${place.source}/../other`, { a: "after!" }); // same size, same mtime
  await Deno.rename(`${place.source}/../other/a`, `${place.source}/a`);
  await place.mustBackup(["--checksum"]);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/a`), "after!");
});

Deno.test("--json prints one object a line, the last one a summary", async () => {
  await using place = await makePlace({ a: "1" });
  const { stdout } = await place.mustBackup(["--json"]);
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(lines.every((line) => typeof line.message_type === "string"));
  assert.strictEqual(lines.at(-1)?.message_type, "summary");
  assert.strictEqual(lines.at(-1)?.files_new, 1);
});

Deno.test("the current directory is backed up when no source is given", async () => {
  await using place = await makePlace({ a: "1" });
  const env = { PHLB_DESTINATION: place.root };
  const { code, stderr } = await runPhlb(["backup"], { cwd: place.source, env });
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(await Deno.readTextFile(`${place.latest()}/a`), "1");
});

Deno.test("newest-first stores the same snapshot and leaves nothing behind", async () => {
  await using place = await makePlace({ a: "1", d: { b: "22", c: "1" }, e: symlink("a") });
  const env = { PHLB_BACKUP_ORDER: "newest-first" };
  const { code, stderr } = await place.backup([], { env });
  assert.strictEqual(code, 0, stderr);
  const stored = await readTree(place.latest());
  assertSameTree(stored, await readTree(place.source), { skip: isSumsFile });
  const left = [...Deno.readDirSync(`${place.root}/source`)].map(({ name }) => name);
  assert.deepStrictEqual(left.filter((name) => name.startsWith(".")), []);
});

Deno.test("a backup root inside the source is left out, and said", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/source`, { a: "1", backups: {} });
  const source = `${temp.path}/source`;
  const outcome = await runPhlb(["backup", source, `${source}/backups`]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stderr + outcome.stdout, /lies in the source and is left out/);
  const [snapshot = ""] = [...Deno.readDirSync(`${source}/backups/source`)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const stored = await readTree(`${source}/backups/source/${snapshot}`);
  assert.deepStrictEqual(Object.keys(stored), [".", "SHA256SUMS", "a"]);
});

Deno.test("virtual files, whose size is not that of their content, are problems and not empty files", async () => {
  await using temp = await makeTempDir();
  const outcome = await runPhlb(["backup", "/proc/sys/kernel/random", temp.path]);
  assert.strictEqual(outcome.code, 3, outcome.stderr);
  assert.match(outcome.stderr, /Cannot back up "boot_id": it is a virtual file/);
  const [snapshot = ""] = [...Deno.readDirSync(`${temp.path}/random`)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  assert.deepStrictEqual([...Deno.readDirSync(`${temp.path}/random/${snapshot}`)], []);
});

Deno.test("an index outside the backup root is used where index.path says", async () => {
  await using place = await makePlace({ a: "alpha", d: { b: "beta" } });
  const index = `${place.root}/../index.sqlite3`;
  const { code, stderr } = await place.backup([], { env: { PHLB_INDEX_PATH: index } });
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(await run("sqlite3", [index, "SELECT count(*) FROM content"]), "2\n");
});
