/**
 * Whether a job is to run, and whether it is late; told from the calendar and from what is known of
 * its runs, never from the clock alone: a computer may have been off or asleep.
 *
 * @module
 */
import { type Calendar, lastTime, nextTime } from "../../base/calendar/calendar.ts";
import { EXIT } from "../../base/app_error.ts";
import type { JobRecord, RunRecord } from "../state/job_record.ts";

/** What {@link isDue} looks at. */
export interface DueQuery {
  readonly calendar: Calendar;
  readonly now: Date;
  readonly record: Pick<JobRecord, "last_try">;
  /** When the last good run began, by whatever is known; undefined when there was none. */
  readonly lastGood: Date | undefined;
  /** Whether a run that was missed is made up for. */
  readonly catchUp: boolean;
  readonly randomizedDelayMs: number;
}

/** A timer may be that late, and the clock may have been set. */
const LATE_MS = 15 * 60_000;

/** Ends that say nothing about the backup: it is tried again as soon as it can be. */
const OBSTACLES: readonly number[] = [EXIT.noRoot, EXIT.locked, EXIT.interrupted];

/** Whether a run is to begin now. */
export function isDue({ calendar, now, record, lastGood, ...how }: DueQuery): boolean {
  const slot = lastTime(calendar, now);
  if (slot === undefined) return false;
  if (!how.catchUp && now.getTime() - slot.getTime() > LATE_MS + how.randomizedDelayMs) {
    return false;
  }
  const tried = triedAt(record.last_try);
  return [lastGood, tried].every((time) => time === undefined || time < slot);
}

/** A run that failed for itself is not tried again before its next time. */
function triedAt(last: RunRecord | null): Date | undefined {
  if (last === null || OBSTACLES.includes(last.exit_code)) return undefined;
  return new Date(last.started_at);
}

/** What is due when, as people ask. */
export interface Lateness {
  /** The next time; undefined when none comes. */
  readonly next: Date | undefined;
  /** Since when a good run is missing; undefined when none is. */
  readonly overdueSince: Date | undefined;
}

const HOUR_MS = 3_600_000;

/**
 * Whether good runs are missing: one that was never made is, a missed one is after a quarter of the
 * time between two runs, from an hour to a day.
 */
export function lateness({ calendar, now, lastGood, randomizedDelayMs }: {
  calendar: Calendar;
  now: Date;
  lastGood: Date | undefined;
  randomizedDelayMs: number;
}): Lateness {
  const next = nextTime(calendar, now);
  const slot = lastTime(calendar, now);
  if (lastGood === undefined) return { next, overdueSince: slot ?? (next && now) };
  if (slot === undefined || lastGood >= slot) return { next, overdueSince: undefined };
  const missed = nextTime(calendar, lastGood) ?? slot;
  const interval = (next ?? new Date(slot.getTime() + 24 * HOUR_MS)).getTime() - slot.getTime();
  const grace = Math.min(24 * HOUR_MS, Math.max(HOUR_MS, interval / 4)) + randomizedDelayMs;
  const isOverdue = now.getTime() - missed.getTime() > grace;
  return { next, overdueSince: isOverdue ? missed : undefined };
}
