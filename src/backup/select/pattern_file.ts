/** One pattern in gitignore syntax. */
export interface IgnorePattern {
  readonly pattern: string;
  /** Where it stands. */
  readonly layer: string;
  /** As its author wrote it, where `pattern` is something else. */
  readonly written?: string;
}

/** A text file of patterns, one in each line. */
export interface PatternFile {
  /** For the layer of its patterns. */
  readonly path: string;
  readonly text: string;
}

/**
 * The patterns of a file in their order, each with `<path>:<line>` as its layer.
 * Source: gitignore(5); a byte order mark and carriage returns before line feeds do not count, as
 * in git's dir.c.
 */
export function patternLines({ path, text }: PatternFile): IgnorePattern[] {
  const lines = text.replace(/^\ufeff/, "").split("\n").map((line) => line.replace(/\r$/, ""));
  return lines.map((pattern, i) => ({ pattern, layer: `${path}:${i + 1}` }))
    .filter(({ pattern }) => !/^ *$/.test(pattern) && !pattern.startsWith("#"));
}

/**
 * A pattern that stands alone, as on the command line, where `#` begins no comment and spaces at
 * the end are meant. Source: git-ls-files(1), `--exclude`.
 */
export function lonePattern(written: string, layer: string): IgnorePattern {
  const pattern = written.replace(/^#/, "\\#")
    .replace(/(\\.)| (?= *$)/gs, (space, escaped?: string) => escaped ?? `\\${space}`);
  return { pattern, layer, written };
}

/**
 * Patterns that apply below the directory `base`, made to mean the same when they are read at the
 * top (as if all stood in the top directory's file).
 */
export function anchorPatterns(patterns: readonly IgnorePattern[], base: string): IgnorePattern[] {
  if (base === "") return [...patterns];
  const prefix = `/${base.replace(/[\\*?[]/g, "\\$&")}`;
  return patterns.flatMap(({ pattern, layer }) => {
    const negated = pattern.startsWith("!") ? "!" : "";
    const glob = pattern.slice(negated.length);
    const bare = glob.replace(/ +$/, "").replace(/\/$/, "");
    // "/" alone matches nothing; behind the prefix it would match the directory itself.
    if (bare === "") return [];
    const below = bare.includes("/") ? glob.replace(/^\//, "") : `**/${glob}`;
    return [{ pattern: `${negated}${prefix}/${below}`, layer, written: pattern }];
  });
}
