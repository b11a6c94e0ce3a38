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
import type { Trash, TrashEntry } from "./trash.ts";

/** Between two looks at signals and timers. */
const SLICE_MS = 200;

/** What is to be deleted, and for how long. */
export interface SweepOptions {
  /** Whether all of the trash is to go, also what nobody knows any more; default: no. */
  readonly isAll?: boolean;
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
  const deletion = new Deletion(deps, options);
  let gone = 0;
  const condemned = trash.listCondemned({ nameless: options.isAll === true });
  for (const trashId of [...condemned, ...entries.map((entry) => entry.trashId)]) {
    const name = trash.condemn(trashId);
    if (!await deletion.remove({ name, shown: trashId, open: (use) => trash.open(use) })) {
      return { names: deletion.names, entries: gone, isComplete: false };
    }
    gone++;
  }
  return { names: deletion.names, entries: gone, isComplete: true };
}

/** A tree that is to be deleted. */
export interface DoomedTree {
  readonly name: string;
  /** What the progress tells of it. */
  readonly shown: string;
  /** Calls `use` with the open directory that it lies in. */
  readonly open: (use: (dir: Dir) => void) => void;
}

/** Deletes trees a short while at a time. */
export class Deletion {
  readonly #deps: OpsDeps;
  readonly #options: SweepOptions;
  readonly #endMs: number;
  #names = 0;

  constructor(deps: OpsDeps, options: SweepOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#endMs = deps.clock.monotonicMs() + (options.maxDurationMs ?? Infinity);
  }

  /** How many names of files and directories were deleted. */
  get names(): number {
    return this.#names;
  }

  /**
   * Deletes a tree; false when the time was up before.
   *
   * @throws {Cancelled} when the user wants it to stop
   */
  async remove({ name, shown, open }: DoomedTree): Promise<boolean> {
    const { clock, signal } = this.#deps;
    for (let isGone = false; !isGone;) {
      if (signal.aborted) throw new Cancelled();
      const nowMs = clock.monotonicMs();
      if (nowMs >= this.#endMs) return false;
      const sliceEndMs = Math.min(this.#endMs, nowMs + SLICE_MS);
      open((dir) => isGone = this.#removeSlice(dir, { name, sliceEndMs }));
      this.#tell(shown);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (!isGone) await this.#options.rest?.();
    }
    return true;
  }

  /** Whether all of it is gone. */
  #removeSlice(dir: Dir, { name, sliceEndMs }: { name: string; sliceEndMs: number }): boolean {
    const { fs, clock } = this.#deps;
    let asked = 0;
    let isUp = false;
    this.#names += removeTree(fs, dir, name, {
      // A look at the clock for every name would cost more than it is worth.
      isCancelled: () => isUp ||= asked++ % 64 === 63 && clock.monotonicMs() >= sliceEndMs,
    });
    return !isUp;
  }

  #tell(currentPath: string): void {
    const { expectedNames } = this.#options;
    this.#deps.onEvent({
      kind: "progress",
      entriesDone: this.#names,
      entriesFound: Math.max(this.#names, expectedNames ?? 0),
      bytesDone: 0,
      bytesFound: 0,
      walkDone: expectedNames !== undefined,
      problems: 0,
      currentPath,
    });
  }
}
