import { compareNames } from "../../base/path_bytes.ts";
import type { Sum } from "../../store/checksum_file.ts";

/** What is known of a directory's checksum file. */
export interface SumsState {
  /** What the manifest has, by name. */
  readonly wanted: ReadonlyMap<string, string>;
  /** The lines that are there; undefined when there is no file, or none that can be read. */
  readonly existing: readonly Sum[] | undefined;
  /** Whether the content of a file is known to differ from the manifest. */
  readonly isDamaged: (name: string) => boolean;
  /** Whether the directory has a file of that name that the manifest has no digest for. */
  readonly isUntold: (name: string) => boolean;
}

/** What is to be done about it. */
export interface SumsPlan {
  /** The new lines in byte order of the names; undefined: it stays as it is. */
  readonly lines: readonly Sum[] | undefined;
  /** Names whose line was wrong though manifest and content agree. */
  readonly corrected: readonly string[];
}

/**
 * Decides whether a directory's SHA256SUMS is written anew. Lines that are there are kept, also
 * those of files that are gone or damaged: they are what `sha256sum -c` finds that out by. Only a
 * line that manifest and content agree to be wrong is corrected.
 */
export function planSums(state: SumsState): SumsPlan {
  const { wanted, existing, isDamaged, isUntold } = state;
  if (wanted.size === 0) return { lines: undefined, corrected: [] };
  const lines = new Map<string, string>();
  const broken = [...wanted].filter(([name]) => name.includes("\n"));
  for (const { name, digest } of existing ?? []) {
    if (wanted.has(name) || isUntold(name) || !isCutLine({ name, digest }, broken)) {
      lines.set(name, digest);
    }
  }
  const corrected: string[] = [];
  let lacking = existing === undefined;
  for (const [name, digest] of wanted) {
    const old = lines.get(name);
    if (old === digest) continue;
    if (old !== undefined) {
      if (isDamaged(name)) continue;
      corrected.push(name);
    }
    lacking = true;
    lines.set(name, digest);
  }
  if (!lacking) return { lines: undefined, corrected };
  const sorted = [...lines].map(([name, digest]) => ({ name, digest }))
    .toSorted((a, b) => compareNames(a.name, b.name));
  return { lines: sorted, corrected };
}

/** PyHardLinkBackup 1.x escapes nothing: of a name with a newline, its line holds the beginning. */
function isCutLine(
  { name, digest }: Sum,
  broken: readonly (readonly [name: string, digest: string])[],
): boolean {
  return broken.some(([whole, its]) => its === digest && whole.startsWith(`${name}\n`));
}
