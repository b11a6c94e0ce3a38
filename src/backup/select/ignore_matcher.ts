import ignore, { type Ignore } from "ignore";
import type { IgnorePattern } from "./pattern_file.ts";

/**
 * The library remembers every path it was asked about; after so many it is made anew, so that
 * memory does not grow with the number of files.
 */
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

  /** The pattern that leaves out `relPath` or a directory it lies in, undefined when it is kept. */
  test(relPath: string, { isDir }: { isDir: boolean }): IgnorePattern | undefined {
    if (++this.#tests > TESTS_BEFORE_RENEWAL) {
      this.#ignore = this.#fresh();
      this.#tests = 0;
    }
    const { rule } = this.#ignore.test(isDir ? `${relPath}/` : relPath);
    return rule === undefined ? undefined : this.#patterns[Number(rule.mark)];
  }

  #fresh(): Ignore {
    const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
    matcher.add(this.#patterns.map(({ pattern }, i) => ({ pattern, mark: String(i) })));
    return matcher;
  }
}
