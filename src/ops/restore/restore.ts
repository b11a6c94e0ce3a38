/**
 * Restores a snapshot, a directory or one entry of it: reads its sections, plans each against what
 * the target holds, and has the plan done by threads. A dry run ends with the plan.
 *
 * @module
 */
import { resolve } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { heldBy } from "../../store/summary.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import { openReadBudget, type ReadBudget } from "../../threads/read_budget.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type AddressBase, resolveAddress } from "../read/address.ts";
import { tellForgotten, whyForgotten } from "../read/forgotten_in.ts";
import { openSnapshot } from "../read/open_snapshot.ts";
import type { Overwrite } from "./plan_entry.ts";
import { planSteps, type RestoreJob } from "./plan_steps.ts";
import type { Conflict } from "./planner.ts";
import { PlanLister, type PlannedChange } from "./planned_change.ts";
import { type FilterPatterns, RestoreFilter } from "./restore_filter.ts";
import { RestoreRun, type VerifiedCounts } from "./restore_run.ts";
import { type RestoreCounts, RestoreTally } from "./restore_tally.ts";
import { findTarget, makeTarget, type Target } from "./restore_target.ts";
import { type StartRestorer, startRestorers } from "./restore_threads.ts";
import { targetFailure } from "./target_failure.ts";
import { TargetLook } from "./target_look.ts";

/** What somebody wants restored. */
export interface RestoreQuery {
  /** `SNAPSHOT[:PATH]`, or a path. */
  readonly address: string;
  readonly base: AddressBase;
  /** The directory to restore into. */
  readonly target: string;
  readonly patterns: FilterPatterns;
  readonly overwrite: Overwrite;
  /** Remove what the restored directory of the snapshot does not have. */
  readonly deletes: boolean;
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly reflink: boolean;
  readonly fence: "auto" | "required" | "off";
  readonly progressMs: number;
  /** What all threads together read at most; 0: no limit. */
  readonly bytesPerSecond: number;
}

/** What a restore needs from the outside. */
export interface RestoreDeps extends OpsDeps {
  readonly startRestorer: StartRestorer;
  readonly cores: number;
  /** Absolute; undefined for a user without a home directory. */
  readonly home: string | undefined;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** Hears of each line of a dry run's plan. */
  readonly onPlanned: (change: PlannedChange) => void;
}

/** What was restored. */
export interface RestoreReport {
  /** `<name>/<time>`. */
  readonly snapshotId: string;
  /** Below the snapshot. */
  readonly inside: string;
  /** Absolute. */
  readonly target: string;
  readonly dryRun: boolean;
  readonly counts: RestoreCounts;
  /** Undefined unless that was wanted. */
  readonly verified: VerifiedCounts | undefined;
  readonly seconds: number;
}

/** More threads do not copy faster. Source: own measurement, 2026-11-21. */
const MAX_THREADS = 8;

/** Conflicts that an error names one by one. */
const NAMED_CONFLICTS = 10;

/**
 * Restores, or with `dryRun` only tells what it would do. What goes wrong with single entries comes as
 * problem events.
 *
 * @throws {PATH_UNKNOWN} when the snapshot has no such entry
 * @throws {TARGET_NOT_EMPTY} when entries would have to be overwritten and nobody allowed that
 * @throws {TARGET_IN_ROOT} {TARGET_NOT_DIRECTORY} {TARGET_UNWRITABLE} {TARGET_FULL} {TARGET_FAILED}
 * @throws {DELETE_REFUSED} and what `resolveAddress` and `openSnapshot` throw
 * @throws {Cancelled}
 */
export async function restore(deps: RestoreDeps, query: RestoreQuery): Promise<RestoreReport> {
  const { fs, clock, signal } = deps;
  const startMs = clock.monotonicMs();
  const address = resolveAddress(fs, query.address, query.base);
  const snapshot = openSnapshot(fs, address);
  const cancel = new CancelFlag();
  const stop = () => cancel.raise();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  let target: Target | undefined;
  let look: TargetLook | undefined;
  try {
    const rootStats = new StatTable(1);
    fs.lstat(snapshot.rootDir, "", rootStats, 0);
    const rootInode = rootStats.inodeKey(0);
    const { overwrite, deletes, base: { cwd } } = query;
    target = findTarget(fs, resolve(cwd, query.target), {
      root: snapshot.root,
      rootInode,
      deletes,
      home: deps.home,
    });
    if (target.dir !== undefined) look = new TargetLook(fs, target.dir);
    const filter = new RestoreFilter(query.patterns);
    const path = address.relPath;
    const job: RestoreJob = { fs, snapshot, path, filter, overwrite, deletes, rootInode };
    const work: Work = { deps, query, job, target, look, cancel };
    const { isDir } = await lookAhead(work);
    await tellForgotten(deps, snapshot, path);
    const done = query.dryRun ? await listPlan(work) : await run(work, { isDir });
    return {
      snapshotId: address.id,
      inside: path,
      target: target.path,
      dryRun: query.dryRun,
      ...done,
      seconds: (clock.monotonicMs() - startMs) / 1000,
    };
  } catch (error) {
    throw target === undefined ? error : targetFailure(error, { target: target.path });
  } finally {
    signal.removeEventListener("abort", stop);
    look?.close();
    if (target?.dir !== undefined) fs.closeDir(target.dir);
    snapshot.close();
  }
}

interface Work {
  readonly deps: RestoreDeps;
  readonly query: RestoreQuery;
  readonly job: RestoreJob;
  readonly target: Target;
  readonly look: TargetLook | undefined;
  readonly cancel: CancelFlag;
}

interface Done {
  readonly counts: RestoreCounts;
  readonly verified: VerifiedCounts | undefined;
}

/**
 * Makes sure that the snapshot has the path, and, where nothing may be overwritten, that nothing
 * would have to be.
 */
async function lookAhead({ query, job, target, look, cancel }: Work): Promise<{ isDir: boolean }> {
  const check = () => cancel.check();
  const mayConflict = query.overwrite === "refuse" && look !== undefined && !target.isEmpty;
  const conflicts: Conflict[] = [];
  let count = 0;
  let isDir: boolean | undefined;
  for await (const step of planSteps(job, { look, onProblem: () => {}, check })) {
    if (step.kind !== "section") continue;
    isDir ??= step.selected.hasDirLine;
    count += step.conflicts.length;
    conflicts.push(...step.conflicts.slice(0, NAMED_CONFLICTS - conflicts.length));
    if (!mayConflict) break;
  }
  if (isDir === undefined) throw await unknownPath(job);
  if (count > 0 && mayConflict) throw notEmpty(target.path, conflicts, count);
  return { isDir };
}

async function unknownPath({ fs, snapshot, path }: RestoreJob): Promise<AppError> {
  const id = printable(snapshot.id);
  const why = await whyForgotten(fs, snapshot, path);
  const reason = why === undefined ? "" : `: ${why}`;
  return new AppError(`Cannot find "${printable(path)}" in the snapshot "${id}"${reason}`, {
    code: "PATH_UNKNOWN",
    exitCode: EXIT.usage,
    hint: `phlb ls ${id} lists what it holds`,
  });
}

function notEmpty(target: string, conflicts: readonly Conflict[], count: number): AppError {
  const named = conflicts.map(({ relPath, reason }) => `"${printable(relPath)}" (${reason})`);
  const more = count > named.length ? `, and ${count - named.length} more` : "";
  return new AppError(
    `Cannot restore to "${printable(target)}": in the way are ${named.join(", ")}${more}`,
    {
      code: "TARGET_NOT_EMPTY",
      exitCode: EXIT.usage,
      hint: "Choose another target, or say what is to become of them with --overwrite " +
        "(if-changed goes on where an interrupted restore stopped)",
    },
  );
}

async function listPlan({ deps, job, look, cancel }: Work): Promise<Done> {
  const tally = new RestoreTally();
  const lister = new PlanLister();
  let removed = 0;
  const steps = planSteps(job, {
    look,
    onProblem: (problem) => deps.onEvent({ kind: "problem", problem }),
    check: () => cancel.check(),
  });
  for await (const step of steps) {
    if (step.kind === "section") tally.planned(step);
    else removed += step.extra.length;
    for (const change of lister.list(step)) deps.onPlanned(change);
  }
  const { counts } = tally;
  const bytesRestored = counts.bytes - counts.bytesSkipped;
  return { counts: { ...counts, removed, bytesRestored }, verified: undefined };
}

async function run(work: Work, { isDir }: { isDir: boolean }): Promise<Done> {
  const { deps: { clock, every }, query: { bytesPerSecond } } = work;
  const budget = openReadBudget({ bytesPerSecond, clock, every });
  try {
    return await runThreads(work, { isDir, budget });
  } finally {
    budget?.close();
  }
}

async function runThreads(
  work: Work,
  { isDir, budget }: { isDir: boolean; budget: ReadBudget | undefined },
): Promise<Done> {
  const { deps, query, job, target, look, cancel } = work;
  const { fs, snapshot } = job;
  deps.onEvent({
    kind: "begin",
    text: `Restoring "${printable(snapshot.id)}" to "${printable(target.path)}"`,
    ...expected(job),
  });
  if (target.dir === undefined) fs.closeDir(makeTarget(fs, target.path, { isOwn: isDir }));
  const threads = await startRestorers({
    startRestorer: deps.startRestorer,
    count: Math.max(1, Math.min(MAX_THREADS, deps.cores)),
    fence: query.fence,
    start: {
      fileSystem: fs.kind,
      cancel: cancel.shared,
      snapshotDir: snapshot.path,
      target: target.path,
      reflink: query.reflink,
      deletes: query.deletes,
      budget: budget?.shared,
    },
    onWarning: (message) => deps.onEvent({ kind: "log", level: "warning", message }),
  });
  const run = new RestoreRun({ deps, job, threads, cancel, verifies: query.verify });
  const stopProgress = deps.every(query.progressMs, () => deps.onEvent(run.progress));
  try {
    await run.apply(look);
    deps.onEvent(run.progress);
    const { counts } = run.tally;
    noteLosses(deps, counts);
    if (!query.verify) return { counts, verified: undefined };
    const text = `Reading back what was restored to "${printable(target.path)}"`;
    deps.onEvent({
      kind: "begin",
      text,
      expected: { entries: counts.entries, bytes: counts.bytes },
    });
    return { counts, verified: await run.verify() };
  } finally {
    stopProgress();
    await threads.close();
  }
}

/** What the whole snapshot held, as its run counted it. */
function expected(
  { snapshot: { summary }, path, filter }: RestoreJob,
): { expected?: { entries: number; bytes: number } } {
  if (summary === undefined || path !== "" || filter.isActive) return {};
  return { expected: heldBy(summary) };
}

/** What could not be given to any entry is told once, not for each of them. */
function noteLosses(deps: RestoreDeps, counts: RestoreCounts): void {
  const warn = (message: string) => deps.onEvent({ kind: "log", level: "warning", message });
  if (counts.otherOwners > 0) {
    warn(`${counts.otherOwners} entries belong to this user now: only root can give them back`);
  }
  for (const name of counts.notKept) {
    warn(`The target's file system does not keep "${printable(name)}"`);
  }
  if (counts.unlinked > 0) {
    warn(`${counts.unlinked} hard links could not be made: they are files of their own now`);
  }
  if (counts.unchecked > 0) {
    warn(`${counts.unchecked} files have no digest in the snapshot: nothing to check them against`);
  }
}
