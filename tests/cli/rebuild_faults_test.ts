import assert from "node:assert/strict";
import { runPhlbAsUser } from "../support/as_user.ts";
import { mountImage } from "../support/loop_mount.ts";
import { runPhlb } from "../support/phlb.ts";
import { makePredecessorRoot, makeRebuildPlace } from "../support/rebuild_place.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, withMeta, writeTree } from "../support/tree.ts";

const TIME = "2026-01-07-120000";
const OTHER_NS = 1_600_000_000_000_000_001n;

Deno.test("an inode that takes no more links gives its place to the next equal one", async () => {
  await using place = await makeRebuildPlace({ n: { [TIME]: equalFiles(9) } });
  // The first link is the probe's.
  const inject = "linkat:error=EMLINK:when=4";
  const { code, stderr } = await runPhlb(["add", place.root], { inject });
  assert.strictEqual(code, 0, stderr);
  const tree = await place.read(`n/${TIME}`);
  const links = new Map<string, number>();
  for (const { inode, type } of Object.values(tree)) {
    if (type === "file") links.set(inode, (links.get(inode) ?? 0) + 1);
  }
  assert.deepStrictEqual([...links.values()].sort(), [1, 3, 6]);
  const { summary } = await place.must("add");
  assert.strictEqual(summary["linked"], 3);
});

for (const [call, error] of [["linkat", "ENOSPC"], ["pwrite64", "EIO"], ["fsync", "EIO"]]) {
  Deno.test(`a root that fails with ${error} in ${call} loses nothing`, async () => {
    await using place = await makeRebuildPlace({
      n: { [TIME]: { ...equalFiles(3), z: withMeta("the same", { mtimeNs: OTHER_NS }) } },
    });
    const before = await place.read("n");
    const inject = `${call}:error=${error}:when=3+`;
    const { code, stderr } = await runPhlb(["add", place.root], { inject });
    assert.strictEqual(code, 1, stderr);
    assert.match(stderr, /^Error: Cannot \w+ ".*": /m);
    assert.doesNotMatch(stderr, /^ +at /m);
    const after = await place.read("n");
    for (const [path, { sha256 }] of Object.entries(before)) {
      assert.strictEqual(after[path]?.sha256, sha256, path);
    }
    const { summary } = await place.must("add");
    assert.strictEqual(summary["damaged"], 0);
    assert.match(await place.manifest(`n/${TIME}`), / stored=1700\S+\n\.\/z type=\S+ .*time=1600/);
  });
}

Deno.test("a read-only root can be looked at with --dry-run, and nothing else", async () => {
  await using mount = await mountImage({ type: "ext4", sizeMib: 16 });
  const root = `${mount.path}/root`;
  await writeTree(root, { n: { [TIME]: equalFiles(2) } });
  await mount.remount("ro");
  const dry = await runPhlb(["add", root, "--dry-run", "--json"]);
  assert.strictEqual(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /"action":"link","files":1/);
  const { code, stderr } = await runPhlb(["add", root]);
  assert.strictEqual(code, 1);
  assert.match(
    stderr,
    /^Error: Cannot write to the backup root ".*": the file system is read-only/m,
  );
});

Deno.test("what a user may not read gets no manifest, and is told", async () => {
  await using place = await makeRebuildPlace({
    n: {
      [TIME]: { a: "a", secret: withMeta("s", { mode: 0 }) },
      "2026-01-08-120000": { b: "b", locked: withMeta({ c: "c" }, { mode: 0o555 }) },
    },
  });
  await run("chown", ["-R", "65534:65534", place.temp]);
  await run("chown", ["0:0", `${place.root}/n/${TIME}/secret`]);
  const { code, stdout, stderr } = await runPhlbAsUser(["add", place.root, "--json"]);
  assert.strictEqual(code, 3, stderr);
  const told = stderr.split("\n").filter((line) => line.includes('"error"'))
    .map((line) => JSON.parse(line)).map(({ code, item }) => [code, item]);
  assert.deepStrictEqual(told, [
    ["unreadable", `n/${TIME}/secret`],
    ["unsupported", "n/2026-01-08-120000/locked"],
  ]);
  const summary = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepStrictEqual([summary.manifests_written, summary.sums_written], [1, 1]);
  const { summary: asRoot } = await place.must("add");
  assert.deepStrictEqual([asRoot["manifests_written"], asRoot["sums_written"]], [1, 2]);
});

Deno.test("the portable file system makes the same of a root", async () => {
  const tree = {
    n: {
      [TIME]: { ...equalFiles(3), d: { "ü": "other" } },
      "2026-01-08-120000": { q: "the same" },
    },
  };
  await using posix = await makeRebuildPlace(tree);
  await using portable = await makeRebuildPlace(tree);
  await posix.must("add");
  const config = `${portable.temp}/phlb.toml`;
  await Deno.writeTextFile(config, '[performance]\nfile_system = "portable"\n');
  const { summary } = await portable.must("add", ["--config", config]);
  assert.strictEqual(summary["linked"], 3);
  const ofSnapshots = (path: string) => !/^n\/[0-9-]+(\/|$)/.test(path);
  // Deno's own calls set times to the millisecond.
  const ignore = ["inode", "nlink", "allocatedBytes", "mtimeNs"] as const;
  assertSameTree(await portable.read(), await posix.read(), { ignore, skip: ofSnapshots });
});

Deno.test("a directory of snapshots is not taken for a backup root", async () => {
  await using place = await makePredecessorRoot();
  const before = await place.read();
  const { code, stderr } = await runPhlb(["add", `${place.root}/documents`]);
  assert.strictEqual(code, 2);
  assert.match(stderr, /^Hint: Give the backup root itself: /m);
  assertSameTree(await readTree(place.root), before, { ignore: [] });
});

function equalFiles(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}`, "the same"]));
}
