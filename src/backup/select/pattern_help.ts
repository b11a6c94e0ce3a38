import { paragraph, type Prose } from "../../base/prose.ts";

/** A pattern with what it means, a path that it leaves out, and one that it does not. */
export interface PatternExample {
  readonly pattern: string;
  readonly meaning: string;
  /** Relative to the source; a directory ends with a slash. */
  readonly leavesOut: string;
  readonly keeps: string;
}

/** One example for each thing that patterns can say. */
export const PATTERN_EXAMPLES: readonly PatternExample[] = [
  {
    pattern: "*.iso",
    meaning: "names that end so, in every directory; * stands for anything but a slash",
    leavesOut: "disks/debian.iso",
    keeps: "iso/readme",
  },
  {
    pattern: "build/",
    meaning: "directories of that name, with all that is in them",
    leavesOut: "src/build/",
    keeps: "src/build",
  },
  {
    pattern: "/Downloads",
    meaning: "only directly in the source",
    leavesOut: "Downloads",
    keeps: "old/Downloads",
  },
  {
    pattern: "docs/*.tmp",
    meaning: "with a slash inside: a path from the source, no name in every directory",
    leavesOut: "docs/a.tmp",
    keeps: "more/docs/a.tmp",
  },
  {
    pattern: "docs/**/draft",
    meaning: "** stands for any number of directories",
    leavesOut: "docs/2025/may/draft",
    keeps: "docs/drafts",
  },
  {
    pattern: "page-[0-9]?.txt",
    meaning: "[…] is one character of these, ? is any one",
    leavesOut: "page-1a.txt",
    keeps: "page-x.txt",
  },
  {
    pattern: "\\!important",
    meaning: "a backslash takes the meaning from what follows",
    leavesOut: "!important",
    keeps: "important",
  },
];

/** What patterns for `phlb backup` look like. */
export const PATTERN_HELP: Prose = [
  paragraph(
    "Patterns say what phlb backup leaves out. They have gitignore's syntax and stand in " +
      "exclude.patterns or --exclude, in files that exclude.from or --exclude-from name, and in " +
      "ignore files in the source, .phlbignore unless exclude.ignore_files says otherwise.",
  ),
  {
    kind: "list",
    items: PATTERN_EXAMPLES.map(({ pattern, meaning }) => [pattern, meaning] as const),
  },
  paragraph(
    'The last pattern that matches decides; one that begins with "!" takes back what earlier ones ' +
      "left out, but not what lies in a directory that is left out, as nobody looks into it. All " +
      "patterns of the configuration are stronger than those of ignore files. In a file, empty " +
      'lines and lines that begin with "#" say nothing.',
  ),
  paragraph(
    "exclude.dirs, exclude.if_present, exclude.caches and exclude.larger_than leave out what no " +
      "pattern can name. phlb explain PATH tells which rule keeps or leaves out a path, and the " +
      "summary of a run how many entries each rule left out.",
  ),
  paragraph(
    "The patterns of phlb find are the shell's: without a slash for a name in any directory, with " +
      "one for the whole path below the snapshot; * ? [a-z] [!a-z] and ** mean the same as here. " +
      "Those of phlb restore are gitignore's, relative to the directory that is restored.",
  ),
];
