import type { Space } from "../../fs/file_system.ts";

/** What a snapshot took when it was made. */
export interface Taken {
  readonly bytes: number;
  /** Undefined when nobody counted. */
  readonly inodes: number | undefined;
}

/** How much room there is, and for how long. */
export interface Room {
  /** Undefined where the file system does not say. */
  readonly freeBytes: number | undefined;
  readonly freeInodes: number | undefined;
  /** Means over the last snapshots; undefined when there are too few to tell. */
  readonly perSnapshot: { readonly bytes: number; readonly inodes: number | undefined } | undefined;
  /** How many snapshots the means are taken over. */
  readonly basis: number;
  /** How many more snapshots like these fit; undefined when that cannot be told. */
  readonly fits: number | undefined;
}

/** One snapshot alone may have been an exception. */
const LEAST_BASIS = 2;
/** What was long ago says little about tomorrow. */
const MOST_BASIS = 10;

/**
 * Tells how many more snapshots fit, if they grow as the last ones did. `taken` comes in order of
 * time, without first snapshots: those take everything and are no measure of the next.
 */
export function estimateRoom(
  { freeBytes, freeInodes }: Pick<Space, "freeBytes" | "freeInodes">,
  taken: readonly Taken[],
): Room {
  const last = taken.slice(-MOST_BASIS);
  const basis = last.length;
  if (basis < LEAST_BASIS) {
    return { freeBytes, freeInodes, perSnapshot: undefined, basis, fits: undefined };
  }
  const bytes = last.reduce((sum, one) => sum + one.bytes, 0) / basis;
  const counted = last.flatMap((one) => one.inodes === undefined ? [] : [one.inodes]);
  const inodes = counted.length < LEAST_BASIS
    ? undefined
    : counted.reduce((sum, one) => sum + one, 0) / counted.length;
  const limits = [timesIn(freeBytes, bytes), timesIn(freeInodes, inodes)];
  const known = limits.filter((limit) => limit !== undefined);
  return {
    freeBytes,
    freeInodes,
    perSnapshot: { bytes, inodes },
    basis,
    fits: known.length === 0 ? undefined : Math.min(...known),
  };
}

function timesIn(free: number | undefined, each: number | undefined): number | undefined {
  if (free === undefined || each === undefined || each <= 0) return undefined;
  return Math.floor(free / each);
}
