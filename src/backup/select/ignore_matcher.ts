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

  /** The `!` pattern that takes back what another one left out; to be asked about what is kept. */
  keptBy(relPath: string, { isDir }: { isDir: boolean }): IgnorePattern | undefined {
    const path = isDir ? `${relPath}/` : relPath;
    if (!this.#ignore.test(path).unignored) return undefined;
    const isEnough = (count: number) =>
      this.#fresh(this.#patterns.slice(0, count)).test(path).unignored;
    // Later ones decide: the last without which it would not be taken back.
    const count = this.#patterns.findLastIndex(({ pattern }, i) =>
      pattern.startsWith("!") && isEnough(i + 1) && !isEnough(i)
    );
    return this.#patterns[count];
  }

  #fresh(patterns = this.#patterns): Ignore {
    const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
    matcher.add(patterns.map(({ pattern }, i) => ({ pattern, mark: String(i) })));
    return matcher;
  }
}
