const SIZE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ["TiB", 1024 ** 4],
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
];

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What {@link parseSize} reads. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?) *(?:([KMGTkmgt])(?:i[Bb])?|[Bb])?$/;

/** What {@link parseDuration} reads. */
export const DURATION_PATTERN = /^(\d+(?:\.\d+)?) *(ms|s|m|h|d)?$/;

/** What {@link parseDirMode} reads: octal, with `rwx` for the owner. */
export const MODE_PATTERN = /^(?:0o)?(0*[0-7]?7[0-7]{2})$/;

/** What {@link parseSize} reads, for messages. */
export const SIZE_FORM = 'a size such as "256KiB", "10M" (steps of 1024) or a number of bytes';

/** What {@link parseDuration} reads, for messages. */
export const DURATION_FORM = 'a duration such as "0.5s", "30m", "2h" or a number of seconds';

/** What {@link parseDirMode} reads, for messages. */
export const MODE_FORM = 'a mode such as "0700" or 0o755 that gives the owner full access';

/**
 * Whole bytes of `256KiB`, `4 MiB`, `10M`, `512`; `undefined` for anything else. Steps are of 1024
 * with and without the `iB`; `MB` is refused, because it means a million elsewhere.
 */
export function parseSize(text: string): number | undefined {
  const match = SIZE_PATTERN.exec(text);
  if (!match) return undefined;
  const letter = match[2]?.toUpperCase();
  const unit = SIZE_UNITS.find(([name]) => name[0] === letter);
  return Math.round(Number(match[1]) * (unit?.[1] ?? 1));
}

/** The shortest text that {@link parseSize} reads as exactly `sizeBytes`. */
export function writeSize(sizeBytes: number): string | number {
  const unit = SIZE_UNITS.find(([, bytes]) => sizeBytes > 0 && sizeBytes % bytes === 0);
  return unit ? `${sizeBytes / unit[1]}${unit[0]}` : sizeBytes;
}

/** Whole milliseconds of `0.5s`, `250ms`, `30m`, `2h`, `1d` or plain seconds, else `undefined`. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * (DURATION_UNITS[match[2] ?? "s"] ?? 1));
}

/** The shortest text that {@link parseDuration} reads as exactly `durationMs`. */
export function writeDuration(durationMs: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const unitMs = DURATION_UNITS[unit] ?? 1;
    if (durationMs > 0 && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return durationMs % 100 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`;
}

/** Mode bits of `0700`, `755` or `0o2770`, `undefined` without `rwx` for the owner. */
export function parseDirMode(text: string): number | undefined {
  const match = MODE_PATTERN.exec(text);
  return match ? Number.parseInt(match[1] ?? "", 8) : undefined;
}

/** The text that {@link parseDirMode} reads as `mode`. */
export function writeMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
