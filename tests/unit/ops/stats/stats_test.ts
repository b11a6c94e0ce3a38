import assert from "node:assert/strict";
import { AppError } from "../../../../src/base/app_error.ts";
import type { FileSystem } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import type { WorkEvent } from "../../../../src/ops/ops_deps.ts";
import type { CountAnswer } from "../../../../src/ops/stats/count_batch.ts";
import { countRole } from "../../../../src/ops/stats/count_role.ts";
import type { CountCall, StartCounter } from "../../../../src/ops/stats/count_threads.ts";
import type { LinkLimit } from "../../../../src/ops/stats/link_limit.ts";
import type { RootStats } from "../../../../src/ops/stats/root_stats.ts";
import { statsOf, type StatsQuery } from "../../../../src/ops/stats/stats.ts";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import { inlineLane } from "../../../../src/threads/lane.ts";
import { fc } from "../../../support/property.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { run } from "../../../support/run.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { hardlink, symlink, type Tree, withMeta, writeTree } from "../../../support/tree.ts";

interface Counted {
  readonly stats: RootStats;
  readonly events: readonly WorkEvent[];
}

interface CountSettings extends Partial<StatsQuery> {
  readonly faults?: readonly Fault[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: WorkEvent) => void;
}

/** Counts `root` in this thread, and checks that nothing stays open. */
async function count(root: string, settings: CountSettings = {}): Promise<Counted> {
  const { faults = [], signal = new AbortController().signal, onEvent, ...query } = settings;
  const events: WorkEvent[] = [];
  const before = openFiles();
  const startCounter: StartCounter = (start) => {
    const fs: FileSystem = faultyFileSystem(openFileSystem("posix").fs, faults);
    const lane = inlineLane<CountCall, CountAnswer>(countRole(fs, start), () => fs.closeAll());
    return Promise.resolve({ lane, report: { fence: { raised: false, abi: 0 } } });
  };
  try {
    const stats = await statsOf({
      fs: openFileSystem("posix").fs,
      clock: new FakeClock(),
      signal,
      onEvent: (event) => {
        events.push(event);
        onEvent?.(event);
      },
      startCounter,
    }, {
      addresses: [],
      name: undefined,
      base: { root, name: undefined, cwd: root },
      isQuick: false,
      fence: "auto",
      cores: 2,
      ...query,
    });
    return { stats, events };
  } finally {
    assert.deepStrictEqual(openFiles(), before);
  }
}

function openFiles(): number {
  const { fs } = openFileSystem("posix");
  const dir = fs.openRoot("/proc/self/fd");
  try {
    return fs.readDir(dir).names.length;
  } finally {
    fs.closeDir(dir);
  }
}

/** 8 KiB that nothing else holds. */
function block(letter: string): string {
  return letter.repeat(8192);
}

/** Two names; `b` stands in two snapshots, `c` twice in one, and `x` also where nobody looks. */
const ROOT: Tree = {
  outside: block("x"),
  one: {
    "2026-01-01-000000": { "a": block("a"), "b": block("b"), "sub": { "link": symlink("../a") } },
    "2026-01-03-000000": {
      "b": hardlink("one/2026-01-01-000000/b"),
      "new": { "c": block("c"), "c2": hardlink("one/2026-01-03-000000/new/c") },
    },
  },
  two: {
    "2026-01-02-000000": { "b": hardlink("one/2026-01-01-000000/b"), "x": hardlink("outside") },
  },
};

async function makeRoot(tree: Tree = ROOT) {
  const temp = await makeTempDir();
  await writeTree(temp.path, tree);
  return temp;
}

async function diskUsage(path: string): Promise<number> {
  return Number((await run("du", ["-sB1", path])).split("\t")[0]);
}

Deno.test("statsOf() tells for each snapshot what it shares, and what it alone holds", async () => {
  await using temp = await makeRoot();
  const { stats } = await count(temp.path);
  const kib = (bytes: number | undefined) => (bytes ?? NaN) / 1024;
  assert.deepStrictEqual(
    stats.snapshots.map(({ snapshot, files, apparentBytes, others, isFirst, count: counted }) => [
      snapshot.id,
      isFirst,
      files,
      others,
      kib(apparentBytes),
      kib(counted?.uniqueBytes),
      kib(counted?.sharedBytes),
    ]),
    [
      ["one/2026-01-01-000000", true, 2, 1, 16, 8, 8],
      ["one/2026-01-03-000000", false, 3, 0, 24, 8, 8],
      // What somebody else holds as well is not freed.
      ["two/2026-01-02-000000", true, 2, 0, 16, 0, 16],
    ],
  );
});

Deno.test("statsOf() adds up to what du says of the root", async () => {
  await using temp = await makeRoot({
    ...ROOT,
    ".phlb": { "index.sqlite3": block("i"), trash: { "one": { "2025": { a: block("t") } } } },
    stray: { deep: { file: block("s") } },
  });
  const { stats: { totals } } = await count(temp.path);
  assert.strictEqual(totals.count?.totalBytes, await diskUsage(temp.path));
  const { snapshotBytes, uniqueBytes, sharedBytes, overheadBytes, otherBytes } = totals.count;
  assert.strictEqual(uniqueBytes + sharedBytes + overheadBytes, snapshotBytes);
  assert.strictEqual(snapshotBytes + otherBytes, totals.count.totalBytes);
  assert.deepStrictEqual(totals.count.others.map(({ kind }) => kind), ["trash", "private", "rest"]);
});

Deno.test("statsOf() counts a snapshot's companions for it, and those of a partial for that", async () => {
  const time = "2026-01-01-000000";
  await using temp = await makeRoot({
    n: {
      [time]: { a: block("a") },
      [`${time}-manifest.mtree.gz`]: block("m"),
      [`${time}-backup.log`]: block("l"),
      ".2026-01-02-000000.partial": { a: hardlink(`n/${time}/a`), b: block("b") },
      "2026-01-02-000000-backup.log": block("k"),
      ".2026-01-02-000000-manifest.mtree.gz.new": block("n"),
    },
  });
  const { stats } = await count(temp.path);
  const directory = await diskUsage(`${temp.path}/n/${time}`) - 8192;
  assert.strictEqual(stats.snapshots[0]?.count?.freedBytes, directory + 2 * 8192);
  assert.strictEqual(stats.snapshots[0]?.count?.freedInodes, 3);
  const partial = stats.totals.count?.others.find(({ kind }) => kind === "partial");
  assert.deepStrictEqual(partial, {
    kind: "partial",
    id: "n/2026-01-02-000000",
    storedBytes: directory + 4 * 8192,
    freedBytes: directory + 3 * 8192,
    freedInodes: 4,
  });
});

Deno.test("statsOf() counts checksum files that phlb put there as such, and a user's as files", async () => {
  const time = "2026-01-01-000000";
  const sums = { "SHA256SUMS": block("u"), "SHA256SUMS.phlb": block("o"), a: block("a") };
  const manifest = { [`${time}-manifest.mtree.gz`]: "" };
  await using temp = await makeRoot({
    ours: { [time]: sums, ...manifest },
    bare: { [time]: sums },
  });
  const { stats } = await count(temp.path);
  assert.deepStrictEqual(stats.snapshots.map(({ snapshot, files }) => [snapshot.name, files]), [
    ["bare", 3],
    ["ours", 2],
  ]);
});

Deno.test("statsOf() tells what removing the named snapshots together frees", async () => {
  await using temp = await makeRoot({
    n: {
      "2026-01-01-000000": { a: block("a") },
      "2026-01-02-000000": { a: hardlink("n/2026-01-01-000000/a") },
      "2026-01-03-000000": { c: block("c") },
    },
  });
  const addresses = ["n/2026-01-01", "n/2026-01-02"];
  const { stats } = await count(temp.path, { addresses });
  const alone = stats.snapshots.map((one) => one.count?.freedBytes ?? NaN);
  assert.deepStrictEqual([stats.isNamed, alone.length], [true, 2]);
  const directories = alone.reduce((sum, bytes) => sum + bytes, 0);
  assert.deepStrictEqual(stats.together, { freedBytes: directories + 8192, freedInodes: 3 });
});

Deno.test("statsOf() says where a snapshot holds contents that older ones did not", async () => {
  await using temp = await makeRoot();
  const { stats } = await count(temp.path, { addresses: ["one/latest"] });
  assert.deepStrictEqual(stats.snapshots.map((one) => one.count?.growth), [
    { places: [{ relPath: "new", addedBytes: 8192 }], elsewhereBytes: 0 },
  ]);
});

Deno.test("statsOf() shows one name alone, and still counts what the others share with it", async () => {
  await using temp = await makeRoot();
  const { stats } = await count(temp.path, { name: "two" });
  assert.deepStrictEqual(stats.snapshots.map(({ snapshot }) => snapshot.name), ["two"]);
  assert.strictEqual(stats.totals.snapshots, 3);
  assert.strictEqual(stats.snapshots[0]?.count?.uniqueBytes, 0);
});

Deno.test("statsOf() goes on where a directory cannot be read, and takes nothing in it for free", async () => {
  await using temp = await makeRoot({
    n: {
      "2026-01-01-000000": { a: block("a"), b: block("b") },
      "2026-01-02-000000": { secret: { a: hardlink("n/2026-01-01-000000/a") } },
    },
  });
  const path = (at: string) => at.endsWith("/secret");
  const faults: Fault[] = [{ op: "openDir", path, code: "EACCES", always: true }];
  const { stats, events } = await count(temp.path, { faults });
  const problems = events.flatMap((event) => event.kind === "problem" ? [event.problem] : []);
  assert.deepStrictEqual(problems.map(({ relPath, code, message }) => [relPath, code, message]), [[
    "n/2026-01-02-000000/secret",
    "unreadable",
    'Cannot count "n/2026-01-02-000000/secret": injected fault',
  ]]);
  assert.strictEqual(stats.snapshots[0]?.count?.uniqueBytes, 8192);
});

Deno.test("statsOf() leaves out a snapshot that goes away while it is counted, and says so", async () => {
  await using temp = await makeRoot();
  const gone = `${temp.path}/one/2026-01-03-000000`;
  const before = () => Deno.renameSync(gone, `${temp.path}/away`);
  const faults: Fault[] = [{ op: "openDir", path: (path) => path.endsWith("new"), before }];
  const { stats, events } = await count(temp.path, { faults });
  assert.deepStrictEqual(stats.snapshots.map(({ snapshot }) => snapshot.id), [
    "one/2026-01-01-000000",
    "two/2026-01-02-000000",
  ]);
  const told = events.flatMap((event) => event.kind === "log" ? [event.message] : []);
  assert.strictEqual(told.length, 1);
  assert.match(told[0] ?? "", /^"one\/2026-01-03-000000" went away while it was counted/);
  assert.ok(events.every(({ kind }) => kind !== "problem"));
});

Deno.test("statsOf() stops when the user wants it to", async () => {
  await using temp = await makeRoot();
  const stop = new AbortController();
  const onEvent = ({ kind }: WorkEvent) => kind === "progress" && stop.abort();
  await assert.rejects(count(temp.path, { signal: stop.signal, onEvent }), Cancelled);
  await assert.rejects(count(temp.path, { signal: AbortSignal.abort() }), Cancelled);
});

Deno.test("statsOf() does not run without a fence that is required", async () => {
  await using temp = await makeRoot();
  await assert.rejects(count(temp.path, { fence: "required" }), failsWith("FENCE_MISSING"));
});

Deno.test("statsOf() refuses snapshots of several roots, and parts of one", async () => {
  await using temp = await makeTempDir();
  const [here, there] = [`${temp.path}/a`, `${temp.path}/b`];
  await writeTree(here, { n: { "2026-01-01-000000": { d: { a: "a" } } } });
  await writeTree(there, { n: { "2026-01-01-000000": {} } });
  const paths = [here, there].map((root) => `${root}/n/2026-01-01-000000`);
  await assert.rejects(count(temp.path, { addresses: paths }), failsWith("ROOTS_DIFFER"));
  const part = { addresses: [`${paths[0]}/d`] };
  await assert.rejects(count(temp.path, part), failsWith("PATH_INVALID"));
});

Deno.test("statsOf() of an empty root is empty", async () => {
  await using temp = await makeRoot({});
  const { stats } = await count(temp.path);
  assert.deepStrictEqual([stats.snapshots, stats.totals.count?.snapshotBytes], [[], 0]);
  assert.strictEqual(stats.totals.count?.dedupRatio, undefined);
});

Deno.test("statsOf() looks at no tree when it is to be quick", async () => {
  await using temp = await makeRoot({ n: { "2026-01-01-000000": { a: withMeta("a", {}) } } });
  const startless = {
    isQuick: true,
    faults: [{ op: "openDir", code: "EIO", always: true }] as const,
  };
  const { stats } = await count(temp.path, startless);
  assert.deepStrictEqual(
    stats.snapshots.map(({ snapshot, files, count: counted }) => [snapshot.time, files, counted]),
    [["2026-01-01-000000", undefined, undefined]],
  );
  assert.strictEqual(stats.totals.count, undefined);
});

/** Where each name of a set of inodes lies; inode 0–4, snapshot 0–2, or 3 for outside of them. */
const links = fc.array(
  fc.record({ inode: fc.nat({ max: 4 }), snapshot: fc.nat({ max: 3 }), dir: fc.nat({ max: 1 }) }),
  { maxLength: 25 },
);

Deno.test("statsOf() tells of any links on disk what a plain map of them tells", async () => {
  await fc.assert(
    fc.asyncProperty(links, async (names) => {
      await using temp = await makeTempDir();
      const places = [1, 2, 3].map((day) => `n/2026-01-0${day}-000000`);
      const firstName = new Map<number, string>();
      const holders = new Map<number, Set<number>>();
      for (const place of [...places, "outside"]) {
        for (const dir of [0, 1]) {
          await Deno.mkdir(`${temp.path}/${place}/${dir}`, { recursive: true });
        }
      }
      for (const [i, { inode, snapshot, dir }] of names.entries()) {
        const path = `${temp.path}/${places[snapshot] ?? "outside"}/${dir}/${i}`;
        const first = firstName.get(inode);
        if (first === undefined) await Deno.writeTextFile(path, block(String(inode)));
        else await Deno.link(first, path);
        firstName.set(inode, first ?? path);
        holders.set(inode, (holders.get(inode) ?? new Set()).add(snapshot));
      }
      const { stats } = await count(temp.path);
      for (const [i, one] of stats.snapshots.entries()) {
        const held = [...holders.values()].filter((those) => those.has(i));
        const unique = held.filter((those) => those.size === 1).length;
        const added = held.filter((those) => Math.min(...those) === i).length;
        assert.deepStrictEqual(
          [one.count?.uniqueBytes, one.count?.sharedBytes, one.files],
          [
            unique * 8192,
            (held.length - unique) * 8192,
            names.filter((n) => n.snapshot === i).length,
          ],
        );
        const { places = [], elsewhereBytes = 0 } = one.count?.growth ?? {};
        const grown = places.reduce((sum, { addedBytes }) => sum + addedBytes, elsewhereBytes);
        assert.strictEqual(grown, added * 8192);
      }
      assert.strictEqual(stats.totals.count?.totalBytes, await diskUsage(temp.path));
    }),
    { numRuns: 20 },
  );
});

function failsWith(code: string) {
  return (error: unknown) => error instanceof AppError && error.code === code;
}

Deno.test("a counting thread tells of files near the link limit, in all or in one directory", async () => {
  await using temp = await makeTempDir();
  const names = (dir: string, list: string[]): Tree =>
    Object.fromEntries(list.map((name) => [name, hardlink(`${dir}/a`)]));
  await writeTree(temp.path, {
    d: { a: "many", few: "few" },
    e: names("d", ["b", "c", "d"]),
    f: names("d", ["e"]),
  });
  const nearLimit = (linkLimit: LinkLimit) => {
    const { fs } = openFileSystem("posix");
    const handle = countRole(fs, {
      fileSystem: "posix",
      fence: false,
      cancel: new CancelFlag().shared,
      backupRoot: temp.path,
      linkLimit,
    });
    const { answer } = handle({ dirs: ["d", "e", "f"], ownSums: false });
    fs.closeAll();
    return answer.nearLimit.map(({ relPath, links: count }) => [relPath.slice(0, 2), count]).sort();
  };
  assert.deepStrictEqual(nearLimit({ links: 5, isPerDirectory: false }), [["d/", 5], ["e/", 5], [
    "f/",
    5,
  ]]);
  assert.deepStrictEqual(nearLimit({ links: 3, isPerDirectory: true }), [["e/", 3]]);
  assert.deepStrictEqual(nearLimit({ links: 6, isPerDirectory: false }), []);
});
