/**
 * Calendars in the notation of crontab(5).
 *
 * @module
 */
import { type CalendarRule, EVERY_MINUTE, sortedSet } from "./calendar.ts";
import {
  CalendarFault,
  type FieldForm,
  MONTHS,
  parseField,
  WEEKDAYS,
  writeField,
} from "./calendar_fields.ts";

const FIELDS = {
  minute: { what: "minute", min: 0, max: 59, to: "-" },
  hour: { what: "hour", min: 0, max: 23, to: "-" },
  day: { what: "day", min: 1, max: 31, to: "-" },
  month: { what: "month", min: 1, max: 12, to: "-", words: MONTHS },
  weekday: { what: "weekday", min: 0, max: 7, to: "-", words: WEEKDAYS },
} as const satisfies Record<string, FieldForm>;

/** Source: crontab(5), "Extensions". */
const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Whether `text` is meant as a line of a crontab: five fields, or one that begins with `@`. */
export function looksLikeCron(text: string): boolean {
  if (text.startsWith("@")) return true;
  return text.split(/\s+/).length === 5 && !/[:~]/.test(text) && /^[\d*]/.test(text);
}

/**
 * The rule of the first five fields of a line.
 *
 * @throws {CalendarFault}
 */
export function parseCron(text: string): CalendarRule {
  const fields = (NICKNAMES[text.toLowerCase()] ?? text).split(/\s+/);
  if (text === "@reboot") throw new CalendarFault("@reboot is no time");
  if (fields.length !== 5) throw new CalendarFault(`cron knows no "${text}"`);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const days = parseField(day, FIELDS.day);
  const weekdays = weekdaysOf(parseField(weekday, FIELDS.weekday));
  return {
    ...EVERY_MINUTE,
    minutes: parseField(minute, FIELDS.minute),
    hours: parseField(hour, FIELDS.hour),
    days,
    months: parseField(month, FIELDS.month),
    weekdays,
    // Source: crontab(5): either field fits when both are restricted, which "*/2" is not.
    eitherDay: !day.startsWith("*") && !weekday.startsWith("*") && days !== undefined &&
      weekdays !== undefined,
  };
}

/** Both 0 and 7 are Sunday. */
function weekdaysOf(values: number[] | undefined): number[] | undefined {
  if (values === undefined) return undefined;
  const weekdays = sortedSet(values.map((value) => value % 7));
  return weekdays.length === 7 ? undefined : weekdays;
}

/** The five fields, or why cron cannot have that rule. */
export function writeCron(rule: CalendarRule): { text: string } | { reason: string } {
  const reason = unknownToCron(rule);
  if (reason !== undefined) return { reason };
  const list = { to: "-", digits: 1 } as const;
  const steps = (step: number) => `*/${step}`;
  const text = [
    writeField(rule.minutes, { ...list, steps, end: 60 }),
    writeField(rule.hours, { ...list, steps, end: 24 }),
    writeField(rule.days, list),
    writeField(rule.months, list),
    writeField(rule.weekdays, list),
  ].join(" ");
  return { text };
}

function unknownToCron(rule: CalendarRule): string | undefined {
  if (rule.years !== undefined) return "it knows no years";
  if (rule.seconds.some((second) => second !== 0)) return "it knows no seconds";
  if (rule.daysFromEnd !== undefined) return "it cannot count days from the end of a month";
  if (rule.utc) return "it knows local time alone";
  if (!rule.eitherDay && rule.days !== undefined && rule.weekdays !== undefined) {
    return "it takes a day of the month and a weekday as either, not as both";
  }
  return undefined;
}
