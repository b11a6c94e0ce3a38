/**
 * What goes, in the order in which it goes, with what comes free at each step.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import { type Freed, FreedCounter, type FreedDeps } from "../stats/freed_count.ts";
import { planHolders } from "../stats/holders.ts";
import { PRIVATE_DIR, TRASH_DIR } from "../../store/layout.ts";
import type { TrashEntry } from "../trash/trash.ts";

/** A snapshot or an entry of the trash, and what comes free with it. */
export interface Removal<T> {
  readonly what: T;
  /** Once all before it in the list are gone. */
  readonly freed: Freed;
}

/** What {@link countRemovals} counts. */
export interface RemovalQuery {
  readonly root: RootDir;
  /** All of the root. */
  readonly all: readonly ListedSnapshot[];
  /** Entries of the trash, in the order in which they go, before the snapshots. */
  readonly entries: readonly TrashEntry[];
  /** Snapshots, in the order in which they go. */
  readonly removed: readonly ListedSnapshot[];
  /** Asked after each step with all that has come free; true: it is enough. */
  readonly isEnough: (freedBytes: number) => boolean;
  readonly cores: number;
  readonly fence: Settings["performance.fence"];
}

/** What goes until it is enough, or all of it. */
export interface Removals {
  readonly entries: readonly Removal<TrashEntry>[];
  readonly snapshots: readonly Removal<ListedSnapshot>[];
}

/**
 * Counts what comes free step by step, and stops when it is enough.
 *
 * @throws {FENCE_MISSING} {Cancelled}
 */
export async function countRemovals(deps: FreedDeps, query: RemovalQuery): Promise<Removals> {
  const { root, all, cores, fence } = query;
  const holders = new Map(
    planHolders(deps.fs, root.dir, all).map((plan) => [plan.ref, plan] as const),
  );
  const counter = await FreedCounter.start(deps, {
    root: root.path,
    rootDir: root.dir,
    cores,
    fence,
  });
  let bytes = 0;
  const entries: Removal<TrashEntry>[] = [];
  const snapshots: Removal<ListedSnapshot>[] = [];
  try {
    for (const what of query.entries) {
      if (query.isEnough(bytes)) break;
      const path = joinRel(joinRel(PRIVATE_DIR, TRASH_DIR), what.trashId);
      const freed = await counter.count({ dirs: [path], entries: [path], ownSums: true });
      entries.push({ what, freed });
      bytes += freed.bytes;
    }
    for (const what of query.removed) {
      if (query.isEnough(bytes)) break;
      const holder = holders.get(what);
      if (holder === undefined) continue;
      const freed = await counter.count(holder);
      snapshots.push({ what, freed });
      bytes += freed.bytes;
    }
    return { entries, snapshots };
  } finally {
    await counter.close();
  }
}
