/**
 * What kind of value an option or argument takes, told from its name in the command tree, so that
 * completions know it without a list of commands.
 *
 * @module
 */

/** What there is to choose from, and who knows it: the shell, the tree, or a look at the root. */
export type ValueKind =
  | "none" // a number, a text: nobody knows
  | "file"
  | "directory"
  | "words" // the choices of the tree
  | "address" // SNAPSHOT[:PATH]
  | "snapshot" // SNAPSHOT
  | "trashed" // a snapshot in the trash
  | "stored" // a path below the newest snapshot
  | "kept" // a snapshot, or a path below one
  | "names" // of snapshots
  | "jobs"
  | "tags"
  | "topics" // of phlb help
  | "keys"; // of the configuration

/** Kinds that "phlb complete" answers; the others are known to the shell. */
export const DYNAMIC_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>(
  ["address", "snapshot", "trashed", "stored", "kept", "names", "jobs", "tags", "topics", "keys"],
);

/** Dynamic kinds in whose place a path of the file system may stand. */
export const PATH_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>(["address", "stored"]);

/** A value's place in the command tree. */
export interface ValuePlace {
  /** `trash restore`. */
  readonly command: string;
  /** What stands between the brackets: `snapshot`, `dir`. */
  readonly placeholder: string;
  readonly description: string;
  readonly isOption: boolean;
}

const KINDS: Readonly<Record<string, ValueKind>> = {
  class: "words",
  destination: "directory",
  dir: "directory",
  file: "file",
  id: "jobs",
  job: "jobs",
  key: "keys",
  name: "names",
  names: "none",
  patterns: "none",
  root: "directory",
  source: "directory",
  tag: "tags",
  target: "directory",
  text: "none",
  topic: "topics",
  word: "tags",
};

/** Where a name means something else than everywhere. */
const EXCEPTIONS: Readonly<Record<string, ValueKind>> = {
  "explain path": "file",
  "forget-path words": "kept",
  "trash empty snapshot": "trashed",
  "trash restore snapshot": "trashed",
};

/** Words for values whose choices the option does not list, because others are right too. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  class: ["idle", ...Array.from({ length: 8 }, (_, i) => `best-effort:${i}`)],
};

/** See the module text. */
export function valueKind(place: ValuePlace): ValueKind {
  const { command, placeholder, description, isOption } = place;
  const exception = EXCEPTIONS[`${command} ${placeholder}`];
  if (exception !== undefined) return exception;
  if (["address", "other", "snapshot"].includes(placeholder)) {
    return description.includes(":PATH") ? "address" : "snapshot";
  }
  if (placeholder === "path") return isOption ? "file" : "stored";
  return KINDS[placeholder] ?? (isOption ? "none" : "file");
}

/** The words of a `words` value that has no choices of its own. */
export function usualWords(placeholder: string): readonly string[] {
  return WORDS[placeholder] ?? [];
}
