import { printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import type { Dir } from "../../fs/file_system.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type Counted, countHolders, type CountProgress } from "./count_root.ts";
import type { StartCounter } from "./count_threads.ts";
import { CountingLanes } from "./counting_lanes.ts";
import { Forecast } from "./forecast.ts";
import { largestGrowth } from "./growth.ts";
import { bytesOf, type HolderCount } from "./holder_count.ts";
import { planHolders } from "./holders.ts";
import { type LinkLimit, linkLimitOf } from "./link_limit.ts";
import type {
  OtherHolder,
  RootCount,
  RootStats,
  SnapshotCount,
  SnapshotStats,
} from "./root_stats.ts";
import type { Taken } from "./room.ts";

/** Directories of the largest growth that are told for a snapshot. */
const GROWTH_PLACES = 10;
/** Files near the limit of links that are told. */
const NEAR_EXAMPLES = 10;

/** Milliseconds between two progress events at least. */
const TELL_EVERY_MS = 100;

/** What {@link countSnapshots} needs from the outside. */
export interface CountDeps extends OpsDeps {
  readonly startCounter: StartCounter;
}

/** How the trees are counted. */
export interface CountQuery {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly rootDir: Dir;
  /** All snapshots of the root, partials too, in order of names, then times. */
  readonly all: readonly ListedSnapshot[];
  /** Ids of those that were asked for. */
  readonly ids: ReadonlySet<string>;
  readonly fence: Settings["performance.fence"];
  readonly threads: number;
}

/** What the count tells of a root. */
export type CountedStats =
  & Pick<RootStats, "snapshots" | "totals" | "together" | "links">
  & {
    /** Of snapshots that are not the first of their name, in order of time. */
    readonly taken: readonly Taken[];
  };

type Holder = HolderCount<ListedSnapshot>;

/**
 * Counts every name in the root, and tells of the chosen snapshots.
 *
 * @throws {FENCE_MISSING}
 * @throws {Cancelled}
 */
export async function countSnapshots(deps: CountDeps, query: CountQuery): Promise<CountedStats> {
  const { fs, signal, onEvent } = deps;
  const { root, rootDir, all, ids } = query;
  if (signal.aborted) throw new Cancelled();
  const plans = planHolders(fs, rootDir, all);
  const forecast = new Forecast(plans);
  const expected = forecast.total(0, { entries: 0, bytes: 0 });
  const text = `Counting what is in "${root}"`;
  onEvent({ kind: "begin", text, ...(expected === undefined ? {} : { expected }) });
  const linkLimit = linkLimitOf(fs.space(rootDir).typeId);
  const lanes = await startLanes(deps, query, linkLimit);
  try {
    const counted = await countHolders(plans, {
      fs,
      root: rootDir,
      lanes,
      isChosen: ({ id }) => ids.has(id),
      onProgress: progressTo(deps, forecast),
      onCounted: (holder, counted) => forecast.finish(holder, counted),
      onProblem: (problem) => onEvent({ kind: "problem", problem }),
      onVanished: (ref) => onEvent({ kind: "log", level: "warning", message: vanished(ref) }),
    });
    return tell(counted, { all, ids, linkLimit });
  } finally {
    await lanes.close();
  }
}

function startLanes(
  { fs, signal, startCounter }: CountDeps,
  { root, fence, threads }: CountQuery,
  linkLimit: LinkLimit | undefined,
): Promise<CountingLanes> {
  const fileSystem = fs.kind;
  const options = { start: startCounter, threads, fence, fileSystem, linkLimit, signal };
  return CountingLanes.start({ ...options, backupRoot: root });
}

function vanished({ id, kind }: ListedSnapshot): string {
  const what = kind === "partial" ? `The partial "${printable(id)}"` : `"${printable(id)}"`;
  return `${what} went away while it was counted, and is left out; ` +
    "what it shared with others may look as if it still did";
}

/** Tells how far the count is, not too often. */
function progressTo(
  { clock, onEvent }: CountDeps,
  forecast: Forecast,
): (progress: CountProgress) => void {
  let toldMs = -Infinity;
  return ({ holder, counted, done, problems, currentPath }) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    const total = forecast.total(holder, counted);
    onEvent({
      kind: "progress",
      entriesDone: done.entries,
      bytesDone: done.bytes,
      entriesFound: total?.entries ?? done.entries,
      bytesFound: total?.bytes ?? done.bytes,
      // A good guess from other snapshots is more use here than what was met so far.
      walkDone: total !== undefined,
      problems,
      currentPath,
    });
  };
}

function tell(
  { holders, together, nearLimit }: Counted<ListedSnapshot>,
  { all, ids, linkLimit }: Pick<CountQuery, "all" | "ids"> & { linkLimit: LinkLimit | undefined },
): CountedStats {
  const complete = holders.filter(({ plan }) => plan.kind === "snapshot");
  const firsts = firstsOf(complete);
  const holderOf = new Map(complete.map((holder) => [holder.plan.ref, holder]));
  const snapshots = all.filter(({ id }) => ids.has(id)).flatMap((snapshot) => {
    const holder = holderOf.get(snapshot);
    return holder === undefined ? [] : [snapshotStats(snapshot, { holder, firsts })];
  });
  const isSome = snapshots.length > 1 && snapshots.length < complete.length;
  return {
    snapshots,
    totals: {
      snapshots: complete.length,
      files: sum(complete, ({ files }) => files),
      apparentBytes: sum(complete, ({ apparentBytes }) => apparentBytes),
      count: rootCount(holders, complete),
    },
    together: isSome ? { freedBytes: together.bytes, freedInodes: together.inodes } : undefined,
    links: {
      limit: linkLimit,
      near: nearLimit.length,
      examples: nearLimit.slice(0, NEAR_EXAMPLES),
    },
    taken: complete.filter((holder) => !firsts.has(holder))
      .map(({ added }) => ({ bytes: bytesOf(added), inodes: added.inodes })),
  };
}

/** The oldest snapshot of each name; `holders` come in order of time. */
function firstsOf(holders: readonly Holder[]): Set<Holder> {
  const byName = Map.groupBy(holders, ({ plan }) => plan.ref?.name);
  return new Set([...byName.values()].flatMap(([first]) => first ?? []));
}

function snapshotStats(
  snapshot: ListedSnapshot,
  { holder, firsts }: { holder: Holder; firsts: ReadonlySet<Holder> },
): SnapshotStats {
  const { files, directories, others, apparentBytes } = holder;
  return {
    snapshot,
    isFirst: firsts.has(holder),
    files,
    directories,
    others,
    apparentBytes,
    newBytes: snapshot.summary?.bytes.copied,
    count: snapshotCount(holder),
  };
}

function snapshotCount({ stored, added, unique, growth }: Holder): SnapshotCount {
  return {
    storedBytes: bytesOf(stored),
    uniqueBytes: unique.contentBytes,
    sharedBytes: stored.contentBytes - unique.contentBytes,
    overheadBytes: stored.otherBytes,
    freedBytes: bytesOf(unique),
    freedInodes: unique.inodes,
    addedBytes: bytesOf(added),
    addedInodes: added.inodes,
    growth: growth === undefined ? undefined : largestGrowth(growth, { limit: GROWTH_PLACES }),
  };
}

function rootCount(holders: readonly Holder[], complete: readonly Holder[]): RootCount {
  const totalBytes = sum(holders, ({ added }) => bytesOf(added));
  const snapshotBytes = sum(complete, ({ added }) => bytesOf(added));
  const uniqueBytes = sum(complete, ({ unique }) => unique.contentBytes);
  const apparentBytes = sum(complete, (holder) => holder.apparentBytes);
  return {
    totalBytes,
    totalInodes: sum(holders, ({ added }) => added.inodes),
    snapshotBytes,
    uniqueBytes,
    sharedBytes: sum(complete, ({ added }) => added.contentBytes) - uniqueBytes,
    overheadBytes: sum(complete, ({ added }) => added.otherBytes),
    otherBytes: totalBytes - snapshotBytes,
    dedupRatio: snapshotBytes === 0 ? undefined : apparentBytes / snapshotBytes,
    others: holders.flatMap(otherHolder),
  };
}

function otherHolder({ plan, stored, unique }: Holder): OtherHolder[] {
  if (plan.kind === "snapshot" || stored.inodes === 0) return [];
  return [{
    kind: plan.kind,
    id: plan.ref?.id,
    storedBytes: bytesOf(stored),
    freedBytes: bytesOf(unique),
    freedInodes: unique.inodes,
  }];
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
