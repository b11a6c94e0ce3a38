/**
 * Does what a plan of `phlb prune` says: snapshots go to the trash, oldest first, and are deleted at
 * once where room is to be made. It decides nothing.
 *
 * @module
 */
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { NO_MARKS } from "../../store/marks.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { LockDeps } from "../locked_root.ts";
import { writeMarks } from "../marks/write_marks.ts";
import { Deletion, sweep } from "../trash/sweep.ts";
import type { Trash, TrashEntry } from "../trash/trash.ts";
import { unpublish } from "../trash/unpublish.ts";
import type { PrunePlan } from "./prune.ts";

/**
 * See the module text.
 *
 * @throws {ROOT_FAILED} {Cancelled}
 */
export async function applyPrune(
  deps: LockDeps,
  { plan, trash }: { plan: PrunePlan; trash: Trash },
): Promise<void> {
  // Whoever makes room has none for them before.
  if (plan.free !== undefined) await makeRoom(deps, { plan, trash });
  for (const snapshot of plan.accepted) {
    const marks = { ...NO_MARKS, ...snapshot.marks, changeAccepted: true };
    writeMarks(deps.fs, trash.root, { snapshot, marks });
  }
  if (plan.free !== undefined) return;
  for (const { what } of plan.snapshots) {
    await turn(deps);
    putIntoTrash(deps, trash, what);
  }
}

/** All goes to the trash at first, because that is quick and whole; then it is deleted. */
async function makeRoom(
  deps: LockDeps,
  { plan, trash }: { plan: PrunePlan; trash: Trash },
): Promise<void> {
  const expectedNames = [...plan.entries, ...plan.snapshots]
    .reduce((sum, { freed }) => sum + freed.names, 0);
  deps.onEvent({
    kind: "begin",
    text: `Deleting ${plan.entries.length + plan.snapshots.length} snapshots in "${plan.root}"`,
    expected: { entries: expectedNames, bytes: 0 },
  });
  const options = { maxDurationMs: undefined, expectedNames };
  let gone: TrashEntry[] = plan.entries.map(({ what }) => what);
  for (const { what } of plan.snapshots) {
    await turn(deps);
    let entry = putIfRoom(deps, trash, what);
    if (entry === undefined) {
      await sweep(deps, { trash, entries: gone }, options);
      gone = [];
      entry = putIfRoom(deps, trash, what);
    }
    if (entry !== undefined) gone.push(entry);
    else await deleteInPlace(deps, trash, what);
  }
  await sweep(deps, { trash, entries: gone }, options);
}

/** Undefined when there is no room for it in the trash. */
function putIfRoom(
  deps: Pick<LockDeps, "clock" | "command">,
  trash: Trash,
  snapshot: ListedSnapshot,
): TrashEntry | undefined {
  try {
    return put(deps, trash, snapshot);
  } catch (error) {
    if (lacksRoom(error)) return undefined;
    throw error;
  }
}

async function deleteInPlace(
  deps: LockDeps,
  trash: Trash,
  snapshot: ListedSnapshot,
): Promise<void> {
  const message = `There is no room for "${printable(snapshot.id)}" in the trash: it is deleted ` +
    "where it is";
  deps.onEvent({ kind: "log", level: "info", message });
  const deletion = new Deletion(deps, { maxDurationMs: undefined });
  await unpublish(deps, trash.root, {
    snapshot,
    use: (dir, name) => {
      const shown = joinRel(snapshot.name, name);
      return deletion.remove({ name, shown, open: (use) => use(dir) });
    },
  });
}

async function turn({ signal }: LockDeps): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal.aborted) throw new Cancelled();
}

/**
 * Moves a snapshot to the trash now.
 *
 * @throws {ROOT_FAILED} when there is no room for that
 */
export function putIntoTrash(
  deps: Pick<LockDeps, "clock" | "command">,
  trash: Trash,
  snapshot: ListedSnapshot,
): TrashEntry {
  try {
    return put(deps, trash, snapshot);
  } catch (error) {
    if (!lacksRoom(error)) throw error;
    const { id } = snapshot;
    throw new AppError(`Cannot put "${printable(id)}" into the trash: ${error.message}`, {
      code: "ROOT_FAILED",
      exitCode: EXIT.failed,
      hint: "The trash itself needs a little room. phlb trash empty deletes what lies there for " +
        "good, phlb prune --free SIZE deletes at once what no rule keeps",
      cause: error,
    });
  }
}

function put(
  { clock, command }: Pick<LockDeps, "clock" | "command">,
  trash: Trash,
  { name, time }: ListedSnapshot,
): TrashEntry {
  const now = clock.now();
  return trash.put({ name, time, removedAt: isoTime(now), command }, now);
}
