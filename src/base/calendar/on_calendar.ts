/**
 * Calendars in the notation of systemd's OnCalendar.
 *
 * Source: systemd.time(7), "Calendar events".
 *
 * @module
 */
import { type CalendarRule, EVERY_MINUTE, range, sortedSet } from "./calendar.ts";
import {
  CalendarFault,
  type FieldForm,
  parseField,
  WEEKDAYS,
  writeField,
} from "./calendar_fields.ts";

const FIELDS = {
  year: { what: "year", min: 1970, max: 2199, to: ".." },
  month: { what: "month", min: 1, max: 12, to: ".." },
  day: { what: "day", min: 1, max: 31, to: ".." },
  hour: { what: "hour", min: 0, max: 23, to: ".." },
  minute: { what: "minute", min: 0, max: 59, to: ".." },
  second: { what: "second", min: 0, max: 59, to: ".." },
} as const satisfies Record<string, FieldForm>;

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
};

/**
 * The rule of `[WEEKDAYS] [DATE] [TIME] [UTC]`.
 *
 * @throws {CalendarFault}
 */
export function parseOnCalendar(text: string): CalendarRule {
  const words = (SHORTHANDS[text.toLowerCase()] ?? text).split(/\s+/);
  const utc = /^utc$/i.test(words.at(-1) ?? "") && words.pop() !== undefined;
  const weekdays = /^[a-z]/i.test(words[0] ?? "") ? parseWeekdays(words.shift() ?? "") : undefined;
  const date = /[-~]/.test(words[0] ?? "") ? words.shift() : undefined;
  const time = words.shift();
  if (words.length > 0) throw new CalendarFault(`"${words.join(" ")}" is not understood`);
  if (weekdays === undefined && date === undefined && time === undefined) {
    throw new CalendarFault("it says no time");
  }
  return { ...EVERY_MINUTE, weekdays, utc, ...parseDate(date), ...parseTime(time ?? "00:00") };
}

function parseWeekdays(text: string): number[] | undefined {
  const parts = text.split(",").filter((part) => part !== "");
  const weekdays = parts.flatMap((part) => {
    const [first = "", last, ...more] = part.split(/\.\.|-/);
    if (more.length > 0) throw new CalendarFault(`"${part}" is no weekday`);
    const from = parseWeekday(first);
    if (last === undefined) return [from];
    const to = parseWeekday(last);
    return range(from, to < from ? to + 7 : to).map((day) => day % 7);
  });
  const set = sortedSet(weekdays);
  return set.length === 7 ? undefined : set;
}

/**
 * A weekday by its English name, or the first three letters of it.
 *
 * @throws {CalendarFault}
 */
export function parseWeekday(text: string): number {
  const names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  const lower = text.toLowerCase();
  const day = WEEKDAYS[lower] ?? names.indexOf(lower);
  if (day < 0) throw new CalendarFault(`"${text}" is no weekday`);
  return day;
}

type DatePart = Pick<CalendarRule, "years" | "months" | "days" | "daysFromEnd">;

function parseDate(text: string | undefined): DatePart {
  const none = { years: undefined, months: undefined, days: undefined, daysFromEnd: undefined };
  if (text === undefined) return none;
  const match = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(text);
  if (match === null) throw new CalendarFault(`"${text}" is no date`);
  const [, year = "*", month = "", sign, day = ""] = match;
  return {
    years: parseField(year, FIELDS.year),
    months: parseField(month, FIELDS.month),
    days: sign === "-" ? parseField(day, FIELDS.day) : undefined,
    daysFromEnd: sign === "~" ? parseFromEnd(day) : undefined,
  };
}

/** `07/1` runs towards the end: from the seventh last day to the last one. */
function parseFromEnd(text: string): number[] | undefined {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (match === null) return parseField(text, FIELDS.day);
  const [first, step] = [Number(match[1]), Number(match[2])];
  if (first < 1 || first > 31 || step < 1) throw new CalendarFault(`"${text}" is no day`);
  return range(1, first).filter((day) => (first - day) % step === 0);
}

function parseTime(text: string): Pick<CalendarRule, "hours" | "minutes" | "seconds"> {
  const parts = text.split(":");
  const [hour = "", minute = "", second = "00"] = parts;
  if (parts.length < 2 || parts.length > 3) throw new CalendarFault(`"${text}" is no time`);
  const seconds = parseField(second, FIELDS.second);
  if (seconds === undefined) throw new CalendarFault("once in a second is too often");
  return {
    hours: parseField(hour, FIELDS.hour),
    minutes: parseField(minute, FIELDS.minute),
    seconds,
  };
}

const NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What OnCalendar takes: one line, or two where a rule means either of two kinds of day. */
export function writeOnCalendar(rule: CalendarRule): string[] {
  if (!rule.eitherDay) return [writeRule(rule)];
  const { days: _days, daysFromEnd: _fromEnd, ...byWeekday } = rule;
  return [
    writeRule({ ...byWeekday, days: undefined, daysFromEnd: undefined }),
    writeRule({ ...rule, weekdays: undefined }),
  ];
}

function writeRule(rule: CalendarRule): string {
  const list = { to: "..", digits: 2 } as const;
  const steps = (step: number) => `00/${step}`;
  const weekdays = rule.weekdays?.map((day) => NAMES[day]).join(",");
  const fromEnd = rule.daysFromEnd;
  const sign = fromEnd === undefined ? "-" : "~";
  const date = `${writeField(rule.years, { ...list, digits: 4 })}-` +
    `${writeField(rule.months, list)}${sign}${writeField(fromEnd ?? rule.days, list)}`;
  const time = [
    writeField(rule.hours, { ...list, steps, end: 24 }),
    writeField(rule.minutes, { ...list, steps, end: 60 }),
    writeField(rule.seconds, { ...list, steps, end: 60 }),
  ].join(":");
  return [...(weekdays === undefined ? [] : [weekdays]), date, time, ...(rule.utc ? ["UTC"] : [])]
    .join(" ");
}
