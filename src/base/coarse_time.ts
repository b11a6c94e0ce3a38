/** Steps in nanoseconds in which file systems keep times: NTFS, then micro-, milli- and seconds. */
const COARSE = [100, 1000, 1_000_000, 1_000_000_000];

/** Whether a file system that was given a time with `nsec` nanoseconds may say `found`. */
export function isTimeOf(found: number, nsec: number): boolean {
  return found === nsec || COARSE.some((step) => found === nsec - nsec % step);
}
