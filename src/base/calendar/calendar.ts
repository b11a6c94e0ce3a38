/**
 * When something is to happen again and again: points in time by the clock and the calendar, as
 * systemd, cron and people write them.
 *
 * @module
 */

/** Points in time; what is undefined is not restricted. Numbers are sorted, each once. */
export interface CalendarRule {
  /** 0 is Sunday. */
  readonly weekdays: readonly number[] | undefined;
  readonly years: readonly number[] | undefined;
  /** From 1. */
  readonly months: readonly number[] | undefined;
  readonly days: readonly number[] | undefined;
  /** 1 is the last day of a month; not together with `days`. */
  readonly daysFromEnd: readonly number[] | undefined;
  readonly hours: readonly number[] | undefined;
  readonly minutes: readonly number[] | undefined;
  readonly seconds: readonly number[];
  /** As cron has it: a day fits when `days` or `weekdays` have it; otherwise both must. */
  readonly eitherDay: boolean;
  /** Otherwise local time. */
  readonly utc: boolean;
}

/** All points in time of all rules. */
export type Calendar = readonly CalendarRule[];

/** A rule that fits every second 0 of every minute. */
export const EVERY_MINUTE: CalendarRule = {
  weekdays: undefined,
  years: undefined,
  months: undefined,
  days: undefined,
  daysFromEnd: undefined,
  hours: undefined,
  minutes: undefined,
  seconds: [0],
  eitherDay: false,
  utc: false,
};

/** 29 February on a given weekday comes round within that. */
const MAX_DAYS = 366 * 41;

/** The first point in time after `after`; undefined when there is none. */
export function nextTime(calendar: Calendar, after: Date): Date | undefined {
  return best(calendar.map((rule) => search(rule, { from: after, step: 1 })), 1);
}

/** The last point in time that is not after `until`; undefined when there is none. */
export function lastTime(calendar: Calendar, until: Date): Date | undefined {
  return best(calendar.map((rule) => search(rule, { from: until, step: -1 })), -1);
}

/** The next `count` points in time after `after`. */
export function nextTimes(
  calendar: Calendar,
  { after, count }: { after: Date; count: number },
): Date[] {
  const times: Date[] = [];
  for (let at = after; times.length < count;) {
    const next = nextTime(calendar, at);
    if (next === undefined) break;
    times.push(next);
    at = next;
  }
  return times;
}

function best(times: readonly (Date | undefined)[], step: 1 | -1): Date | undefined {
  const found = times.filter((time) => time !== undefined);
  return found.toSorted((a, b) => step * (a.getTime() - b.getTime()))[0];
}

interface Day {
  readonly year: number;
  /** From 0, and running over as `Date` lets it. */
  readonly month: number;
  readonly day: number;
}

function search(
  rule: CalendarRule,
  { from, step }: { from: Date; step: 1 | -1 },
): Date | undefined {
  const start = dayOf(rule, from);
  const lastYear = rule.years?.at(step === 1 ? -1 : 0);
  for (let passed = 0; passed <= MAX_DAYS; passed++) {
    const noon = new Date(Date.UTC(start.year, start.month, start.day + step * passed));
    const day = {
      year: noon.getUTCFullYear(),
      month: noon.getUTCMonth(),
      day: noon.getUTCDate(),
    };
    if (lastYear !== undefined && step * (day.year - lastYear) > 0) return undefined;
    if (!fitsDay(rule, day, noon.getUTCDay())) continue;
    const times = timesOn(rule, day).filter((time) =>
      step === 1 ? time.getTime() > from.getTime() : time.getTime() <= from.getTime()
    );
    const found = best(times, step);
    if (found !== undefined) return found;
  }
  return undefined;
}

function dayOf({ utc }: CalendarRule, time: Date): Day {
  return utc
    ? { year: time.getUTCFullYear(), month: time.getUTCMonth(), day: time.getUTCDate() }
    : { year: time.getFullYear(), month: time.getMonth(), day: time.getDate() };
}

function fitsDay(rule: CalendarRule, { year, month, day }: Day, weekday: number): boolean {
  if (!allows(rule.years, year) || !allows(rule.months, month + 1)) return false;
  const fromEnd = new Date(Date.UTC(year, month + 1, 0)).getUTCDate() - day + 1;
  const fitsDate = allows(rule.days, day) && allows(rule.daysFromEnd, fromEnd);
  const fitsWeekday = allows(rule.weekdays, weekday);
  return rule.eitherDay ? fitsDate || fitsWeekday : fitsDate && fitsWeekday;
}

function allows(values: readonly number[] | undefined, value: number): boolean {
  return values === undefined || values.includes(value);
}

/** A time that the clocks leave out is the one they show instead. */
function timesOn(rule: CalendarRule, { year, month, day }: Day): Date[] {
  const times: Date[] = [];
  for (const hour of rule.hours ?? range(0, 23)) {
    for (const minute of rule.minutes ?? range(0, 59)) {
      for (const second of rule.seconds) {
        times.push(
          rule.utc
            ? new Date(Date.UTC(year, month, day, hour, minute, second))
            : new Date(year, month, day, hour, minute, second),
        );
      }
    }
  }
  return times;
}

/** All whole numbers from `first` to `last`, every `step`th. */
export function range(first: number, last: number, { step = 1 } = {}): number[] {
  const numbers: number[] = [];
  for (let at = first; at <= last; at += step) numbers.push(at);
  return numbers;
}

/** Sorted, each number once. */
export function sortedSet(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
