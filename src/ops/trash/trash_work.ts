/**
 * `phlb trash list` and `phlb trash restore`.
 *
 * @module
 */
import { rootFailure } from "../../backup/run/root_errors.ts";
import { openRootDir } from "../../backup/run/preflight.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import { listRoot } from "../list_snapshots.ts";
import { type LockDeps, withLockedRoot } from "../locked_root.ts";
import { requireRoot } from "../read/address.ts";
import { countRemovals, type Removal } from "../retention/removal.ts";
import type { FreedDeps } from "../stats/freed_count.ts";
import { Trash, type TrashEntry } from "./trash.ts";

/** Which trash. */
export interface TrashQuery {
  /** Absolute; undefined when none is configured or given. */
  readonly root: string | undefined;
  readonly settings: Settings;
}

/** What lies in the trash. */
export interface TrashListing {
  readonly root: string;
  /** What comes free when they are deleted in this order. */
  readonly entries: readonly Removal<TrashEntry>[];
  /** What else lies there: begun to be deleted, or not understood. */
  readonly others: readonly string[];
}

/** What is to come back from the trash. */
export interface RestoreTrashQuery extends TrashQuery {
  /** `<name>/<time>`, the time alone or the beginning of it, or the entry's name in the trash. */
  readonly wanted: readonly string[];
}

/**
 * Lists the trash and what it holds alone; writes nothing and takes no lock.
 *
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {ROOT_FAILED} {FENCE_MISSING} {Cancelled}
 */
export async function listTrash(
  deps: FreedDeps & Pick<LockDeps, "host">,
  query: TrashQuery,
): Promise<TrashListing> {
  const { fs, host } = deps;
  const root = openRootDir(fs, requireRoot(query.root));
  try {
    const { entries, others } = new Trash(fs, root.dir).list();
    if (entries.length === 0) return { root: root.path, entries: [], others };
    const counted = await countRemovals(deps, {
      root,
      all: listRoot(fs, { root: root.path, name: undefined }).snapshots,
      entries,
      removed: [],
      isEnough: () => false,
      cores: host.cores,
      fence: query.settings["performance.fence"],
    });
    return { root: root.path, entries: counted.entries, others };
  } catch (error) {
    throw rootFailure(error, { path: root.path, leftovers: [] });
  } finally {
    fs.closeDir(root.dir);
  }
}

/**
 * Brings snapshots back from the trash; returns their ids.
 *
 * @throws {SNAPSHOT_UNKNOWN} {SNAPSHOT_EXISTS}
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED}
 */
export async function restoreTrash(
  deps: LockDeps,
  { root: path, settings, wanted }: RestoreTrashQuery,
): Promise<string[]> {
  const lock = { root: path, waitMs: settings["backup.lock_wait"], lock: true };
  return await withLockedRoot(deps, lock, (root) => {
    const trash = new Trash(deps.fs, root.dir);
    trash.settle();
    const { entries } = trash.list();
    const chosen = new Set(wanted.map((text) => findEntry(entries, text)));
    for (const entry of chosen) trash.restore(entry);
    return Promise.resolve([...chosen].map(({ id }) => id));
  });
}

/**
 * The entry that a user means; of several of the very same snapshot, the one removed last.
 *
 * @throws {SNAPSHOT_UNKNOWN} {SNAPSHOT_AMBIGUOUS}
 */
export function findEntry(entries: readonly TrashEntry[], text: string): TrashEntry {
  const exact = entries.filter(({ trashId, id, time }) => [trashId, id, time].includes(text));
  const found = exact.length > 0
    ? exact
    : entries.filter(({ id, time }) =>
      text !== "" && [id, time].some((one) => one.startsWith(text))
    );
  const last = found.at(-1);
  if (last === undefined) {
    throw new AppError(`Cannot find the snapshot "${printable(text)}" in the trash`, {
      code: "SNAPSHOT_UNKNOWN",
      exitCode: EXIT.usage,
      hint: entries.length === 0
        ? "The trash is empty"
        : `There are: ${entries.map(({ id }) => printable(id)).join(", ")}`,
    });
  }
  if (found.every(({ id }) => id === last.id)) return last;
  throw new AppError(`Cannot tell which snapshot in the trash "${printable(text)}" is`, {
    code: "SNAPSHOT_AMBIGUOUS",
    exitCode: EXIT.usage,
    hint: `Choose one of: ${found.map(({ id }) => printable(id)).join(", ")}`,
  });
}
