const PROOF = Deno.env.get("PHLB_PROOF") ?? "1";

/** Whether all points of a suite run: `PHLB_PROOF=full`. Otherwise it is a share of them. */
export const isFull = PROOF === "full";

/** How many of what has no end: `all` in full mode, otherwise `usual` times `PHLB_PROOF`. */
export function countOf({ usual, all }: { usual: number; all: number }): number {
  return isFull ? all : Math.max(1, Math.round(usual * Number(PROOF)));
}

/** `PHLB_PROOF_PART=2/3`: the second of three parts, so that a suite runs in several processes. */
const [PART = 1, PARTS = 1] = (Deno.env.get("PHLB_PROOF_PART") ?? "1/1").split("/").map(Number);

/**
 * Every point in full mode; otherwise about `usual` of them, times `PHLB_PROOF`, spread evenly. Of
 * these, the part that `PHLB_PROOF_PART` names.
 */
export function share<T>(points: readonly T[], usual: number): readonly T[] {
  const count = countOf({ usual, all: points.length });
  const chosen = points.length <= count
    ? points
    : Array.from({ length: count }, (_, i) => points[Math.floor(i * points.length / count)])
      .flatMap((point) => point ?? []);
  return chosen.filter((_, i) => i % PARTS === PART - 1);
}

/** What a suite was made of. */
export interface Counts {
  readonly points: number;
  readonly runs: number;
  readonly hits?: number;
  /** How many points of each kind there are, and how many of them ran. */
  readonly kinds?: Kinds;
}

type Kinds = ReadonlyMap<string, { readonly points: number; readonly runs: number }>;

/** Says at the end of a suite what it was made of. */
export function tellCounts(suite: string, { points, runs, hits = runs, kinds }: Counts): void {
  console.log(`${suite}: ${points} points, ${runs} runs, ${hits} hit`);
  for (const [kind, { points, runs }] of kinds ?? []) {
    console.log(`  ${kind}: ${runs} of ${points}`);
  }
}

/** Counts points by what `kindOf` calls them, in the order of the names. */
export function countKinds<T>(
  { points, runs }: { points: readonly T[]; runs: readonly T[] },
  kindOf: (point: T) => string,
): Kinds {
  const [all, ran] = [Map.groupBy(points, kindOf), Map.groupBy(runs, kindOf)];
  return new Map(
    [...all].toSorted(([a], [b]) => a < b ? -1 : 1).map(([kind, { length }]) =>
      [kind, { points: length, runs: ran.get(kind)?.length ?? 0 }] as const
    ),
  );
}

/** Lets chance be the same in each run, so that the nth call of two runs is the same. */
export async function withoutChance<T>(run: () => Promise<T>): Promise<T> {
  const { random } = Math;
  Math.random = seededRandom(1);
  try {
    return await run();
  } finally {
    Math.random = random;
  }
}

/** A number from 0 up to 1 for each call, the same series for each seed. */
export function seededRandom(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    // Source: mulberry32, by Tommy Ettinger, public domain.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
