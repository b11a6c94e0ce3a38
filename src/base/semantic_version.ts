/** A version by Semantic Versioning 2.0.0, without build metadata. */
export interface SemanticVersion {
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** Parts of what stands behind a hyphen; empty for a release. */
  readonly preRelease: readonly string[];
}

const FORM = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** `1.2.3`, `v1.2.3-rc.1`; undefined for anything else. */
export function parseVersion(text: string): SemanticVersion | undefined {
  const [, major, minor, patch, preRelease] = FORM.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const numbers = [Number(major), Number(minor), Number(patch)] as const;
  const suffix = preRelease === undefined ? "" : `-${preRelease}`;
  return { text: numbers.join(".") + suffix, numbers, preRelease: preRelease?.split(".") ?? [] };
}

/** Negative when `a` comes before `b`. Source: Semantic Versioning 2.0.0, item 11. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const at of [0, 1, 2] as const) {
    const difference = a.numbers[at] - b.numbers[at];
    if (difference !== 0) return difference;
  }
  // A release comes after its pre-releases.
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return b.preRelease.length - a.preRelease.length;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (const [at, part] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (part !== other) return comparePart(part, other);
  }
  return a.length - b.length;
}

function comparePart(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return Number(a) - Number(b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}
