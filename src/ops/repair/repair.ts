/**
 * Repairs backup roots. Top to bottom:
 *
 *   1 find      a verify tells what is wrong
 *   2 describe  what is recorded of it; directories, symlinks and the like are made anew
 *   3 names     who shares a damaged inode, and who else should have the same content
 *   4 contents  found, written anew, put in place under all names
 *   5 finish    checksum files, attributes of directories, the index; what is left is told
 *
 * Killed at any point it has lost nothing: what is in place is right, and the rest is found again by
 * the next run.
 *
 * @module
 */
import { compareNames, joinRel, printable } from "../../base/path_bytes.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";
import { WoundStore } from "../../store/wound_store.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import { withLockedRoot } from "../locked_root.ts";
import { resolveTargets, type RootTargets } from "../verify/targets.ts";
import { describeWounds } from "./describe_wounds.ts";
import { findNames } from "./find_names.ts";
import { findWounds } from "./find_wounds.ts";
import { listTrash } from "./list_trash.ts";
import { mendContents } from "./mend_contents.ts";
import { mendSums } from "./mend_sums.ts";
import { finishDirectories } from "./mend_tree.ts";
import { Origins } from "./origins.ts";
import type { RepairDeps, RepairedRoot, RepairOptions, RepairResult } from "./repair_deps.ts";
import { RepairWork } from "./repair_work.ts";
import { openStaging } from "./staging.ts";
import { tellRemaining } from "./tell_remaining.ts";
import { RepairedIndex } from "./repaired_index.ts";

/**
 * Does what the options say; what remains is told as problems.
 *
 * @throws {SNAPSHOT_UNKNOWN} {ROOT_MISSING} {FENCE_MISSING} and what `resolveAddress` throws
 * @throws {ROOT_UNWRITABLE} {LOCKED} {ROOT_FAILED} {INDEX_FAILED}
 * @throws {Cancelled}
 */
export async function repair(deps: RepairDeps, options: RepairOptions): Promise<RepairResult> {
  const startedMs = deps.clock.monotonicMs();
  const roots: RepairedRoot[] = [];
  for (const wanted of resolveTargets(deps.fs, options.request)) {
    const waitMs = options.settings["backup.lock_wait"];
    const lock = { root: wanted.root, waitMs, lock: !options.dryRun };
    roots.push(
      await withLockedRoot(deps, lock, (root) => repairRoot(deps, { options, wanted, root })),
    );
  }
  const seconds = (deps.clock.monotonicMs() - startedMs) / 1000;
  return { roots, dryRun: options.dryRun, seconds };
}

async function repairRoot(
  deps: RepairDeps,
  { options, wanted, root }: { options: RepairOptions; wanted: RootTargets; root: RootDir },
): Promise<RepairedRoot> {
  const { fs, signal } = deps;
  const cancel = new CancelFlag();
  const onAbort = () => cancel.raise();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) cancel.raise();
  const store = new WoundStore();
  const staging = options.dryRun ? undefined : openStaging(fs, root.dir);
  try {
    const own = completeSnapshots(deps, root);
    const snapshots = [...own, ...listTrash(fs, root.dir)];
    const work = new RepairWork({ deps, options, root, snapshots, store, cancel, staging });
    tellSkipped(work, wanted);
    await repairAll(work, { wanted, deps, options, trashFrom: own.length });
    return { root: root.path, counts: work.counts };
  } finally {
    staging?.close();
    store.close();
    signal.removeEventListener("abort", onAbort);
  }
}

async function repairAll(
  work: RepairWork,
  { wanted, deps, options, trashFrom }: {
    wanted: RootTargets;
    deps: RepairDeps;
    options: RepairOptions;
    trashFrom: number;
  },
): Promise<void> {
  const { store, fs, root, dryRun } = work;
  const origins = new Origins(work, { trashFrom });
  try {
    deps.onEvent({ kind: "begin", text: beginText(wanted) });
    await findWounds(work, wanted, { deps, options });
    if (work.counts.found === 0) return;
    await describeWounds(work);
    if (store.total().units > 0) await findNames(work, { trashFrom });
    const index = dryRun ? undefined : RepairedIndex.open(work);
    try {
      await mendContents(work, origins, (unit, at) => index?.note(unit, at));
      await mendSums(work);
      finishDirectories(work);
      if (!dryRun) fs.syncAll(root.dir);
      index?.commit();
    } finally {
      index?.close();
    }
    tellRemaining(work);
    work.assertRoom();
  } finally {
    origins.close();
  }
}

/** Oldest first: what an entry first stored is what its inode has. */
function completeSnapshots({ fs }: RepairDeps, root: RootDir): SnapshotRef[] {
  return listSnapshots(fs, root.dir).snapshots.filter(({ kind }) => kind !== "partial")
    .toSorted((a, b) =>
      (a.date?.getTime() ?? 0) - (b.date?.getTime() ?? 0) || compareNames(a.time, b.time)
    );
}

function tellSkipped(work: RepairWork, { skipped }: RootTargets): void {
  for (const { path, reason } of skipped) {
    work.counts.remaining++;
    work.deps.onEvent({
      kind: "problem",
      problem: {
        relPath: path,
        step: "repair",
        code: "unreadable",
        message: `Cannot repair "${printable(joinRel(work.root.path, path))}": ${reason}`,
        stored: false,
      },
    });
  }
}

function beginText({ root, targets }: RootTargets): string {
  const [first, ...others] = targets;
  if (first !== undefined && others.length === 0) return `Looking for damage in "${first.id}"`;
  return `Looking for damage in ${targets.length} snapshots in "${printable(root)}"`;
}
