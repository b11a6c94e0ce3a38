const PROOF = Deno.env.get("PHLB_PROOF") ?? "1";

/** Whether all points of a suite run: `PHLB_PROOF=full`. Otherwise it is a share of them. */
export const isFull = PROOF === "full";

/** Every point in full mode; otherwise about `usual` of them, times `PHLB_PROOF`, spread evenly. */
export function share<T>(points: readonly T[], usual: number): readonly T[] {
  const count = Math.max(1, Math.round(usual * Number(PROOF)));
  if (isFull || points.length <= count) return points;
  return Array.from({ length: count }, (_, i) => points[Math.floor(i * points.length / count)])
    .flatMap((point) => point ?? []);
}

/** Says at the end of a suite what it was made of. */
export function tellCounts(
  suite: string,
  { points, runs, hits = runs }: { points: number; runs: number; hits?: number },
): void {
  console.log(`${suite}: ${points} points, ${runs} runs, ${hits} hit`);
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
