/**
 * `phlb prune`: plans by the policy, holds back what must not go, shows, and applies. A dry run
 * takes no lock and makes the very same plan.
 *
 * @module
 */
import type { RootDir } from "../../backup/run/preflight.ts";
import { compareNames, printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import { type ListedSnapshot, listRoot, type RootListing } from "../list_snapshots.ts";
import { withLockedRoot } from "../locked_root.ts";
import type { StartCounter } from "../stats/count_threads.ts";
import { Trash } from "../trash/trash.ts";
import { applyPrune } from "./apply_prune.ts";
import { type GuardDeps, type Refusal, refusalsFor } from "./guard.ts";
import { type NamePlan, planPrune, removedIn } from "./plan_prune.ts";
import { policyOf } from "./policy.ts";
import { countRemovals, type Removals } from "./removal.ts";

/** What pruning needs from the outside. */
export interface PruneDeps extends GuardDeps {
  readonly startCounter: StartCounter;
}

/** What is to be pruned, and how. */
export interface PruneQuery {
  /** Absolute; undefined when none is configured or given. */
  readonly root: string | undefined;
  /** Only snapshots of this name. */
  readonly name: string | undefined;
  /** The policy is among them. */
  readonly settings: Settings;
  readonly dryRun: boolean;
  /** Prunes also what looks like a disaster, and remembers that somebody had a look. */
  readonly force: boolean;
  /** Bytes that are to be free on the file system; undefined: all that the policy lets go, goes. */
  readonly freeBytes: number | undefined;
}

/** A name of which nothing goes. */
export interface RefusedName {
  readonly name: string;
  readonly refusal: Refusal;
}

/** What a prune does. {@link applyPrune} decides nothing. */
export interface PrunePlan extends Removals {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly names: readonly NamePlan[];
  readonly refused: readonly RefusedName[];
  /** Snapshots whose loss is accepted by `--force`. */
  readonly accepted: readonly ListedSnapshot[];
  /** With `freeBytes`: what is free before, and how much is wanted. What goes is deleted at once. */
  readonly free: { readonly nowBytes: number; readonly wantedBytes: number } | undefined;
}

/** What came of it. */
export interface PruneResult {
  readonly plan: PrunePlan;
  readonly dryRun: boolean;
  /** What is free afterwards; undefined unless room was to be made. */
  readonly freeBytes: number | undefined;
}

/**
 * See the module text.
 *
 * @throws {POLICY_EMPTY} {CLOCK_BEHIND} {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED}
 * @throws {Cancelled} what was put into the trash until then stays there
 */
export async function prune(
  deps: PruneDeps,
  query: PruneQuery,
  onPlan: (plan: PrunePlan) => void,
): Promise<PruneResult> {
  const { dryRun, settings } = query;
  const lock = { root: query.root, waitMs: settings["backup.lock_wait"], lock: !dryRun };
  return await withLockedRoot(deps, lock, async (root) => {
    const trash = new Trash(deps.fs, root.dir);
    if (!dryRun) tellSettled(deps, trash.settle());
    const plan = await makePlan(deps, { query, root, trash });
    onPlan(plan);
    if (!dryRun) await applyPrune(deps, { plan, trash });
    const isMade = plan.free !== undefined && !dryRun;
    const freeBytes = isMade ? deps.fs.space(root.dir).freeBytes : undefined;
    return { plan, dryRun, freeBytes };
  });
}

function tellSettled({ onEvent }: PruneDeps, ids: readonly string[]): void {
  for (const id of ids) {
    const message = `Finished the removal of "${id}", which was cut off`;
    onEvent({ kind: "log", level: "warning", message });
  }
}

async function makePlan(
  deps: PruneDeps,
  { query, root, trash }: { query: PruneQuery; root: RootDir; trash: Trash },
): Promise<PrunePlan> {
  const { settings, name, freeBytes: wantedBytes } = query;
  const listing = listRoot(deps.fs, { root: root.path, name: undefined });
  tellSkipped(deps, listing);
  const all = listing.snapshots;
  const chosen = all.filter((one) => name === undefined || one.name === name);
  const names = planPrune(chosen, policyOf(settings), deps.clock.now());
  deps.onEvent({ kind: "begin", text: `Looking at what may go in "${root.path}"` });
  const { refused, accepted } = await guard(deps, names, { query, root });
  const kept = new Set(refused.map((one) => one.name));
  const free = wantedBytes === undefined
    ? undefined
    : { nowBytes: deps.fs.space(root.dir).freeBytes ?? 0, wantedBytes };
  const removals = await countRemovals(deps, {
    root,
    all,
    entries: free === undefined ? [] : trash.list().entries,
    removed: names.filter((plan) => !kept.has(plan.name)).flatMap(removedIn)
      .toSorted((a, b) => compareNames(a.time, b.time)),
    isEnough: (bytes) => free !== undefined && free.nowBytes + bytes >= free.wantedBytes,
    cores: deps.host.cores,
    fence: settings["performance.fence"],
  });
  return { root: root.path, names, refused, accepted, free, ...removals };
}

function tellSkipped({ onEvent }: PruneDeps, { skipped }: RootListing): void {
  for (const { path, reason, error } of skipped) {
    if (error === undefined) {
      const message = `"${printable(path)}" is not taken for a snapshot: ${reason}`;
      onEvent({ kind: "log", level: "warning", message });
      continue;
    }
    const message = `Cannot prune in "${printable(path)}": ${reason}`;
    const told = { relPath: path, step: "prune", code: "unreadable", message } as const;
    onEvent({ kind: "problem", problem: { ...told, stored: true } });
  }
}

async function guard(
  deps: PruneDeps,
  names: readonly NamePlan[],
  { query, root }: { query: PruneQuery; root: RootDir },
): Promise<Pick<PrunePlan, "refused" | "accepted">> {
  const refused: RefusedName[] = [];
  const accepted: ListedSnapshot[] = [];
  for (const plan of names) {
    const context = { deps, root: root.path, settings: query.settings };
    for (const refusal of await refusalsFor(plan, context)) {
      if (!query.force || !refusal.canForce) refused.push({ name: plan.name, refusal });
      else if (refusal.suspect !== undefined) accepted.push(refusal.suspect);
    }
  }
  return { refused, accepted };
}
