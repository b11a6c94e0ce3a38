import assert from "node:assert/strict";
import { keptTimeNs } from "../support/portable.ts";
import { createHash } from "node:crypto";
import { isSumsFile } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import {
  makePredecessorRoot,
  makeRebuildPlace,
  type RebuildPlace,
} from "../support/rebuild_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import {
  DEFAULT_MTIME_NS,
  hardlink,
  symlink,
  type Tree,
  type TreeOnDisk,
  withMeta,
  writeTree,
} from "../support/tree.ts";

const T = ["2026-01-07-120000", "2026-01-08-120000", "2026-01-09-120000"] as const;
const LATER_NS = keptTimeNs(DEFAULT_MTIME_NS + 86_400_000_000_007n);

Deno.test("a copy that a hand moved into the root is linked by the next backup, unread", async () => {
  await using place = await makeRebuildPlace();
  const source = `${place.temp}/drive`;
  await writeTree(source, {
    "a.txt": withMeta("alpha", { mode: 0o640, xattrs: { "user.tag": "kept" } }),
    SHA256SUMS: "not ours\n",
    docs: { b: "beta", c: withMeta("beta", { mtimeNs: LATER_NS }), l: symlink("b"), empty: {} },
  });
  await Deno.mkdir(`${place.root}/drive`);
  await run("cp", ["-a", source, `${place.root}/drive/${T[0]}`]);
  const { summary } = await place.must("add");
  const { manifests_written, sums_written, linked, bytes_saved } = summary;
  assert.deepStrictEqual([manifests_written, sums_written, linked, bytes_saved], [1, 2, 1, 4]);
  assert.ok((await place.read(`drive/${T[0]}`))["SHA256SUMS.phlb"]);

  // Only who reads the content would notice: size and mtime are the same. No sample is taken.
  await Deno.remove(`${source}/docs/b`);
  await writeTree(`${source}/docs`, { b: "BETA" });
  await Deno.writeTextFile(`${place.temp}/phlb.toml`, "backup.sample = 0\n");
  const config = ["--config", `${place.temp}/phlb.toml`];
  const { counts, bytes } = lastLine(
    await place.phlb(["backup", source, place.root, "--json", ...config]),
  );
  assert.deepStrictEqual([counts.new, counts.changed, bytes.copied], [0, 0, 0]);
  const [added, latest] = await twoTrees(place, "drive");
  for (const path of ["a.txt", "docs/b", "docs/c", "SHA256SUMS"]) {
    assert.strictEqual(latest[path]?.inode, added[path]?.inode, path);
  }
});

Deno.test("linking duplicates keeps what every entry had in its manifest", async () => {
  await using place = await makeRebuildPlace({
    one: {
      [T[0]]: { a: withMeta("same", { mode: 0o600 }), b: withMeta("same", { mtimeNs: LATER_NS }) },
    },
    two: { [T[1]]: { d: withMeta({ c: "same", x: "other" }, { mode: 0o700 }) } },
  });
  const before = await place.read();
  const { summary } = await place.must("add");
  assert.deepStrictEqual([summary["linked"], summary["bytes_saved"]], [2, 8]);
  const after = await place.read();
  const keeper = after[`one/${T[0]}/a`]?.inode;
  assert.strictEqual(after[`one/${T[0]}/b`]?.inode, keeper);
  assert.strictEqual(after[`two/${T[1]}/d/c`]?.inode, keeper);
  const kept = (path: string) => !/\/(?:a|b|x|d|c)$|-120000$/.test(path) || /\/[bc]$/.test(path);
  assertSameTree(after, before, { skip: kept });

  const one = await place.manifest(`one/${T[0]}`);
  assert.match(one, /stored=1700000000\.123456789\n\.\/b .* time=1700086400\.123456796 /);
  assert.match(one, /^\.\/a type=file mode=0600 /m);
  assert.match(await place.manifest(`two/${T[1]}`), /dev=0,0\n\.\/d\/c type=file mode=0644 /);
  const again = await place.must("add");
  assert.deepStrictEqual([again.summary["linked"], again.summary["manifests_written"]], [0, 0]);
});

Deno.test('with dedup.metadata = "inode" only entries that say the same are linked', async () => {
  await using place = await makeRebuildPlace({
    n: {
      [T[0]]: { a: "same", b: "same", c: withMeta("same", { mode: 0o600 }) },
    },
  });
  const config = `${place.temp}/phlb.toml`;
  await Deno.writeTextFile(config, '[dedup]\nmetadata = "inode"\n');
  const { summary } = await place.must("add", ["--config", config]);
  assert.strictEqual(summary["linked"], 1);
  const tree = await place.read(`n/${T[0]}`);
  assert.strictEqual(tree["a"]?.inode, tree["b"]?.inode);
  assert.notStrictEqual(tree["a"]?.inode, tree["c"]?.inode);
});

Deno.test("a root of PyHardLinkBackup 0.x is verified by its own checksum files", async () => {
  await using place = await makeRebuildPlace({
    docs: {
      [T[0]]: { "phlb_config.ini": "[x]\n", ...withSha512({ a: "alpha", b: "beta" }) },
      [T[1]]: {
        "phlb_config.ini": "[x]\n",
        ...withSha512({ a: "alpha" }),
        ...withSha512({ c: "gamma" }, "no gamma"),
      },
    },
  });
  const { code, problems, summary } = await place.run("add");
  assert.strictEqual(code, 3);
  assert.deepStrictEqual(problems, [{ code: "damaged", item: `docs/${T[1]}/c` }]);
  assert.strictEqual(summary["linked"], 1);
  const manifest = await place.manifest(`docs/${T[1]}`);
  assert.match(manifest, /^\.\/c type=file .* time=\S+$/m);
  assert.doesNotMatch(manifest, /sha512|phlb_config/);
  const tree = await place.read(`docs/${T[1]}`);
  assert.ok(tree["a.sha512"] && tree["phlb_config.ini"], "0.x's own files were removed");
  assert.deepStrictEqual(await place.checksumFaults("docs"), []);
  const again = await place.run("rebuild");
  assert.deepStrictEqual([again.code, again.problems], [3, problems]);
});

Deno.test("rsnapshot's directories are listed, and adopted when asked", async () => {
  await using place = await makeRebuildPlace({
    "daily.0": withMeta({ localhost: { etc: { f: "old", same: "same" } } }, { mtimeNs: LATER_NS }),
    "daily.1": {
      localhost: { etc: { f: hardlink("daily.0/localhost/etc/f"), gone: "gone", same: "same" } },
    },
  });
  const before = await place.read();
  const listed = await place.must("add");
  assert.deepStrictEqual(
    listed.lines.map(({ message_type, path, to }) => [message_type, path, to]),
    [["adoptable", "daily.0", null], ["adoptable", "daily.1", null]],
  );
  assert.strictEqual((await place.run("add", ["--adopt"])).code, 2);
  const dry = await place.must("add", ["--adopt", "--name", "home", "--dry-run"]);
  assert.deepStrictEqual(
    dry.lines.filter(({ action }) => action === "adopt").map(({ path, to }) => [path, to]),
    [["daily.1", "home/2023-11-14-221320"], ["daily.0", "home/2023-11-15-221320"]],
  );
  assertSameTree(await place.read(), before, { ignore: [] });

  const { summary } = await place.must("add", ["--adopt", "--name", "home"]);
  assert.deepStrictEqual([summary["adopted"], summary["linked"]], [2, 1]);
  const after = await place.read("home");
  const [older, newer] = ["2023-11-14-221320", "2023-11-15-221320"];
  const inode = (path: string) => after[path]?.inode ?? assert.fail(path);
  const etc = "localhost/etc";
  assert.strictEqual(inode(`${newer}/${etc}/f`), before["daily.0/localhost/etc/f"]?.inode);
  assert.strictEqual(inode(`${older}/${etc}/f`), inode(`${newer}/${etc}/f`));
  assert.strictEqual(inode(`${older}/${etc}/same`), inode(`${newer}/${etc}/same`));
  assert.deepStrictEqual(await place.checksumFaults("home"), []);
  assert.strictEqual(after[newer]?.mtimeNs, LATER_NS);
});

Deno.test("dates below a name and Back In Time's directories are adopted in order", async () => {
  await using place = await makeRebuildPlace({
    pics: {
      "2024-01-05": { f: "1" },
      "2024-01-05_12-30-00": { f: "2" },
      "20240105-123000-123": { backup: { f: "3" }, info: "x" },
      notes: { f: "left alone" },
    },
  });
  const { summary } = await place.must("add", ["--adopt"]);
  assert.strictEqual(summary["adopted"], 3);
  const tree = await place.read("pics");
  const times = Object.keys(tree).filter((path) => /^[0-9-]+$/.test(path) && !tree[path]?.sha256);
  assert.deepStrictEqual(times, [
    "2024-01-05-000000",
    "2024-01-05-123000",
    "2024-01-05-123001",
    "20240105-123000-123",
  ]);
  assert.ok(tree["notes/f"] && tree["20240105-123000-123/info"]);
});

Deno.test("relinked manifests tell which ones they replaced, so that the chain goes on", async () => {
  await using place = await makeRebuildPlace();
  const source = `${place.temp}/s`;
  await writeTree(source, { a: "same", b: withMeta("same", { mtimeNs: LATER_NS }), c: "more" });
  const config = `${place.temp}/phlb.toml`;
  await Deno.writeTextFile(config, "[dedup]\nmin_size = 1000\n");
  for (const _ of T) {
    await place.phlb(["backup", source, place.root, "--config", config]);
    await Deno.writeTextFile(`${source}/c`, `more of ${_}`);
  }
  const { summary } = await place.must("add");
  assert.strictEqual(summary["linked"], 3);
  await assertChain(place, "s");
  const text = await place.manifest(`s/${(await timesOf(place, "s"))[2]}`);
  assert.match(text, / stored=\S+\n\.\/[ab] type=file/);
  const { counts } = lastLine(await place.phlb(["backup", source, place.root, "--json"]));
  assert.deepStrictEqual([counts.problems, counts.damaged], [0, 0]);
});

/**
 * Where SIGKILL hits, by the system call that the process is about to make: `renameat2` gives new
 * names, `renameat` takes the place of what is there.
 */
const KILL_POINTS = [
  "mkdirat:when=1",
  "fsync:when=1",
  "fsync:when=2",
  "renameat2:when=1",
  "renameat2:when=2",
  "renameat2:when=4",
  "renameat2:when=6",
  "renameat2:when=8",
  "renameat2:when=9",
  "renameat2:when=10",
  "renameat:when=1",
  "renameat:when=2",
  "renameat:when=3",
  "renameat:when=4",
  "renameat:when=5",
  "linkat:when=1",
  "linkat:when=2",
  "linkat:when=3",
  "utimensat:when=1",
  "unlinkat:when=3",
  "syncfs:when=1",
  "syncfs:when=2",
];

for (const point of KILL_POINTS) {
  Deno.test(`after SIGKILL at ${point} nothing is lost and the next add completes it`, async () => {
    await using place = await makeRebuildPlace({
      n: {
        [T[0]]: {
          a: "same",
          SHA256SUMS: "own\n",
          d: { b: withMeta("same", { mtimeNs: LATER_NS }) },
        },
        [T[1]]: { a: withMeta("same", { mtimeNs: LATER_NS, mode: 0o600 }), d: { e: "same" } },
      },
    });
    const before = await place.read("n");
    const inject = point.replace(":", ":signal=KILL:");
    const killed = await runPhlb(["add", place.root], { inject });
    assert.strictEqual(killed.code, 128 + 9, `${killed.stdout}${killed.stderr}`);
    assertContents(await place.read("n"), before);

    await place.must("add");
    const after = await place.read("n");
    assertContents(after, before);
    const stray = Object.keys(after).filter((path) => /\.phlb-|\.new$/.test(path));
    assert.deepStrictEqual(stray, []);
    const inodes = ["a", "d/b"].map((path) => after[`${T[0]}/${path}`]?.inode);
    assert.deepStrictEqual(new Set(inodes).size, 1);
    for (const time of [T[0], T[1]]) {
      assert.strictEqual(after[time]?.mtimeNs, before[time]?.mtimeNs);
      await assertManifestTrue(place, `n/${time}`, before);
    }
    assert.deepStrictEqual(await place.checksumFaults(`n/${T[1]}`), []);
    assert.ok(after[`${T[0]}/SHA256SUMS.phlb`]);
    assert.strictEqual(after[`${T[1]}/SHA256SUMS.phlb`], undefined);
    const { problems } = await place.must("rebuild");
    assert.deepStrictEqual(problems, []);
  });
}

Deno.test("Ctrl-C ends it with 130, and it can be run again", async () => {
  await using place = await makePredecessorRoot();
  const fifo = `${place.root}/documents/${T[2]}`;
  await Deno.mkdir(fifo);
  await run("truncate", ["-s", "200G", `${fifo}/large`]);
  const started = startPhlb(["rebuild", place.root, "--json"], {
    env: { PHLB_LOG_PROGRESS: "true" },
  });
  while (!await isLocked(place)) await new Promise((resolve) => setTimeout(resolve, 20));
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  await Deno.remove(fifo, { recursive: true });
  await place.must("rebuild");
});

async function isLocked({ root }: RebuildPlace): Promise<boolean> {
  try {
    return (await Deno.readTextFile(`${root}/.phlb/lock`)).includes("rebuild");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Every file still has its content; times and modes may be those of an equal file. */
function assertContents(after: TreeOnDisk, before: TreeOnDisk): void {
  for (const [path, { sha256 }] of Object.entries(before)) {
    assert.strictEqual(after[path]?.sha256, sha256, path);
  }
}

/** The manifest has what the entries were before, and the mtime of the inodes as they are. */
async function assertManifestTrue(place: RebuildPlace, id: string, before: TreeOnDisk) {
  const after = await place.read(id);
  const lines = (await place.manifest(id)).split("\n");
  for (const [path, entry] of Object.entries(after)) {
    if (entry.type !== "file" || /SHA256SUMS\.phlb$/.test(path)) continue;
    if (isSumsFile(path) && before[`${id.slice(2)}/${path}`] === undefined) continue;
    const at = lines.findIndex((line) => line.startsWith(`./${path} `));
    const own = before[`${id.slice(2)}/${path}`];
    assert.ok(own, path);
    assert.match(lines[at] ?? "", new RegExp(` mode=0${own.mode.toString(8)} `));
    assert.ok(lines[at]?.includes(` time=${timeText(own.mtimeNs)} `), lines[at]);
    const stored = entry.mtimeNs === own.mtimeNs ? "" : ` stored=${timeText(entry.mtimeNs)}`;
    assert.strictEqual(lines[at - 1], `# ctime=0.000000000 ino=0 dev=0,0${stored}`, path);
  }
}

function timeText(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")}`;
}

/** Each manifest names the digest of the one before as it is now. */
async function assertChain(place: RebuildPlace, name: string): Promise<void> {
  let before: readonly string[] = [];
  for (const time of await timesOf(place, name)) {
    const text = await place.manifest(`${name}/${time}`);
    const named = /^# phlb previous \S+ (\S+)$/m.exec(text)?.[1];
    assert.ok(before.length === 0 ? named === undefined : before.includes(named ?? ""), time);
    const bytes = await Deno.readFile(`${place.root}/${name}/${time}-manifest.mtree.gz`);
    const rewritten = /^# phlb rewritten (.+)$/m.exec(text)?.[1]?.split(" ") ?? [];
    before = [createHash("sha256").update(bytes).digest("hex"), ...rewritten];
  }
}

async function timesOf(place: RebuildPlace, name: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${place.root}/${name}`));
  return entries.filter(({ isDirectory }) => isDirectory).map((entry) => entry.name).sort();
}

async function twoTrees(place: RebuildPlace, name: string): Promise<[TreeOnDisk, TreeOnDisk]> {
  const [first = "", second = ""] = await timesOf(place, name);
  return [await place.read(`${name}/${first}`), await place.read(`${name}/${second}`)];
}

function withSha512(files: Record<string, string>, content?: string): Tree {
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => {
      const digest = createHash("sha512").update(content ?? text).digest("hex");
      return [[name, text], [`${name}.sha512`, digest]];
    }),
  );
}

function lastLine(stdout: string) {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}
