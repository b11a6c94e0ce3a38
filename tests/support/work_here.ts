import { AppError } from "../../src/base/app_error.ts";
import type { Problem } from "../../src/base/problem.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import type { WorkEvent } from "../../src/ops/ops_deps.ts";
import { readerRole as contentReader } from "../../src/ops/compare/reader_role.ts";
import type { StartReader } from "../../src/ops/compare/reader_thread.ts";
import { prune as pruneRoot } from "../../src/ops/retention/prune.ts";
import { restore as restoreTo, type RestoreQuery } from "../../src/ops/restore/restore.ts";
import { restorerRole, type StartRestorer } from "../../src/ops/restore/restore_threads.ts";
import { countRole } from "../../src/ops/stats/count_role.ts";
import type { StartCounter } from "../../src/ops/stats/count_threads.ts";
import { readerRole, treeRole } from "../../src/ops/verify/threads/roles.ts";
import type { VerifyThreads } from "../../src/ops/verify/threads/threads.ts";
import { verify as verifyRoots } from "../../src/ops/verify/verify.ts";
import { makeJob } from "./backup_run.ts";
import { endedWith } from "./ended.ts";
import { FakeClock } from "./fake_clock.ts";
import { type Around, type Ended, startInline } from "./inline_thread.ts";

const asItIs: Around = (fs) => fs;

/** What commands other than a backup work with, all of it in the caller's thread. */
function workDeps(around: Around, events: WorkEvent[]) {
  const opened = () => around(openFileSystem("posix").fs);
  const threads: VerifyThreads = {
    tree: (start) => startInline(opened(), (fs) => treeRole(fs, start)),
    reader: (start) => startInline(opened(), (fs) => readerRole(fs, start)),
  };
  const startReader: StartReader = (start) =>
    startInline(opened(), (fs) => contentReader(fs, start));
  const startCounter: StartCounter = (start) => startInline(opened(), (fs) => countRole(fs, start));
  const startRestorer: StartRestorer = (start) =>
    startInline(opened(), (fs) => restorerRole(fs, start));
  return {
    fs: opened(),
    clock: new FakeClock("2031-01-07T08:52:47Z"),
    signal: new AbortController().signal,
    onEvent: (event: WorkEvent) => void events.push(event),
    threads,
    startReader,
    startCounter,
    startRestorer,
    cores: 1,
    home: undefined,
    host: { name: "testhost", pid: 4711, cores: 1 },
    command: "phlb",
    every: () => () => {},
    sleep: () => Promise.resolve(),
    onPlanned: () => {},
  };
}

type Deps = ReturnType<typeof workDeps>;

async function work(around: Around, use: (deps: Deps) => Promise<readonly Problem[]>) {
  const events: WorkEvent[] = [];
  const deps = workDeps(around, events);
  const problems = () => events.flatMap((event) => event.kind === "problem" ? event.problem : []);
  try {
    const more = await use(deps);
    return endedWith(undefined, [...problems(), ...more]);
  } catch (error) {
    return endedWith(error, problems());
  } finally {
    deps.fs.closeAll();
  }
}

/** What {@link pruneHere} keeps and deletes. */
export interface PruneSetting {
  readonly keepLast: number;
  /** Deletes from the trash what it put there, and what was there before. */
  readonly sweeps: boolean;
}

/** Prunes a root in the test's own thread. */
export async function pruneHere(
  root: string,
  { keepLast, sweeps }: PruneSetting,
  around = asItIs,
): Promise<Ended> {
  const { settings } = makeJob({
    "retention.keep_last": keepLast,
    "performance.fence": "off",
    "performance.hashers": 1,
  });
  return await work(around, async (deps) => {
    const freeBytes = sweeps ? Number.MAX_SAFE_INTEGER : undefined;
    const query = { root, name: undefined, settings, dryRun: false, force: false, freeBytes };
    const { plan } = await pruneRoot(deps, query, () => {});
    return plan.refused.map(({ name, refusal }) => ({
      relPath: name,
      step: "prune",
      code: "held",
      message: `Cannot prune "${name}": ${refusal.reason}`,
      stored: true,
    }));
  });
}

/** Restores in the test's own thread. */
export async function restoreHere(
  root: string,
  wanted: Pick<RestoreQuery, "address" | "target" | "overwrite" | "deletes" | "verify">,
  around = asItIs,
): Promise<Ended> {
  return await work(around, async (deps) => {
    await restoreTo(deps, {
      base: { root, name: undefined, cwd: "/" },
      patterns: { include: [], exclude: [] },
      dryRun: false,
      reflink: false,
      fence: "off",
      progressMs: 500,
      bytesPerSecond: 0,
      ...wanted,
    });
    return [];
  });
}

/** Fails unless every snapshot of a root is what its manifest says, contents and all. */
export async function assertVerified(root: string): Promise<void> {
  const { settings } = makeJob({ "performance.fence": "off", "performance.hashers": 1 });
  const { error, problems } = await work(asItIs, async (deps) => {
    const base = { root, name: undefined, cwd: "/" };
    const how = { fast: false, sample: undefined, maxDurationMs: undefined, resume: false };
    await verifyRoots({ addresses: [], all: true, base }, { ...how, settings }, deps);
    return [];
  });
  if (error instanceof AppError && error.code === "SNAPSHOT_UNKNOWN") return; // there is none
  if (error !== undefined) throw error;
  const [first] = problems;
  if (first !== undefined) throw new Error(`"${root}" does not verify: ${first.message}`);
}
