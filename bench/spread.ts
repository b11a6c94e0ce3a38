/** Minimum, median and maximum of several values. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Minimum, median and maximum; the median of an even number is the mean of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}

/**
 * The ratios pair by pair, run n of one to run n of the other: they ran next to each other, so that
 * what slows the machine down for a while hits both.
 */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.slice(0, to.length).map((value, i) => value / (to[i] ?? NaN));
}

/** `2.07`, `0.25`, `0.031`: three significant digits at most, two decimals at least below 10. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(3);
}

/** `2.07 (1.98–2.12)`: the median, then minimum and maximum. */
export function formatSpread({ min, median, max }: Spread): string {
  return `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}
