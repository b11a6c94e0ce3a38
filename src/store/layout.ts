/**
 * Names of everything in a backup root. FORMAT.md is the text for people.
 *
 * @module
 */
import { AppError, EXIT } from "../base/app_error.ts";
import { encodeName, joinRel, printable } from "../base/path_bytes.ts";

/** phlb's own directory in a backup root; never needed to read a backup. */
export const PRIVATE_DIR = ".phlb";
/** In {@link PRIVATE_DIR}. */
export const INDEX_FILE = "index.sqlite3";
/** In {@link PRIVATE_DIR}, while a run with `backup.order = "newest-first"` sorts. */
export const QUEUE_FILE = "newest.sqlite3";
/** In {@link PRIVATE_DIR}: when each stored file was last read by `phlb verify`. */
export const SCRUB_FILE = "scrub.sqlite3";
/** In {@link PRIVATE_DIR}: that this is a backup root, and what is known of its file system. */
export const ROOT_FILE = "root.json";
/** In {@link PRIVATE_DIR}, while `phlb doctor` tries what the file system can do. */
export const PROBE_DIR = "doctor";
/** In {@link PRIVATE_DIR}. */
export const LOCK_FILE = "lock";
/** In {@link PRIVATE_DIR}: removed snapshots until they are swept. */
export const TRASH_DIR = "trash";

/** A file that stands beside a snapshot's directory. */
export type Companion =
  | "config"
  | "manifest"
  | "signature"
  | "log"
  | "summaryText"
  | "summaryJson"
  | "marks";

/** What a companion's name has after the snapshot's time. */
const COMPANION_SUFFIX: Readonly<Record<Companion, string>> = {
  config: "-config.toml",
  manifest: "-manifest.mtree.gz",
  signature: "-manifest.mtree.gz.sig",
  log: "-backup.log",
  summaryText: "-summary.txt",
  summaryJson: "-summary.json",
  marks: "-marks.json",
};

/** All kinds of companion. */
export const COMPANIONS: readonly Companion[] = [
  "config",
  "manifest",
  "signature",
  "log",
  "summaryText",
  "summaryJson",
  "marks",
];

/** Name of the file that stands beside the snapshot of that time. */
export function companionName(time: string, companion: Companion): string {
  return time + COMPANION_SUFFIX[companion];
}

/**
 * Those of `names` that belong to the snapshot of that time, damaged manifests that were kept among
 * them. The log comes last: while it stands there, no new snapshot takes that time.
 */
export function companionsOf(names: readonly string[], time: string): string[] {
  const log = companionName(time, "log");
  const own = new Set(COMPANIONS.map((kind) => companionName(time, kind)));
  const found = names.filter((name) => own.has(name.replace(/\.damaged(?:-[0-9]+)?$/, "")));
  return [...found.filter((name) => name !== log), ...found.filter((name) => name === log)];
}

/** Name of a snapshot's directory until the snapshot is complete. */
export function partialName(time: string): string {
  return `.${time}.partial`;
}

/** Name of a companion until its snapshot is published. */
export function unpublishedName(companion: string): string {
  return `.${companion}.new`;
}

/** The time in a {@link partialName}; undefined for any other name. */
export function parsePartialName(name: string): string | undefined {
  return /^\.(.+)\.partial$/s.exec(name)?.[1];
}

/** Which directory of a backup root a snapshot is. */
export interface SnapshotPlace {
  /** `""` for snapshots directly in the root. */
  readonly name: string;
  readonly time: string;
  /** True for one that is not complete. */
  readonly leftover: boolean;
}

/** Path of a snapshot's directory, relative to the backup root. */
export function snapshotDir({ name, time, leftover }: SnapshotPlace): string {
  return joinRel(name, leftover ? partialName(time) : time);
}

/** How snapshots are named unless configured. Source: PyHardLinkBackup 0.x and 1.x. */
export const DEFAULT_TIME_FORMAT = "%Y-%m-%d-%H%M%S";

/** Digits of each directive, in the order in which they must stand. */
const DIRECTIVES = [["Y", 4], ["m", 2], ["d", 2], ["H", 2], ["M", 2], ["S", 2]] as const;

/** Characters that cannot stand in a name in every root: separators, controls, Windows' own. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const BAD_LITERAL = /[\x00-\x1f\x7f/\\:*?"<>|]/;

/**
 * Checks a format for the names of snapshots: `%Y %m %d`, then any of `%H %M %S` in that order,
 * and literal text, so that names sort by time.
 *
 * @throws {TIME_FORMAT_INVALID} when names of this format would not.
 */
export function checkTimeFormat(format: string): void {
  const found = [...format.matchAll(/%(.?)/g)].map((match) => match[1] ?? "");
  const expected = DIRECTIVES.map(([letter]) => letter).slice(0, Math.max(found.length, 3));
  const literal = format.replaceAll(/%[YmdHMS]/g, "");
  const inOrder = found.length === expected.length && expected.every((d, i) => d === found[i]);
  const reason = !inOrder
    ? "it needs %Y %m %d, then %H %M %S, each once and in that order, for names to sort by time"
    : BAD_LITERAL.test(literal)
    ? "it has a character that cannot stand in a name everywhere"
    : format.startsWith(".")
    ? "names that begin with a dot are for snapshots that are not complete"
    : undefined;
  if (reason === undefined) return;
  throw new AppError(`Cannot use the time format "${printable(format)}": ${reason}`, {
    code: "TIME_FORMAT_INVALID",
    exitCode: EXIT.usage,
    hint: `The default is "${DEFAULT_TIME_FORMAT}"`,
  });
}

/** The name of a snapshot taken at `date`, in local time. */
export function formatTime(date: Date, format = DEFAULT_TIME_FORMAT): string {
  const values: Readonly<Record<string, number>> = {
    Y: date.getFullYear(),
    m: date.getMonth() + 1,
    d: date.getDate(),
    H: date.getHours(),
    M: date.getMinutes(),
    S: date.getSeconds(),
  };
  return format.replaceAll(/%([YmdHMS])/g, (_, letter: string) => {
    return String(values[letter] ?? "").padStart(letter === "Y" ? 4 : 2, "0");
  });
}

/** The local time that `text` stands for; undefined when it is not of that format. */
export function parseTime(text: string, format = DEFAULT_TIME_FORMAT): Date | undefined {
  const match = timePattern(format).exec(text);
  if (match === null) return undefined;
  const part = (letter: string, otherwise: number) => {
    return Number(match.groups?.[letter] ?? otherwise);
  };
  const month = part("m", 1) - 1;
  const date = new Date(
    part("Y", 0),
    month,
    part("d", 1),
    part("H", 0),
    part("M", 0),
    part("S", 0),
  );
  const valid = date.getMonth() === month && date.getDate() === part("d", 1) &&
    part("H", 0) < 24 && part("M", 0) < 60 && part("S", 0) < 60;
  return valid ? date : undefined;
}

/** By format: each snapshot of a root is asked for its time, which is slow with a new pattern each. */
const timePatterns = new Map<string, RegExp>();

function timePattern(format: string): RegExp {
  const known = timePatterns.get(format);
  if (known !== undefined) return known;
  const pattern = makeTimePattern(format);
  timePatterns.set(format, pattern);
  return pattern;
}

function makeTimePattern(format: string): RegExp {
  const source = format.split(/(%[YmdHMS])/).map((piece) => {
    const directive = DIRECTIVES.find(([letter]) => piece === `%${letter}`);
    if (directive !== undefined) return `(?<${directive[0]}>[0-9]{${directive[1]}})`;
    return piece.replaceAll(/[^A-Za-z0-9]/g, (char) => `\\u${hex4(char)}`);
  });
  return new RegExp(`^${source.join("")}$`);
}

function hex4(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, "0");
}

/**
 * Checks the name under which snapshots are kept: a single path component that stays in the root.
 *
 * @throws {NAME_INVALID} when it does not.
 */
export function checkName(name: string): void {
  const reason = nameFault(name);
  if (reason === undefined) return;
  throw new AppError(`Cannot use the name "${printable(name)}": ${reason}`, {
    code: "NAME_INVALID",
    exitCode: EXIT.usage,
    hint: "Give another one with --name, for example the name of this computer",
  });
}

/** What every common file system takes as one path component. */
const MAX_NAME_BYTES = 255;

function nameFault(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.startsWith("/") || /^[A-Za-z]:[/\\]/.test(name)) return "it is an absolute path";
  if (name.split(/[/\\]/).some((part) => part === "." || part === "..")) {
    return "it leads out of the backup root";
  }
  if (/[/\\]/.test(name)) return "it has more than one path component";
  if (name.startsWith(".")) return "names that begin with a dot are reserved";
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(name)) return "it has a control character";
  if (encodeName(name).length > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  return parseTime(name) === undefined ? undefined : "it looks like the time of a snapshot";
}
