import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Problem } from "../../../../src/base/problem.ts";
import type { FileSystem } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import type { WorkEvent } from "../../../../src/ops/ops_deps.ts";
import { readerRole, treeRole } from "../../../../src/ops/verify/threads/roles.ts";
import type { VerifyThreads } from "../../../../src/ops/verify/threads/threads.ts";
import { verify } from "../../../../src/ops/verify/verify.ts";
import type { VerifyOptions } from "../../../../src/ops/verify/verify_options.ts";
import { scrubCoverage } from "../../../../src/store/scrub_record.ts";
import { Cancelled } from "../../../../src/threads/cancel.ts";
import { type Handler, inlineLane } from "../../../../src/threads/lane.ts";
import type { Started } from "../../../../src/threads/start_thread.ts";
import { type BackupPlace, makePlace } from "../../../support/backup_place.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import type { Tree } from "../../../support/tree.ts";
import { flipByte } from "../../../support/verify_run.ts";

/** Seven files of different content. */
const FILES: Tree = Object.fromEntries([..."abcdefg"].map((name) => [name, name.repeat(1000)]));

const SETTINGS = {
  "performance.buffer": 4096,
  "performance.hashers": 1,
  "performance.fence": "off",
  "performance.bwlimit": 0,
  "log.progress_interval": 500,
} as const;

interface Setting extends Partial<VerifyOptions> {
  readonly clock?: FakeClock;
  /** In the way of the threads. */
  readonly faults?: readonly Fault[];
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs a verify in this thread alone. */
async function run({ root }: Pick<BackupPlace, "root">, setting: Setting = {}) {
  const { clock = new FakeClock(), faults = [], all = false, signal, ...options } = setting;
  const { fs } = openFileSystem("posix");
  const events: WorkEvent[] = [];
  const opened: string[] = [];
  const note: Fault = {
    op: "openFile",
    always: true,
    path: (path) => {
      if (!path.includes("SHA256SUMS")) opened.push(path.slice(path.lastIndexOf("/") + 1));
      return false;
    },
  };
  const threadFs = faultyFileSystem(openFileSystem("posix").fs, [note, ...faults]);
  try {
    const result = await verify(
      { addresses: [], all, base: { root, name: undefined, cwd: "/" } },
      {
        fast: false,
        sample: undefined,
        maxDurationMs: undefined,
        resume: false,
        settings: SETTINGS,
        ...options,
      },
      {
        fs,
        clock,
        signal: signal ?? new AbortController().signal,
        onEvent: (event) => events.push(event),
        threads: inlineThreads(threadFs),
        cores: 1,
        every: () => () => {},
      },
    );
    const problems = events.flatMap((event) => event.kind === "problem" ? [event.problem] : []);
    const logs = events.flatMap((event) => event.kind === "log" ? [event.message] : []);
    return { result, problems, logs, opened: opened.toSorted() };
  } finally {
    fs.closeAll();
    threadFs.closeAll();
  }
}

function inlineThreads(fs: FileSystem): VerifyThreads {
  const started = <Call, Answer>(handler: Handler<Call, Answer>): Promise<Started<Call, Answer>> =>
    Promise.resolve({
      lane: inlineLane(handler),
      report: { fence: { raised: false, abi: 0 } },
    });
  return {
    tree: (start) => started(treeRole(fs, start)),
    reader: (start) => started(readerRole(fs, start)),
  };
}

const found = (problems: readonly Problem[]) =>
  problems.map(({ code, relPath }) => `${code} ${relPath}`).toSorted();

function coverageOf(root: string, now: Date) {
  const { fs } = openFileSystem("posix");
  const rootDir = fs.openRoot(root);
  try {
    return scrubCoverage({ fs, root, rootDir }, { now });
  } finally {
    fs.closeDir(rootDir);
  }
}

Deno.test("samples go through all files, and then begin with those that were not read for longest", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const clock = new FakeClock();
  const read: string[][] = [];
  for (let day = 0; day < 8; day++) {
    const { opened, result } = await run(place, { sample: 0.25, clock });
    assert.strictEqual(result.roots[0]?.isComplete, true);
    read.push(opened);
    clock.advance(86_400_000);
  }
  // A quarter of seven files is two.
  assert.deepStrictEqual(read.slice(0, 4).map(({ length }) => length), [2, 2, 2, 2]);
  assert.deepStrictEqual(new Set(read.slice(0, 4).flat()), new Set("abcdefg"));
  assert.deepStrictEqual(read[4], read.slice(0, 4).flat().slice(1, 3).toSorted());
  const { known, neverRead, within } = coverageOf(place.root, clock.now()) ?? assert.fail();
  assert.deepStrictEqual([known.inodes, neverRead.inodes, within[0]?.inodes], [7, 0, 7]);
});

Deno.test("files that are new since the last sample are read first", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  await run(place);
  await Deno.writeTextFile(`${place.source}/new`, "n".repeat(1000));
  await place.mustBackup();
  const { opened } = await run(place, { sample: 0.1, all: true });
  assert.deepStrictEqual(opened, ["new"]);
});

Deno.test("links of later snapshots do not make a file count as never read", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  await run(place, { clock: new FakeClock("2026-01-01T00:00:00Z") });
  await place.mustBackup();
  const coverage = coverageOf(place.root, new Date("2026-01-02T00:00:00Z"));
  assert.strictEqual(coverage?.neverRead.inodes, 0);
  const { opened } = await run(place, {
    sample: 0.25,
    clock: new FakeClock("2026-01-02T00:00:00Z"),
  });
  assert.strictEqual(opened.length, 2);
});

Deno.test("after a whole verify of all, what was removed is forgotten", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const [first = ""] = place.snapshots();
  await Deno.remove(`${place.source}/a`);
  await place.mustBackup();
  await run(place, { all: true });
  assert.strictEqual(coverageOf(place.root, new Date())?.known.inodes, 7);
  await Deno.remove(first, { recursive: true });
  await Deno.remove(`${first}-manifest.mtree.gz`);
  await Deno.remove(`${first}-backup.log`);
  await run(place);
  assert.strictEqual(coverageOf(place.root, new Date())?.known.inodes, 7);
  await run(place, { all: true });
  assert.strictEqual(coverageOf(place.root, new Date())?.known.inodes, 6);
});

Deno.test("what cannot be read is a finding, and is read again by a resumed verify", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const isC = (path: string) => path.endsWith("/c");
  const bad = await run(place, { faults: [{ op: "read", path: isC, code: "EIO", always: true }] });
  assert.deepStrictEqual(found(bad.problems), ["unreadable c"]);
  assert.strictEqual(coverageOf(place.root, new Date())?.damaged.inodes, 1);
  const good = await run(place);
  assert.deepStrictEqual(found(good.problems), []);
  assert.strictEqual(coverageOf(place.root, new Date())?.damaged.inodes, 0);
});

Deno.test("an interrupted verify throws, and what it had read is not read again with resume", async () => {
  await using place = await makePlace({ ...FILES, "z": "z".repeat(9_000_000) });
  await place.mustBackup();
  await flipByte(`${place.latest()}/a`);
  const stop = new AbortController();
  const before: Fault = {
    op: "openFile",
    path: (path) => path.endsWith("/z"),
    before: () => stop.abort(),
  };
  await assert.rejects(run(place, { faults: [before], signal: stop.signal }), Cancelled);
  const resumed = await run(place, { resume: true });
  // The damaged one is told again.
  assert.deepStrictEqual([resumed.opened, found(resumed.problems)], [["a", "z"], ["content a"]]);
  assert.strictEqual(resumed.result.roots[0]?.inodesReadBefore, 6);
  assert.match(
    resumed.logs.join("\n"),
    /^Going on with the verify that began 2026-01-07 08:52:47 UTC$/m,
  );
});

Deno.test("a file that another of the same content takes the place of is read once more", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const path = `${place.latest()}/c`;
  const replace = () => {
    Deno.copyFileSync(path, `${path}2`);
    Deno.renameSync(`${path}2`, path);
  };
  const isC = (opened: string) => opened.endsWith("/c");
  const { problems, result } = await run(place, {
    faults: [{ op: "openFile", path: isC, before: replace }],
  });
  assert.deepStrictEqual([found(problems), result.roots[0]?.snapshots[0]?.filesRead], [[], 7]);
});

Deno.test("a file that goes away while it is verified is missing", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const isC = (path: string) => path.endsWith("/c");
  const before = () => Deno.removeSync(`${place.latest()}/c`);
  const { problems } = await run(place, { faults: [{ op: "openFile", path: isC, before }] });
  assert.deepStrictEqual(found(problems), ["missing c"]);
  assert.match(problems[0]?.message ?? "", /it went away, or became another file, while /);
});

Deno.test("a snapshot that is removed meanwhile is no finding", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const snapshot = place.latest();
  // The thread that goes through the tree opens it first, then the one that reads.
  const fault: Fault = {
    op: "openDir",
    nth: 2,
    path: (path) => path === snapshot,
    before: () => Deno.renameSync(snapshot, `${place.root}/.phlb/gone`),
  };
  const { problems, result } = await run(place, { faults: [fault] });
  assert.deepStrictEqual(problems, []);
  assert.strictEqual(result.roots[0]?.snapshots[0]?.wasRemoved, true);
});

Deno.test("a half-read directory hides nothing that may still be there", async () => {
  await using place = await makePlace({ "d": FILES });
  await place.mustBackup();
  const isD = (path: string) => path.endsWith("/d");
  const { problems } = await run(place, { faults: [{ op: "readDir", path: isD, code: "EIO" }] });
  assert.deepStrictEqual(found(problems), ["unreadable d"]);
});

Deno.test("when the record cannot be written, the verify goes on and says so", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  await run(place);
  const other = new DatabaseSync(`${place.root}/.phlb/scrub.sqlite3`);
  other.exec("BEGIN EXCLUSIVE");
  try {
    const { problems, opened, logs } = await run(place, { sample: 1 });
    assert.deepStrictEqual([problems, opened.length], [[], 7]);
    assert.match(logs.join("\n"), /^What is read now will not be remembered: database is locked$/m);
  } finally {
    other.close();
  }
});

Deno.test("when the time is up, the rest waits for the next verify", async () => {
  await using place = await makePlace(FILES);
  await place.mustBackup();
  const clock = new FakeClock();
  const isC = (path: string) => path.endsWith("/c");
  const before = () => clock.advance(61_000);
  const first = await run(place, {
    clock,
    maxDurationMs: 60_000,
    faults: [{ op: "openFile", path: isC, before }],
  });
  assert.deepStrictEqual([first.problems, first.result.roots[0]?.isComplete], [[], true]);
  const late = await run(place, { clock: new ImpatientClock(), maxDurationMs: 60_000 });
  assert.deepStrictEqual([late.opened, late.result.roots[0]?.isComplete], [[], false]);
});

/** A clock by which every look takes ten seconds. */
class ImpatientClock extends FakeClock {
  override monotonicMs(): number {
    this.advance(10_000);
    return super.monotonicMs();
  }
}
