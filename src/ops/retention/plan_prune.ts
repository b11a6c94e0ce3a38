/**
 * What a policy means for the snapshots that are there: a pure function of both and the time.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { tagsOf } from "../../base/kept_words.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import { keepReasons } from "./keep_reasons.ts";
import { isEmptyPolicy, type Policy } from "./policy.ts";
import { takenAtOf } from "./taken_at.ts";

/** One snapshot and its fate. */
export interface PlannedSnapshot {
  readonly snapshot: ListedSnapshot;
  /** Why it stays; none: it goes. */
  readonly reasons: readonly string[];
}

/** The snapshots of one name, oldest first. */
export interface NamePlan {
  readonly name: string;
  readonly snapshots: readonly PlannedSnapshot[];
}

/**
 * Decides which snapshots stay. Those that are not complete are not looked at. The newest of each
 * name stays in any case, pinned ones do, and those of which nobody knows when they were taken.
 *
 * @throws {POLICY_EMPTY} when no rule keeps anything
 * @throws {CLOCK_BEHIND} when the newest snapshot of a name is of a time that has not come
 */
export function planPrune(
  snapshots: readonly ListedSnapshot[],
  policy: Policy,
  now: Date,
): NamePlan[] {
  if (isEmptyPolicy(policy)) throw emptyPolicy();
  const complete = snapshots.filter(({ kind }) => kind !== "partial");
  refuseClockBehind(complete, now);
  return [...Map.groupBy(complete, ({ name }) => name)].map(([name, ofName]) => ({
    name,
    snapshots: planName(ofName, policy),
  }));
}

/** Those of a plan that go, oldest first. */
export function removedIn({ snapshots }: NamePlan): ListedSnapshot[] {
  return snapshots.filter(({ reasons }) => reasons.length === 0).map(({ snapshot }) => snapshot);
}

function planName(ofName: readonly ListedSnapshot[], policy: Policy): PlannedSnapshot[] {
  const dated = ofName.map((snapshot) => ({
    snapshot,
    takenAt: takenAtOf(snapshot),
    tags: tagsOf(snapshot),
  }));
  const byPolicy = keepReasons(dated, policy);
  return dated.map(({ snapshot, takenAt }, i) => ({
    snapshot,
    reasons: [
      ...(i === dated.length - 1 ? ["newest"] : []),
      ...(snapshot.marks?.pinned === true ? ["pinned"] : []),
      ...(takenAt === undefined ? ["time unknown"] : []),
      ...byPolicy[i] ?? [],
    ],
  }));
}

function emptyPolicy(): AppError {
  return new AppError("Cannot prune: no rule says what to keep", {
    code: "POLICY_EMPTY",
    exitCode: EXIT.usage,
    hint: "Set rules in the [retention] table of phlb.toml, or give some: " +
      "--keep-daily 14 --keep-weekly 8 --keep-monthly 24",
  });
}

/** Every rule that goes by time is wrong when the clock is. */
function refuseClockBehind(complete: readonly ListedSnapshot[], now: Date): void {
  for (const snapshot of complete) {
    const takenAt = takenAtOf(snapshot);
    if (takenAt === undefined || !takenAt.isRecorded || takenAt.ms <= now.getTime()) continue;
    throw new AppError(
      `Cannot prune: the snapshot "${printable(snapshot.id)}" was taken ` +
        `${snapshot.summary?.started_at}, and the clock shows ${now.toISOString()}`,
      {
        code: "CLOCK_BEHIND",
        exitCode: EXIT.failed,
        hint: "Check this computer's clock; a snapshot that is wrongly dated can be removed with " +
          "phlb remove",
      },
    );
  }
}
