/**
 * Deletes what lies in the trash, entry by entry, a short while at a time, so that it can be
 * interrupted anywhere and gone on with later.
 *
 * @module
 */
import type { Dir } from "../../fs/file_system.ts";
import { removeTree } from "../../fs/remove_tree.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { DELETING, type Trash, type TrashEntry } from "./trash.ts";

/** Between two looks at signals and timers. */
const SLICE_MS = 200;

/** What is to be deleted, and for how long. */
export interface SweepOptions {
  /** Undefined: no matter how long it takes. */
  readonly maxDurationMs: number | undefined;
  /** How many names there are, as far as it is known, for the progress. */
  readonly expectedNames?: number;
  /** Called after each short while of work, to let others have the disk. */
  readonly rest?: () => Promise<void>;
}

/** What was deleted. */
export interface Swept {
  /** Names of files and directories. */
  readonly names: number;
  /** Snapshots that are gone for good. */
  readonly entries: number;
  /** False when the time was up before. */
  readonly isComplete: boolean;
}

/**
 * Deletes entries of the trash for good, those first that an earlier sweep began with.
 *
 * @throws {Cancelled} when the user wants it to stop; a later sweep goes on
 */
export async function sweep(
  deps: OpsDeps,
  { trash, entries }: { trash: Trash; entries: readonly TrashEntry[] },
  options: SweepOptions,
): Promise<Swept> {
  const { clock } = deps;
  const endMs = clock.monotonicMs() + (options.maxDurationMs ?? Infinity);
  const swept = { names: 0, entries: 0 };
  const begun = trash.list().others.filter((name) => name.endsWith(DELETING));
  for (const trashId of [...begun, ...entries.map((entry) => entry.trashId)]) {
    const condemned = trash.condemn(trashId);
    for (let isGone = false; !isGone;) {
      if (deps.signal.aborted) throw new Cancelled();
      const nowMs = clock.monotonicMs();
      if (nowMs >= endMs) return { ...swept, isComplete: false };
      const sliceEndMs = Math.min(endMs, nowMs + SLICE_MS);
      trash.open((dir) => {
        isGone = removeSlice(deps, dir, { name: condemned, sliceEndMs, swept });
      });
      tell(deps, swept.names, { options, currentPath: trashId });
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (!isGone) await options.rest?.();
    }
    swept.entries++;
  }
  return { ...swept, isComplete: true };
}

/** Whether all of it is gone. */
function removeSlice(
  { fs, clock }: OpsDeps,
  dir: Dir,
  { name, sliceEndMs, swept }: { name: string; sliceEndMs: number; swept: { names: number } },
): boolean {
  let asked = 0;
  let isUp = false;
  swept.names += removeTree(fs, dir, name, {
    // A look at the clock for every name would cost more than it is worth.
    isCancelled: () => isUp ||= asked++ % 64 === 63 && clock.monotonicMs() >= sliceEndMs,
  });
  return !isUp;
}

function tell(
  { onEvent }: OpsDeps,
  names: number,
  { options, currentPath }: { options: SweepOptions; currentPath: string },
): void {
  const { expectedNames } = options;
  onEvent({
    kind: "progress",
    entriesDone: names,
    entriesFound: Math.max(names, expectedNames ?? 0),
    bytesDone: 0,
    bytesFound: 0,
    walkDone: expectedNames !== undefined,
    problems: 0,
    currentPath,
  });
}
