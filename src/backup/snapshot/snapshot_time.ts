import { AppError, EXIT } from "../../base/app_error.ts";
import { compareNames, printable } from "../../base/path_bytes.ts";
import {
  companionName,
  COMPANIONS,
  formatTime,
  parsePartialName,
  parseTime,
  partialName,
  unpublishedName,
} from "../../store/layout.ts";

/** What the time in a directory for contents alone ends with, see {@link contentsTime}. */
const CONTENTS_END = /-newest$/;

/** A clock that is put back by more than daylight saving time does, twice, is wrong. */
const MAX_BEHIND_MS = 2 * 3600 * 1000;

/** How far names of a format are apart at least, by the last of its directives. */
const STEPS_MS = { S: 1000, M: 60_000, H: 3_600_000, d: 86_400_000 } as const;

/** The time that stands in the name of a directory for contents of the snapshot of that time. */
export function contentsTime(time: string): string {
  return `${time}-newest`;
}

/** What {@link chooseTime} goes by. */
export interface ChooseTimeOptions {
  readonly now: Date;
  readonly timeFormat: string;
  /** Of the directory, for messages. */
  readonly path: string;
  /** The newest complete snapshot and when it began, seconds since 1970, 0 when that is not known. */
  readonly previous?: { readonly time: string; readonly startedAtSec: number } | undefined;
}

/**
 * The time in the name of a new snapshot: that of `now`, or the next that sorts after every snapshot
 * among `names`, finished or not, and that no file of an earlier run stands beside. What a cut-off run
 * under a wrong clock left is in nobody's way. Snapshots of other formats than this and the default
 * one are not looked at.
 *
 * @throws {AppError} CLOCK_BEHIND when the newest snapshot began more than two hours after `now`, or has
 * a name of another format that no new name can follow
 */
export function chooseTime(
  names: readonly string[],
  { now, timeFormat, path, previous }: ChooseTimeOptions,
): string {
  const wanted = formatTime(now, timeFormat);
  const stepMs = stepOf(timeFormat);
  let ms = now.getTime();
  const latestMs = ms + MAX_BEHIND_MS + stepMs;
  const newest = newestTime(names, { timeFormat, latestMs });
  if (newest !== undefined && compareNames(wanted, newest) <= 0) {
    const newestMs = parseTime(newest, timeFormat)?.getTime() ?? Infinity;
    // Its name may be ahead for good reasons: other snapshots before it, another time zone.
    const beganMs = previous?.time === newest && previous.startedAtSec > 0
      ? previous.startedAtSec * 1000
      : newestMs;
    if (newestMs === Infinity || beganMs > latestMs) {
      throw clockBehind(`${path}/${newest}`, wanted);
    }
    ms = newestMs;
  }
  const taken = new Set(names);
  for (;; ms += stepMs) {
    const time = formatTime(new Date(ms), timeFormat);
    // After the newest one an hour may come twice, at the end of daylight saving time.
    if (newest !== undefined && compareNames(time, newest) <= 0) continue;
    if (!taken.has(partialName(time)) && !hasCompanion(taken, time)) return time;
  }
}

/** A power cut may leave any of them alone. */
function hasCompanion(names: ReadonlySet<string>, time: string): boolean {
  return COMPANIONS.map((kind) => companionName(time, kind))
    .some((name) => names.has(name) || names.has(unpublishedName(name)));
}

/** `latestMs`: what is not finished counts up to then. */
function newestTime(
  names: readonly string[],
  { timeFormat, latestMs }: { timeFormat: string; latestMs: number },
): string | undefined {
  const times = names.map((name) => {
    const unfinished = parsePartialName(name)?.replace(CONTENTS_END, "");
    const time = unfinished ?? name;
    const date = parseTime(time, timeFormat) ?? parseTime(time);
    const counts = date !== undefined && (unfinished === undefined || date.getTime() <= latestMs);
    return counts ? time : undefined;
  });
  return times.filter((time) => time !== undefined).sort(compareNames).at(-1);
}

function stepOf(timeFormat: string): number {
  for (const letter of ["S", "M", "H"] as const) {
    if (timeFormat.includes(`%${letter}`)) return STEPS_MS[letter];
  }
  return STEPS_MS.d;
}

function clockBehind(newest: string, wanted: string): AppError {
  return new AppError(
    `Cannot name the snapshot "${printable(wanted)}": it would not sort after ` +
      `"${printable(newest)}", which is there already`,
    {
      code: "CLOCK_BEHIND",
      exitCode: EXIT.failed,
      hint: "Check this computer's clock, and snapshot.time_format if it was changed; a snapshot " +
        "that is wrongly dated may be renamed, together with the files beside it",
    },
  );
}
