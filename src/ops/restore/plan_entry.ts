/**
 * What becomes of one entry when a snapshot is restored. Pure: it sees what the snapshot says and
 * what lies in the target, and touches neither.
 *
 * @module
 */
import { isTimeOf } from "../../base/coarse_time.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";

/** What to do about entries that the target has already. */
export type Overwrite = "refuse" | "always" | "if-changed" | "if-newer" | "never";

/** What is done with an entry. */
export const ACTION = {
  /** Not selected: nothing, and it does not count. */
  none: 0,
  /** Nothing is there yet. */
  create: 1,
  /** Something else is there; it goes when the restored entry is complete and checked. */
  replace: 2,
  /** The content is right; mode, owner, times or attributes are not. */
  metadata: 3,
  /** It is there just as it was. */
  same: 4,
  /** What is there stays, whatever it is. */
  keep: 5,
  /** What is there is in the way. */
  conflict: 6,
} as const;

/** One of {@link ACTION}'s values. */
export type Action = typeof ACTION[keyof typeof ACTION];

/** An entry on one of the two sides. */
export interface EntrySide {
  readonly stats: StatTable;
  readonly row: number;
  readonly linkTarget?: string | undefined;
  /** On the target's side only where the snapshot's side has some. */
  readonly xattrs?: Xattrs | undefined;
}

/** How {@link planEntry} decides. */
export interface EntryRules {
  readonly overwrite: Overwrite;
  /** Whether this process can give files to other users. */
  readonly givesOwners: boolean;
}

/** What is to be done with an entry that is no directory; `found` is what the target has there. */
export function planEntry(
  wanted: EntrySide,
  found: EntrySide | undefined,
  { overwrite, givesOwners }: EntryRules,
): Action {
  if (found === undefined) return ACTION.create;
  if (overwrite === "refuse") return ACTION.conflict;
  if (overwrite === "never") return ACTION.keep;
  if (overwrite === "always") return ACTION.replace;
  if (overwrite === "if-newer") {
    return wanted.stats.mtimeNs(wanted.row) > found.stats.mtimeNs(found.row)
      ? ACTION.replace
      : ACTION.keep;
  }
  if (!hasSameContent(wanted, found)) return ACTION.replace;
  if (hasSameMetadata(wanted, found, { givesOwners })) return ACTION.same;
  // An inode with other names may be somebody else's, the backup root's even: it gets a new one.
  return found.stats.get(found.row, STAT.nlink) > 1 ? ACTION.replace : ACTION.metadata;
}

/** What is to be done with a directory. */
export type DirAction =
  /** Nothing is there: it is made. */
  | "make"
  /** There is one, whose content is looked at entry by entry. */
  | "enter"
  /** Something else is there and gives way. */
  | "replace"
  /** Something else is there and stays; nothing below can be restored. */
  | "conflict";

/** The same as {@link planEntry} for a directory. */
export function planDir(
  found: EntrySide | undefined,
  { overwrite }: Pick<EntryRules, "overwrite">,
): DirAction {
  if (found === undefined) return "make";
  if (found.stats.isDir(found.row)) return "enter";
  return overwrite === "always" ? "replace" : "conflict";
}

/** Whether a directory that was there before gets the snapshot's mode, owner and times. */
export function takesMetadata(
  wanted: EntrySide,
  { found, overwrite, isEmpty }: {
    found: EntrySide;
    overwrite: Overwrite;
    isEmpty: boolean;
  },
): boolean {
  if (overwrite === "refuse") return isEmpty;
  if (overwrite === "never") return false;
  if (overwrite !== "if-newer") return true;
  return isEmpty || wanted.stats.mtimeNs(wanted.row) > found.stats.mtimeNs(found.row);
}

/** Size and time vouch for a file's content, as they do in a backup. */
function hasSameContent(wanted: EntrySide, found: EntrySide): boolean {
  const type = wanted.stats.type(wanted.row);
  if (found.stats.type(found.row) !== type) return false;
  switch (type) {
    case "file":
      return wanted.stats.sizeBytes(wanted.row) === found.stats.sizeBytes(found.row) &&
        wanted.stats.mtimeNs(wanted.row) === found.stats.mtimeNs(found.row);
    case "link":
      return wanted.linkTarget === found.linkTarget;
    case "char":
    case "block":
      return isEqual(wanted, found, [STAT.rdevMajor, STAT.rdevMinor]);
    default:
      return true;
  }
}

/** Whether mode, owner, times and attributes agree, as far as this process can set them. */
export function hasSameMetadata(
  wanted: EntrySide,
  found: EntrySide,
  { givesOwners }: Pick<EntryRules, "givesOwners">,
): boolean {
  const isLink = wanted.stats.type(wanted.row) === "link";
  return (isLink ||
    wanted.stats.permissions(wanted.row) === found.stats.permissions(found.row)) &&
    (!givesOwners || isEqual(wanted, found, [STAT.uid, STAT.gid])) &&
    isEqual(wanted, found, [STAT.mtimeSec]) &&
    isTimeOf(
      found.stats.get(found.row, STAT.mtimeNsec),
      wanted.stats.get(wanted.row, STAT.mtimeNsec),
    ) &&
    hasXattrs(found.xattrs ?? [], wanted.xattrs ?? []);
}

function isEqual(a: EntrySide, b: EntrySide, fields: readonly number[]): boolean {
  return fields.every((field) => a.stats.get(a.row, field) === b.stats.get(b.row, field));
}

/** Whether `found` has all of `wanted`, with their values. */
export function hasXattrs(found: Xattrs, wanted: Xattrs): boolean {
  const values = new Map(found);
  return wanted.every(([name, value]) => {
    const other = values.get(name);
    return other !== undefined && other.length === value.length &&
      other.every((byte, i) => byte === value[i]);
  });
}
