import { comparePlaces, parseRaw } from "../../store/raw_entry.ts";
import { type BelowEntry, placeOf } from "./entries_below.ts";
import { changedFields } from "./entry_change.ts";
import type { Found } from "./version_table.ts";

/** How many entries below a directory differ. */
export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Compares all that is below a directory in two snapshots, both in the order of a manifest. */
export async function countChanges(
  before: AsyncIterable<BelowEntry[]>,
  after: AsyncIterable<BelowEntry[]>,
  { recorded }: { recorded: boolean },
): Promise<ChangeCounts> {
  const [old, now] = [new Stepper(before), new Stepper(after)];
  const counts = { added: 0, removed: 0, changed: 0 };
  try {
    await old.step();
    await now.step();
    while (old.entry !== undefined || now.entry !== undefined) {
      const order = compared(old.entry, now.entry);
      if (order < 0) counts.removed++;
      else if (order > 0) counts.added++;
      else if (differ(old.entry?.found, now.entry?.found, { recorded })) counts.changed++;
      if (order <= 0 && !old.stepInside()) await old.step();
      if (order >= 0 && !now.stepInside()) await now.step();
    }
    return counts;
  } finally {
    await old.close();
    await now.close();
  }
}

function compared(old: BelowEntry | undefined, now: BelowEntry | undefined): number {
  if (old === undefined) return 1;
  if (now === undefined) return -1;
  if (old.relPath === now.relPath && old.isDir === now.isDir) return 0;
  return comparePlaces(placeOf(old), placeOf(now));
}

function differ(
  old: Found | undefined,
  now: Found | undefined,
  { recorded }: { recorded: boolean },
): boolean {
  if (old === now || old === undefined || now === undefined) return false;
  const parsed = (found: Found) => typeof found === "string" ? parseRaw(found) : found;
  return changedFields(parsed(old), parsed(now), { recorded }).length > 0;
}

/** Goes through slices one entry after the other. */
class Stepper {
  entry: BelowEntry | undefined;
  readonly #slices: AsyncIterator<BelowEntry[]>;
  #slice: readonly BelowEntry[] = [];
  #at = -1;

  constructor(slices: AsyncIterable<BelowEntry[]>) {
    this.#slices = slices[Symbol.asyncIterator]();
  }

  /** To the next entry of the slice at hand; false when another slice is needed. */
  stepInside(): boolean {
    this.#at++;
    this.entry = this.#slice[this.#at];
    return this.entry !== undefined;
  }

  /** To the first entry of the next slice that has one. */
  async step(): Promise<void> {
    do {
      const next = await this.#slices.next();
      if (next.done === true) {
        this.entry = undefined;
        return;
      }
      this.#slice = next.value;
      this.#at = -1;
    } while (!this.stepInside());
  }

  async close(): Promise<void> {
    await this.#slices.return?.();
  }
}
