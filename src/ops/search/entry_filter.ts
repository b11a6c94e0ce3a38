import { type EntryType, STAT } from "../../fs/stat_table.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import { type NamePattern, namePattern } from "./name_pattern.ts";

/** Which entries are looked for: those for which all that is given holds. */
export interface EntryQuery {
  /** Any of these; none: every name. */
  readonly patterns: readonly string[];
  readonly ignoreCase?: boolean;
  /** The first digits, at least, of a SHA-256 (or all of a SHA-512, as 0.x has it). */
  readonly digest?: string | undefined;
  readonly types?: readonly EntryType[];
  /** Regular files of at least, and of at most, so many bytes. */
  readonly leastBytes?: number | undefined;
  readonly mostBytes?: number | undefined;
  /** Modified at or after, and before, this many milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** An {@link EntryQuery} that is ready for use. */
export class EntryFilter {
  readonly #query: EntryQuery;
  readonly #patterns: readonly NamePattern[];

  constructor(query: EntryQuery) {
    const { patterns, ignoreCase = false } = query;
    this.#query = query;
    this.#patterns = patterns.map((pattern) => namePattern(pattern, { ignoreCase }));
  }

  /** Whether names are to be looked for in lower case. */
  get ignoresCase(): boolean {
    return this.#query.ignoreCase === true && this.#query.digest === undefined;
  }

  /**
   * Every entry that is looked for has one of these texts in its line in a manifest of ours;
   * undefined: nothing is known of all of them.
   */
  get literals(): readonly string[] | undefined {
    const { digest } = this.#query;
    if (digest !== undefined) return [` sha256digest=${digest}`];
    const literals = this.#patterns.flatMap(({ literal }) => literal ?? []);
    const isAll = literals.length > 0 && literals.length === this.#patterns.length;
    return isAll ? [...new Set(literals)] : undefined;
  }

  /** Whether a path that ends as its only literal is meant without a look at it. */
  get isLiteralEnough(): boolean {
    const [pattern, ...others] = this.#patterns;
    return others.length === 0 && pattern?.isLiteralEnough === true && !this.needsDetails;
  }

  /** Whether more than the path has to be known. */
  get needsDetails(): boolean {
    const { digest, types, leastBytes, mostBytes, sinceMs, untilMs } = this.#query;
    return [digest, types, leastBytes, mostBytes, sinceMs, untilMs].some((it) => it !== undefined);
  }

  /** The snapshot's own directory has no name and is never meant. */
  matchesPath(relPath: string): boolean {
    if (relPath === "") return false;
    return this.#patterns.length === 0 || this.#patterns.some((it) => it.matches(relPath));
  }

  /** Looks at all but the path. */
  matchesDetails({ stats, row, record }: SnapshotEntry): boolean {
    const { digest, types, leastBytes, mostBytes, sinceMs, untilMs } = this.#query;
    const type = stats.type(row);
    if (types !== undefined && !types.includes(type)) return false;
    if (leastBytes !== undefined || mostBytes !== undefined) {
      const size = stats.sizeBytes(row);
      if (type !== "file" || size < (leastBytes ?? 0) || size > (mostBytes ?? Infinity)) {
        return false;
      }
    }
    const mtimeMs = stats.get(row, STAT.mtimeSec) * 1000 + stats.get(row, STAT.mtimeNsec) / 1e6;
    if (mtimeMs < (sinceMs ?? -Infinity) || mtimeMs >= (untilMs ?? Infinity)) return false;
    if (digest === undefined) return true;
    return record?.digest?.startsWith(digest) === true || record?.sha512 === digest;
  }
}
