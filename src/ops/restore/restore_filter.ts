import { IgnoreMatcher } from "../../backup/select/ignore_matcher.ts";
import { lonePattern } from "../../backup/select/pattern_file.ts";

/** Patterns in gitignore syntax, relative to the directory that is restored. */
export interface FilterPatterns {
  /** When there are any, only what one of them matches is restored. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Decides which entries are restored. Later patterns win, `!` takes back. */
export class RestoreFilter {
  readonly #include: IgnoreMatcher | undefined;
  readonly #exclude: IgnoreMatcher | undefined;

  constructor({ include, exclude }: FilterPatterns) {
    this.#include = matcher(include, "--include");
    this.#exclude = matcher(exclude, "--exclude");
  }

  /** Whether there is any pattern. */
  get isActive(): boolean {
    return this.#include !== undefined || this.#exclude !== undefined;
  }

  /** Whether a directory that is not selected itself can hold entries that are. */
  get needsLookBelow(): boolean {
    return this.#include !== undefined;
  }

  /** Whether the entry is restored; `relPath` is not `""`. */
  selects(relPath: string, options: { isDir: boolean }): boolean {
    return !this.excludes(relPath, options) &&
      (this.#include === undefined || this.#include.test(relPath, options) !== undefined);
  }

  /** Whether the entry is left out, and with a directory all that is in it. */
  excludes(relPath: string, options: { isDir: boolean }): boolean {
    return this.#exclude?.test(relPath, options) !== undefined;
  }
}

function matcher(patterns: readonly string[], layer: string): IgnoreMatcher | undefined {
  if (patterns.length === 0) return undefined;
  return new IgnoreMatcher(patterns.map((pattern) => lonePattern(pattern, layer)));
}
