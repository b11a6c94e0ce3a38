import assert from "node:assert/strict";
import { runPhlb } from "../support/phlb.ts";
import { makePredecessorRoot, makeRebuildPlace } from "../support/rebuild_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { symlink, withMeta, writeTree } from "../support/tree.ts";

const THEIRS = ["2026-11-21-040450", "2026-11-21-040454"] as const;

Deno.test("rebuild makes PyHardLinkBackup's root one of phlb, and leaves what it finds", async () => {
  await using place = await makePredecessorRoot();
  const before = await place.read();
  const { summary } = await place.must("rebuild");
  const { manifests_written, sums_written, damaged, snapshots } = summary;
  assert.deepStrictEqual([snapshots, manifests_written, sums_written, damaged], [2, 2, 0, 0]);

  const made = (path: string) =>
    /-manifest\.mtree\.gz$|-summary\.json$|^\.phlb\/(index\.sqlite3|lock|root\.json)$/.test(path);
  const dirs = (path: string) => [".", ".phlb", "documents"].includes(path);
  const after = await place.read();
  assertSameTree(after, before, { ignore: [], skip: (path) => made(path) || dirs(path) });
  assert.strictEqual(Object.keys(after).filter(made).length, 7);
  for (const time of THEIRS) {
    assert.deepStrictEqual(await place.checksumFaults(`documents/${time}`), []);
  }
  assert.match(await place.manifest(`documents/${THEIRS[0]}`), /^# phlb source \/home\/user\/doc/m);
  const listed = await place.phlb(["snapshots", place.root, "--json"]);
  assert.deepStrictEqual(
    listed.trimEnd().split("\n").map((line) => JSON.parse(line).kind),
    ["phlb", "phlb"],
  );
});

Deno.test("a backup after a rebuild of PyHardLinkBackup's root finds everything unchanged", async () => {
  await using place = await makePredecessorRoot();
  await place.must("rebuild");
  const source = `${place.temp}/documents`;
  await run("cp", ["-a", `${place.root}/documents/${THEIRS[1]}`, source]);
  await run("find", [source, "-name", "SHA256SUMS", "-delete"]);
  const { counts, bytes } = await backupSummary(source, place.root);
  assert.deepStrictEqual([counts.new, counts.changed, bytes.copied], [0, 0, 0]);
});

Deno.test("a second rebuild writes nothing but the index", async () => {
  await using place = await makePredecessorRoot();
  await place.must("rebuild");
  const before = await place.read();
  const { summary } = await place.must("rebuild", ["--link"]);
  assert.deepStrictEqual([summary["manifests_written"], summary["linked"]], [0, 0]);
  const own = (path: string) => path === "." || path.startsWith(".phlb");
  assertSameTree(await place.read(), before, { ignore: [], skip: own });
});

Deno.test("each inode is read once, unless the user wants every name read", async () => {
  await using place = await makePredecessorRoot();
  const { summary } = await place.must("rebuild", ["--dry-run"]);
  assert.deepStrictEqual([summary["files"], summary["files_hashed"]], [16, 10]);
  const again = await place.must("rebuild", ["--dry-run", "--no-skip-same-inode"]);
  assert.deepStrictEqual([again.summary["files"], again.summary["files_hashed"]], [16, 16]);
});

Deno.test("--dry-run tells what would be written and writes nothing", async () => {
  await using place = await makePredecessorRoot();
  await Deno.remove(`${place.root}/documents/${THEIRS[0]}/sub/SHA256SUMS`);
  const before = await place.read();
  const { lines, summary } = await place.must("rebuild", ["--dry-run", "--link"]);
  assertSameTree(await place.read(), before, { ignore: [] });
  assert.strictEqual(summary["dry_run"], true);
  const plans = lines.filter((line) => line["message_type"] === "plan");
  assert.deepStrictEqual(plans.map(({ action, sums_files }) => [action, sums_files]), [
    ["rebuild", 1],
    ["rebuild", 0],
    ["link", undefined],
  ]);
});

Deno.test("a flipped byte is told and not taken for the truth", async () => {
  await using place = await makePredecessorRoot();
  const snapshot = `documents/${THEIRS[0]}`;
  const file = `${place.root}/${snapshot}/sub/deep/unique.bin`;
  const sums = await Deno.readTextFile(`${place.root}/${snapshot}/sub/deep/SHA256SUMS`);
  const tree = await place.read("documents");
  const { inode } = tree[`${THEIRS[0]}/sub/deep/unique.bin`] ?? assert.fail();
  const names = Object.values(tree).filter((entry) => entry.inode === inode).length;
  await flipByte(file);
  for (const times of [1, 2]) {
    const { code, summary, problems } = await place.run("rebuild", ["--link"]);
    assert.deepStrictEqual([times, code, summary["damaged"]], [times, 3, names]);
    assert.ok(
      problems.some(({ code, item }) =>
        code === "damaged" && item === `${snapshot}/sub/deep/unique.bin`
      ),
    );
    const manifest = await place.manifest(snapshot);
    assert.ok(manifest.includes(sums.slice(0, 64)), "the recorded digest was lost");
    assert.strictEqual(
      await Deno.readTextFile(`${place.root}/${snapshot}/sub/deep/SHA256SUMS`),
      sums,
    );
  }
});

Deno.test("content that a damaged file should have is stored again by the next backup", async () => {
  await using place = await makePredecessorRoot();
  const source = `${place.temp}/other`;
  await Deno.mkdir(source);
  const snapshot = `${place.root}/documents/${THEIRS[0]}`;
  await run("cp", [`${snapshot}/sub/deep/unique.bin`, `${source}/copy`]);
  await flipByte(`${snapshot}/sub/deep/unique.bin`);
  await place.run("rebuild");
  const { bytes } = await backupSummary(source, place.root);
  assert.strictEqual(bytes.copied, (await Deno.stat(`${source}/copy`)).size);
});

Deno.test("checksum files are completed beside the old ones, and directories keep their times", async () => {
  await using place = await makePredecessorRoot();
  const [first, second] = THEIRS.map((time) => `${place.root}/documents/${time}`);
  const sums = `${first}/SHA256SUMS`;
  const lines = (await Deno.readTextFile(sums)).split("\n");
  await Deno.writeTextFile(sums, `${lines.slice(1).join("\n")}`);
  await Deno.remove(`${second}/SHA256SUMS`);
  await Deno.link(sums, `${place.temp}/elsewhere`);
  const before = await place.read("documents");
  const { summary } = await place.must("rebuild");
  assert.strictEqual(summary["sums_written"], 2);
  assert.deepStrictEqual(await place.checksumFaults("documents"), []);
  const written = (await Deno.readTextFile(sums)).trimEnd().split("\n");
  assert.deepStrictEqual(written, lines.filter((line) => line !== "").toSorted(byName));
  assert.strictEqual(
    await Deno.readTextFile(`${place.temp}/elsewhere`),
    lines.slice(1).join("\n"),
    "a shared checksum file was changed in place",
  );
  const after = await place.read("documents");
  for (const time of THEIRS) {
    assert.strictEqual(after[time]?.mtimeNs, before[time]?.mtimeNs, time);
    assert.strictEqual(after[`${time}/SHA256SUMS`]?.mtimeNs, before[time]?.mtimeNs);
    assert.strictEqual(after[`${time}/SHA256SUMS`]?.mode, 0o644);
  }
});

Deno.test("a deleted .phlb and a damaged index are made anew", async () => {
  await using place = await makeBackedUp();
  await Deno.remove(`${place.root}/.phlb`, { recursive: true });
  const { summary } = await place.must("rebuild");
  assert.strictEqual(summary["contents"], 2);
  await Deno.writeTextFile(`${place.root}/.phlb/index.sqlite3`, "no database at all");
  const again = await place.must("rebuild");
  assert.strictEqual(again.summary["contents"], 2);
  const { bytes } = await backupSummary(`${place.temp}/source`, place.root);
  assert.strictEqual(bytes.copied, 0);
});

Deno.test("a damaged manifest is made anew from what it still tells, and kept", async () => {
  await using place = await makeBackedUp();
  const id = place.latest();
  const path = `${place.root}/${id}-manifest.mtree.gz`;
  const whole = await Deno.readFile(path);
  const text = await place.manifest(id);
  await Deno.writeFile(path, whole.subarray(0, whole.length - 8));
  const { code, summary, problems } = await place.run("rebuild");
  assert.deepStrictEqual([code, summary["manifests_written"]], [3, 1]);
  assert.deepStrictEqual(problems.map(({ item }) => item), [`${id}-manifest.mtree.gz`]);
  assert.strictEqual((await Deno.stat(`${path}.damaged`)).size, whole.length - 8);
  assert.deepStrictEqual(namesAndDigests(await place.manifest(id)), namesAndDigests(text));
  await place.must("rebuild");
});

Deno.test("checksum files that went missing in a snapshot of phlb come back as they were", async () => {
  await using place = await makeBackedUp();
  const id = place.latest();
  const before = await place.read(id);
  await run("find", [`${place.root}/${id}`, "-name", "SHA256SUMS*", "-delete"]);
  await run("cp", ["-a", `${place.temp}/source/SHA256SUMS`, `${place.root}/${id}/`]);
  const { summary } = await place.must("rebuild");
  assert.strictEqual(summary["sums_written"], 2);
  assertSameTree(await place.read(id), before);
});

Deno.test("what a manifest has and the snapshot has not is told", async () => {
  await using place = await makeBackedUp();
  const id = place.latest();
  await Deno.remove(`${place.root}/${id}/a`);
  await Deno.writeTextFile(`${place.root}/${id}/late`, "came later");
  const { code, problems, stderr } = await place.run("rebuild");
  assert.strictEqual(code, 3);
  assert.deepStrictEqual(problems, [{ code: "vanished", item: `${id}/a` }]);
  assert.match(stderr, /late\\" is not in the manifest/);
});

Deno.test("hostile names survive a rebuild byte for byte", async () => {
  const names = ["new\nline", "back\\slash", "\udcff\udc80", "*?[x]", " ", "-", "a#b=c", "ü"];
  const tree = Object.fromEntries(names.map((name, i) => [name, `content ${i}`]));
  await using place = await makeRebuildPlace({
    n: { "2026-01-07-120000": { ...tree, [`dir ${names[0]}`]: { f: "x", l: symlink("a b\nc") } } },
  });
  const source = `${place.temp}/n`;
  await run("cp", ["-a", `${place.root}/n/2026-01-07-120000`, source]);
  const { summary } = await place.must("rebuild");
  assert.strictEqual(summary["sums_written"], 2);
  assert.deepStrictEqual(await place.checksumFaults("n/2026-01-07-120000"), []);
  const { counts } = await backupSummary(source, place.root);
  assert.deepStrictEqual([counts.copied, counts.new, counts.changed], [0, 0, 0]);
});

Deno.test("rebuild ends with the table's exit codes", async () => {
  await using place = await makeRebuildPlace({ notes: { "a.txt": "a" } });
  const codes = async (args: readonly string[]) => (await runPhlb(args)).code;
  assert.strictEqual(await codes(["rebuild", `${place.temp}/missing`]), 10);
  assert.strictEqual(await codes(["rebuild", place.root]), 10);
  assert.deepStrictEqual(Object.keys(await place.read()), [".", "notes", "notes/a.txt"]);
  assert.strictEqual(await codes(["rebuild", place.root, "--lock-wait", "soon"]), 2);
  assert.strictEqual(await codes(["rebuild"]), 2);
});

Deno.test("a root that another run has locked is waited for or left alone", async () => {
  await using place = await makePredecessorRoot();
  await place.must("rebuild");
  const lock = `${place.root}/.phlb/lock`;
  const script = `flock -n "${lock}" sh -c 'echo held; read line'`;
  const child = new Deno.Command("sh", { args: ["-c", script], stdin: "piped", stdout: "piped" })
    .spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const { code } = await place.run("rebuild");
  const dryRun = await place.run("rebuild", ["--dry-run"]);
  await child.stdin.close();
  await reader.cancel();
  await child.status;
  assert.deepStrictEqual([code, dryRun.code], [11, 0]);
});

Deno.test("a root that cannot be written to ends a rebuild before it begins", async () => {
  await using place = await makePredecessorRoot();
  await Deno.remove(`${place.root}/.phlb`, { recursive: true });
  const before = await place.read();
  const inject = "mkdirat:error=EROFS:when=1+";
  const { code, stderr } = await runPhlb(["rebuild", place.root], { inject });
  assert.strictEqual(code, 1, stderr);
  assert.match(stderr, /^Error: Cannot write to the backup root ".*": /m);
  assertSameTree(await place.read(), before, { ignore: [] });
});

/** A root with one snapshot that phlb made. */
async function makeBackedUp() {
  const place = await makeRebuildPlace();
  const source = `${place.temp}/source`;
  await writeTree(source, {
    a: "alpha",
    SHA256SUMS: "the user's own\n",
    d: { b: withMeta("alpha", { mtimeNs: 5_000_000_007n, mode: 0o600 }), l: symlink("b") },
  });
  await place.phlb(["backup", source, place.root]);
  const latest = () => {
    const times = [...Deno.readDirSync(`${place.root}/source`)].filter((e) => e.isDirectory);
    return `source/${times.map(({ name }) => name).sort().at(-1)}`;
  };
  return { ...place, latest, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

async function backupSummary(source: string, root: string) {
  const { code, stdout, stderr } = await runPhlb(["backup", source, root, "--json"]);
  assert.strictEqual(code, 0, stderr);
  const summary = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .find((line) => line.message_type === "summary");
  return summary;
}

/** Changes one byte and nothing that lstat shows. */
async function flipByte(path: string): Promise<void> {
  const before = await Deno.stat(path);
  const file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.read(byte);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new Uint8Array([(byte[0] ?? 0) ^ 1]));
  file.close();
  await run("touch", ["-d", `@${(before.mtime?.getTime() ?? 0) / 1000}`, path]);
}

function byName(a: string, b: string): number {
  return a.slice(66) < b.slice(66) ? -1 : 1;
}

function namesAndDigests(manifest: string): string[] {
  return manifest.split("\n").filter((line) => line.startsWith("."))
    .map((line) => line.replaceAll(/ (?:mode|[ug]id|[ug]name|time)=\S+/g, ""));
}
