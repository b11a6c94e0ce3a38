/**
 * What keeps snapshots although the policy lets them go: a newest snapshot that cannot be relied
 * on, and one that looks like a disaster.
 *
 * @module
 */
import type { Settings } from "../../config/schema.ts";
import type { StartReader } from "../compare/reader_thread.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { LockDeps } from "../locked_root.ts";
import type { VerifyThreads } from "../verify/threads/threads.ts";
import { findLosses } from "./losses.ts";
import { checkNewest } from "./newest_check.ts";
import { type NamePlan, removedIn } from "./plan_prune.ts";

/** What looking at snapshots needs. */
export interface GuardDeps extends LockDeps {
  readonly threads: VerifyThreads;
  readonly startReader: StartReader;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** Where the snapshots lie and how they are looked at. */
export interface GuardContext {
  readonly deps: GuardDeps;
  /** Absolute. */
  readonly root: string;
  readonly settings: Settings;
}

/** Why nothing of a name goes. */
export interface Refusal {
  /** Goes on from `Cannot prune "…": `. */
  readonly reason: string;
  readonly hint: string;
  /** Whether it may go all the same when somebody had a look. */
  readonly canForce: boolean;
  /** The snapshot that looks like a disaster. */
  readonly suspect?: ListedSnapshot;
}

/**
 * All that speaks against pruning a name; nothing when nothing goes anyway.
 *
 * @throws {Cancelled}
 */
export async function refusalsFor(plan: NamePlan, context: GuardContext): Promise<Refusal[]> {
  const newest = plan.snapshots.at(-1)?.snapshot;
  if (newest === undefined || removedIn(plan).length === 0) return [];
  const unsound = await checkNewest(newest, context);
  return unsound === undefined ? await findLosses(plan, context) : [unsound];
}
