/**
 * `phlb remove`: puts the snapshots that somebody names into the trash.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { compareNames, printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import { type ListedSnapshot, listRoot } from "../list_snapshots.ts";
import { type LockDeps, withLockedRoot } from "../locked_root.ts";
import { findListed } from "../find_listed.ts";
import type { AddressBase } from "../read/address.ts";
import type { StartCounter } from "../stats/count_threads.ts";
import { Trash } from "../trash/trash.ts";
import { putIntoTrash } from "./apply_prune.ts";
import { countRemovals, type Removal } from "./removal.ts";

/** What removing needs from the outside. */
export interface RemoveDeps extends LockDeps {
  readonly startCounter: StartCounter;
}

/** What is to be removed. */
export interface RemoveQuery {
  readonly addresses: readonly string[];
  readonly base: AddressBase;
  readonly settings: Settings;
  readonly dryRun: boolean;
  /** Also pinned ones, and those that no newer complete one of their name follows. */
  readonly force: boolean;
}

/** What was removed, or would be, in this order. */
export interface RemovedSnapshots {
  readonly root: string;
  readonly removed: readonly Removal<ListedSnapshot>[];
  readonly dryRun: boolean;
}

/**
 * See the module text. All of them are checked before the first one goes.
 *
 * @throws {SNAPSHOT_PINNED} {SNAPSHOT_NEWEST} {SNAPSHOT_UNKNOWN} {SNAPSHOT_AMBIGUOUS}
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED} {Cancelled}
 */
export async function removeSnapshots(
  deps: RemoveDeps,
  query: RemoveQuery,
): Promise<RemovedSnapshots> {
  const { base, settings, dryRun, force } = query;
  const lock = { root: base.root, waitMs: settings["backup.lock_wait"], lock: !dryRun };
  return await withLockedRoot(deps, lock, async (root) => {
    const trash = new Trash(deps.fs, root.dir);
    if (!dryRun) trash.settle();
    const { snapshots } = listRoot(deps.fs, { root: root.path, name: undefined });
    const chosen = new Set(
      query.addresses.map((text) => findListed(deps.fs, text, { base, snapshots })),
    );
    if (!force) { for (const one of chosen) refuse(one, { chosen, snapshots }); }
    const counted = await countRemovals(deps, {
      root,
      all: snapshots,
      entries: [],
      removed: [...chosen].toSorted((a, b) => compareNames(a.time, b.time)),
      isEnough: () => false,
      cores: deps.host.cores,
      fence: settings["performance.fence"],
    });
    const removed = counted.snapshots;
    if (!dryRun) { for (const { what } of removed) putIntoTrash(deps, trash, what); }
    return { root: root.path, removed, dryRun };
  });
}

function refuse(
  snapshot: ListedSnapshot,
  { chosen, snapshots }: {
    chosen: ReadonlySet<ListedSnapshot>;
    snapshots: readonly ListedSnapshot[];
  },
): void {
  const { id, name, time } = snapshot;
  if (snapshot.marks?.pinned === true) {
    throw new AppError(`Cannot remove "${printable(id)}": it is pinned`, {
      code: "SNAPSHOT_PINNED",
      exitCode: EXIT.usage,
      hint: `phlb unpin ${printable(id)} lets it go, --force removes it all the same`,
    });
  }
  const hasNewer = snapshots.some((other) =>
    other.name === name && other.kind === "phlb" && compareNames(other.time, time) > 0 &&
    !chosen.has(other)
  );
  if (hasNewer) return;
  throw new AppError(
    `Cannot remove "${printable(id)}": no newer complete snapshot of its name would be left`,
    {
      code: "SNAPSHOT_NEWEST",
      exitCode: EXIT.usage,
      hint: "Make a new one with phlb backup first; --force removes it all the same",
    },
  );
}
