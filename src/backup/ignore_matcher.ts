import ignore, { type Ignore } from "ignore";
import type { RuleOrigin } from "./select.ts";

/** One pattern in gitignore syntax. */
export interface IgnorePattern {
  readonly pattern: string;
  /** Where it stands. */
  readonly layer: string;
}

/** The library remembers every path it was asked about; after so many it is made anew. */
const TESTS_BEFORE_RENEWAL = 10_000;

/** Patterns in gitignore syntax, in order; the last that matches decides. */
export class IgnoreMatcher {
  readonly #patterns: readonly IgnorePattern[];
  #ignore: Ignore;
  #tests = 0;

  constructor(patterns: readonly IgnorePattern[]) {
    this.#patterns = patterns;
    this.#ignore = this.#fresh();
  }

  /**
   * The rule that leaves `relPath` (relative to where the patterns are anchored) out, `"kept"` when a
   * `!` pattern takes it back, undefined when no pattern matches.
   */
  test(relPath: string, { isDir }: { isDir: boolean }): RuleOrigin | "kept" | undefined {
    if (++this.#tests > TESTS_BEFORE_RENEWAL) {
      this.#ignore = this.#fresh();
      this.#tests = 0;
    }
    const { ignored, unignored, rule } = this.#ignore.test(isDir ? `${relPath}/` : relPath);
    if (unignored) return "kept";
    if (!ignored) return undefined;
    return { rule: `pattern "${rule?.pattern ?? ""}"`, layer: rule?.mark ?? "" };
  }

  #fresh(): Ignore {
    const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
    matcher.add(this.#patterns.map(({ pattern, layer }) => ({ pattern, mark: layer })));
    return matcher;
  }
}
