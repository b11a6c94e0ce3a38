/**
 * Tells by their names which directories are snapshots of other programs. Pure.
 *
 * @module
 */
import { compareNames, joinRel } from "../../base/path_bytes.ts";
import { formatTime, parseTime } from "../../store/layout.ts";

/** A directory that may be another program's snapshot. */
export interface FoundDir {
  /** Relative to the root. */
  readonly path: string;
  /** The directory it lies in: `""` is the root. */
  readonly parent: string;
  /** What has the snapshot's tree: the directory itself, or one in it. */
  readonly tree: string;
  readonly mtime: Date;
}

/** A renaming that makes a snapshot of it. */
export interface Adoption {
  /** Relative to the root, as is `to`. */
  readonly from: string;
  readonly to: string;
  /** `to` again, in its parts. */
  readonly name: string;
  readonly time: string;
}

/** rsnapshot's `daily.0`, `alpha.12`, rotated directories of any name. */
const ROTATED = /^[A-Za-z][A-Za-z0-9_-]*\.[0-9]{1,4}$/;

/** Back In Time keeps the tree in a subdirectory: `20240105-123000-123/backup`. */
export const BACK_IN_TIME = /^[0-9]{8}-[0-9]{6}-[0-9]{3}$/;
/** In it. */
export const BACK_IN_TIME_TREE = "backup";

/** `2024-01-05`, `20240105`, then perhaps a time, in the ways in which people write both. */
const DATED =
  /^([0-9]{4})([-_.]?)([0-9]{2})\2([0-9]{2})(?:[-_T. @]([0-9]{2})([-:_.h]?)([0-9]{2})(?:\6([0-9]{2}))?(?:-[0-9]{3})?)?$/;

/** Whether a directory of that name looks like another program's snapshot. */
export function looksLikeSnapshot(name: string): boolean {
  if (parseTime(name) !== undefined) return false; // it is one of ours
  return ROTATED.test(name) || timeInName(name, NEVER) !== undefined;
}

const NEVER = new Date(0);

/**
 * The time that a name tells. When it tells the day alone, the time of day is that of `mtime`, if
 * that is of the same day; undefined when it tells none.
 */
export function timeInName(name: string, mtime: Date): Date | undefined {
  const match = DATED.exec(name);
  if (match === null) return undefined;
  const [, year, , month, day, hour, , minute, second = "00"] = match;
  const dayText = `${year}-${month}-${day}`;
  if (hour !== undefined) return parseTime(`${dayText}-${hour}${minute}${second}`);
  const sameDay = parseTime(`${dayText}-000000`);
  if (sameDay === undefined) return undefined;
  return formatTime(mtime, "%Y-%m-%d") === dayText ? mtime : sameDay;
}

/**
 * What each is renamed to: the time from its name, else its mtime; a second later as long as that is
 * taken. Oldest first. Those that lie directly in the root get `name`, and are left out without one;
 * with one, those below other names are left out.
 */
export function planAdoptions(
  found: readonly FoundDir[],
  { name, taken }: {
    name: string | undefined;
    /** Whether there is a snapshot of that path, or anything that belongs to one. */
    taken: (name: string, time: string) => boolean;
  },
): Adoption[] {
  const planned = new Set<string>();
  const dated = found.map((dir) => ({ dir, date: timeInName(lastOf(dir.path), dir.mtime) }))
    .map(({ dir, date }) => ({ dir, date: date ?? dir.mtime }))
    .toSorted((a, b) =>
      a.date.getTime() - b.date.getTime() || compareNames(b.dir.path, a.dir.path)
    );
  return dated.flatMap(({ dir, date }): Adoption[] => {
    const into = dir.parent === "" ? name : dir.parent;
    if (into === undefined || (name !== undefined && into !== name)) return [];
    for (let ms = date.getTime();; ms += 1000) {
      const time = formatTime(new Date(ms));
      const to = joinRel(into, time);
      if (planned.has(to) || taken(into, time)) continue;
      planned.add(to);
      return [{ from: dir.tree, to, name: into, time }];
    }
  });
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
