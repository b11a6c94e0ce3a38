/** A step of time in the largest unit that it fills. */
export function stepText(ns: number): string {
  if (ns >= 1e9) return `${ns / 1e9} s`;
  return ns >= 1e6 ? `${ns / 1e6} ms` : `${ns} ns`;
}
