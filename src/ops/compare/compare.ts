/**
 * A source against its backup: what would have to be restored, and what would have to be backed up.
 * Nothing is written anywhere, and no lock is taken.
 *
 * @module
 */
import { jobRules, readPatternFiles } from "../../backup/run/job_rules.ts";
import { RunLanes } from "../../backup/run/run_lanes.ts";
import type { Threads } from "../../backup/threads/threads.ts";
import type { Job } from "../../config/config.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import { SectionCursor } from "../diff/entry_cursor.ts";
import { mergeTrees } from "../diff/merge_trees.ts";
import { SnapshotCursor } from "../diff/snapshot_cursor.ts";
import type { OpsDeps, WorkEvent } from "../ops_deps.ts";
import { CompareWork } from "./compare_work.ts";
import { ContentQueue, type ReadingPools } from "./content_queue.ts";
import type { CompareTotals, Difference } from "./difference.ts";
import type { CompareScope } from "./judge_entry.ts";
import { type CompareQuery, type CompareSides, openSides } from "./open_sides.ts";
import type { ReaderStart, StartReader } from "./reader_thread.ts";
import { sourceSections } from "./source_sections.ts";

/** A comparison that is asked for; source, destination, name and rules are those of the job. */
export interface CompareRequest extends CompareScope {
  readonly job: Job;
  /** `SNAPSHOT[:PATH]` to compare with; undefined: the newest of the job's name. */
  readonly snapshot: string | undefined;
  /** Whether stored files are read as well, and not only what is recorded of them. */
  readonly checksumBoth: boolean;
}

/** What {@link compareSource} needs from the outside. */
export interface CompareDeps extends OpsDeps {
  readonly startWalker: Threads["walker"];
  readonly startReader: StartReader;
  /** Text of a file that the configuration names; throws when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Absolute. */
  readonly cwd: string;
  readonly cores: number;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** What came out. The differences themselves were handed to `onDifference`. */
export interface CompareResult {
  /** Absolute, without symlinks. */
  readonly source: string;
  /** `<name>/<time>`. */
  readonly snapshotId: string;
  /** What of the snapshot the source was compared with; `""` is everything. */
  readonly relPath: string;
  /** Absolute path of the snapshot. */
  readonly snapshotPath: string;
  readonly totals: CompareTotals;
  /** Whether mode, owner, times and attributes were compared. */
  readonly comparesMetadata: boolean;
}

/** Readers beyond this gain nothing by default, as with the hashers of a backup. */
const MAX_DEFAULT_READERS = 8;

/**
 * Compares and hands every difference to `onDifference`, in the order of a walk.
 *
 * @throws {AppError} what `openSides` throws, EXCLUDE_FILE_UNREADABLE, FENCE_MISSING
 * @throws {Cancelled}
 */
export async function compareSource(
  request: CompareRequest,
  deps: CompareDeps,
  onDifference: (difference: Difference) => void,
): Promise<CompareResult> {
  const { settings } = request.job;
  const query: CompareQuery = { ...settings, snapshot: request.snapshot, cwd: deps.cwd };
  const sides = openSides(deps.fs, query);
  const cancel = new CancelFlag();
  const onAbort = () => cancel.raise();
  deps.signal.addEventListener("abort", onAbort);
  if (deps.signal.aborted) cancel.raise();
  const lanes = new RunLanes(request.job, {
    cancel,
    note: (level, message) => deps.onEvent({ kind: "log", level, message }),
  });
  try {
    return await compare({ request, deps, sides, cancel, lanes, onDifference });
  } finally {
    deps.signal.removeEventListener("abort", onAbort);
    await lanes.close();
    sides.snapshot.close();
  }
}

interface Context {
  readonly request: CompareRequest;
  readonly deps: CompareDeps;
  readonly sides: CompareSides;
  readonly cancel: CancelFlag;
  readonly lanes: RunLanes;
  readonly onDifference: (difference: Difference) => void;
}

async function compare(context: Context): Promise<CompareResult> {
  const { request, deps, sides, cancel, lanes, onDifference } = context;
  const { source, snapshot, address: { id, relPath } } = sides;
  const { job: { settings }, checksumBoth } = request;
  deps.onEvent(beginning(sides));
  const pools = startPools(context);
  const queue = new ContentQueue(pools.pools);
  const work = new CompareWork({
    scope: request,
    checksumBoth,
    queue,
    cancel,
    kibDone: pools.kibDone,
    onDifference,
    onProblem: (problem) => deps.onEvent({ kind: "problem", problem }),
  });
  const walker = await lanes.start(() => deps.startWalker(walkerStart(context)));
  const walked = sourceSections(walker, (section) => work.found(section));
  const stored = new SnapshotCursor(deps.fs, {
    snapshot,
    scope: relPath,
    whole: true,
    onProblem: (problem) => work.problem(problem),
  });
  const stop = deps.every(
    settings["log.progress_interval"],
    () => deps.onEvent(work.progress),
  );
  try {
    const after = new SectionCursor(walked, { scope: "", isStored: () => false });
    await mergeTrees({ before: stored, after }, work);
    work.walkDone();
    await queue.finish();
  } finally {
    stop();
    await stored.close();
  }
  return {
    source: source.path,
    snapshotId: id,
    relPath,
    snapshotPath: snapshot.path,
    totals: work.totals,
    comparesMetadata: request.metadata && snapshot.hasManifest,
  };
}

function beginning({ source, snapshot, address }: CompareSides): WorkEvent {
  const { summary } = snapshot;
  const text = `Comparing "${source.path}" with "${address.id}"`;
  if (summary === undefined || address.relPath !== "") return { kind: "begin", text };
  const entries = summary.counts.walked - summary.counts.excluded;
  return { kind: "begin", text, expected: { entries, bytes: summary.bytes.processed } };
}

function walkerStart({ request, deps, sides, cancel }: Context) {
  const { job } = request;
  const rootInSource = sides.rootInSource ? sides.root : undefined;
  return {
    fileSystem: deps.fs.kind,
    fence: job.settings["performance.fence"] !== "off",
    cancel: cancel.shared,
    sourceRoot: sides.source.path,
    rules: jobRules(job, { patternFiles: readPatternFiles(job, deps), rootInSource }),
  };
}

function startPools(
  { request: { job: { settings } }, deps, sides, cancel, lanes }: Context,
): { pools: ReadingPools; kibDone: Int32Array[] } {
  const count = settings["performance.hashers"] || Math.min(deps.cores, MAX_DEFAULT_READERS);
  const kibDone: Int32Array[] = [];
  const readers = (dir: string) =>
    new LanePool(Array.from({ length: count }, () => {
      const progress = new SharedArrayBuffer(4);
      kibDone.push(new Int32Array(progress));
      const start: ReaderStart = {
        fileSystem: deps.fs.kind,
        fence: settings["performance.fence"] !== "off",
        cancel: cancel.shared,
        dir,
        bufferBytes: settings["performance.buffer"],
        progress,
      };
      return lanes.lazy(() => deps.startReader(start));
    }));
  return {
    pools: { source: readers(sides.source.path), stored: readers(sides.snapshot.path) },
    kibDone,
  };
}
