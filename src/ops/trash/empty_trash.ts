/**
 * `phlb trash empty`, and what a backup deletes from the trash when it is done.
 *
 * @module
 */
import { type LockDeps, withLockedRoot } from "../locked_root.ts";
import { sweep, type Swept } from "./sweep.ts";
import { Trash, type TrashEntry } from "./trash.ts";
import { findEntry, type TrashQuery } from "./trash_work.ts";

/** What is to be deleted for good. */
export interface EmptyQuery extends TrashQuery {
  /** Those alone; none: all. */
  readonly wanted: readonly string[];
  /** Only what was removed at least so many days ago. */
  readonly olderThanDays: number;
  readonly maxDurationMs: number | undefined;
  readonly dryRun: boolean;
  /** See `SweepOptions`. */
  readonly rest?: () => Promise<void>;
}

/** What was deleted, or would be. */
export interface EmptyResult extends Swept {
  readonly root: string;
  /** Ids of the snapshots. */
  readonly ids: readonly string[];
}

const DAY_MS = 86_400_000;

/**
 * Deletes snapshots in the trash for good.
 *
 * @throws {SNAPSHOT_UNKNOWN} {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED}
 * @throws {Cancelled} a later call goes on
 */
export async function emptyTrash(deps: LockDeps, query: EmptyQuery): Promise<EmptyResult> {
  const { settings, dryRun } = query;
  const lock = { root: query.root, waitMs: settings["backup.lock_wait"], lock: !dryRun };
  return await withLockedRoot(deps, lock, async (root) => {
    const trash = new Trash(deps.fs, root.dir);
    if (!dryRun) trash.settle();
    const all = trash.list().entries;
    const chosen = query.wanted.length === 0
      ? all
      : [...new Set(query.wanted.map((text) => findEntry(all, text)))];
    const entries = oldEnough(chosen, query.olderThanDays, deps.clock.now());
    const ids = entries.map(({ id }) => id);
    if (dryRun) return { root: root.path, ids, names: 0, entries: 0, isComplete: true };
    deps.onEvent({ kind: "begin", text: `Emptying the trash of "${root.path}"` });
    const { maxDurationMs, rest } = query;
    const isAll = query.wanted.length === 0 && query.olderThanDays === 0;
    const options = { isAll, maxDurationMs, ...(rest === undefined ? {} : { rest }) };
    return { root: root.path, ids, ...await sweep(deps, { trash, entries }, options) };
  });
}

/** A time that has not come counts as long ago: nobody would ever delete it otherwise. */
function oldEnough(entries: readonly TrashEntry[], days: number, now: Date): TrashEntry[] {
  return entries.filter(({ removedAt }) => {
    const ageMs = now.getTime() - Date.parse(removedAt);
    return days === 0 || ageMs >= days * DAY_MS;
  });
}
