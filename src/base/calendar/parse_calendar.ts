/**
 * Reads when something is to happen: in words, as systemd's OnCalendar, or as cron has it.
 *
 * @module
 */
import { type Calendar, type CalendarRule, EVERY_MINUTE, nextTime, range } from "./calendar.ts";
import { CalendarFault } from "./calendar_fields.ts";
import { looksLikeCron, parseCron } from "./cron.ts";
import { parseOnCalendar, parseWeekday } from "./on_calendar.ts";

/** What {@link parseCalendar} reads, for messages. */
export const CALENDAR_FORM = 'a time such as "daily 02:30", "weekdays 18:00", "every 6h", ' +
  '"Mon,Thu 02:30", "*-*-01 04:00" (OnCalendar) or "30 2 * * *" (cron)';

/** The calendar, or why `text` is none. */
export function parseCalendar(text: string): { calendar: Calendar } | { fault: string } {
  try {
    const calendar = text.split(";").map((part) => part.trim()).flatMap((part) => parseOne(part));
    if (calendar.some((rule) => nextTime([rule], startOf(rule)) === undefined)) {
      throw new CalendarFault("there is no such day");
    }
    return { calendar };
  } catch (error) {
    if (error instanceof CalendarFault) return { fault: error.message };
    throw error;
  }
}

/** Before the first day that a rule can mean. */
function startOf({ years }: CalendarRule): Date {
  return new Date(Date.UTC(years?.[0] ?? 2000, 0, 1) - 48 * 3_600_000);
}

function parseOne(text: string): CalendarRule[] {
  if (text === "") throw new CalendarFault("it says no time");
  return parseWords(text) ?? [looksLikeCron(text) ? parseCron(text) : parseOnCalendar(text)];
}

/** Words before the times of day. */
type Parse = (words: readonly string[]) => Partial<CalendarRule> | undefined;

const FORMS: Readonly<Record<string, Parse>> = {
  daily: none({}),
  weekdays: none({ weekdays: [1, 2, 3, 4, 5] }),
  workdays: none({ weekdays: [1, 2, 3, 4, 5] }),
  weekends: none({ weekdays: [0, 6] }),
  weekly: ([day = "monday", ...more]) =>
    more.length > 0 ? undefined : { weekdays: [parseWeekday(day)] },
  monthly: ([day = "1", ...more]) => {
    if (more.length > 0) return undefined;
    if (day === "last") return { daysFromEnd: [1] };
    if (!/^\d{1,2}\.?$/.test(day)) return undefined;
    const number = Number.parseInt(day);
    if (number < 1 || number > 31) throw new CalendarFault(`there is no day ${day} in a month`);
    return { days: [number] };
  },
};

function none(rule: Partial<CalendarRule>): Parse {
  return (words) => words.length === 0 ? rule : undefined;
}

/** Undefined when these are no words of ours; `daily` alone and the like are OnCalendar's too. */
function parseWords(text: string): CalendarRule[] | undefined {
  const words = text.toLowerCase().split(/[\s,]+/).filter((word) => !/^(?:at|and|on)$/.test(word));
  const often = parseOften(words);
  if (often !== undefined) return [often];
  const [first = "", ...rest] = words[0] === "every" ? words.slice(1) : words;
  const kind = first === "day" ? "daily" : FORMS[first] === undefined ? undefined : first;
  const at = rest.findIndex((word) => word.includes(":"));
  const times = at < 0 ? [] : rest.slice(at);
  const before = at < 0 ? rest : rest.slice(0, at);
  const rule = kind === undefined
    ? words[0] === "every" ? { weekdays: [parseWeekday(first)] } : undefined
    : FORMS[kind]?.(before);
  if (rule === undefined) return undefined;
  return (times.length === 0 ? ["00:00"] : times).map((time) => ({
    ...EVERY_MINUTE,
    ...parseTimeOfDay(time),
    ...rule,
  }));
}

function parseTimeOfDay(text: string): Pick<CalendarRule, "hours" | "minutes"> {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  const [hour, minute] = [Number(match?.[1] ?? 99), Number(match?.[2] ?? 99)];
  if (hour > 23 || minute > 59) throw new CalendarFault(`"${text}" is no time of the day`);
  return { hours: [hour], minutes: [minute] };
}

/** `every 15 minutes`, `every 6h`, `hourly`: they divide an hour or a day. */
function parseOften(words: readonly string[]): CalendarRule | undefined {
  const match = /^every (\d+) ?(m|min|minutes?|h|hours?)$/.exec(words.join(" "));
  if (match === null) return undefined;
  const [count, unit] = [Number(match[1]), match[2]?.[0] === "h" ? 24 : 60];
  if (count < 1 || unit % count !== 0) {
    const [of, whole] = unit === 24 ? ["hours", "a day"] : ["minutes", "an hour"];
    throw new CalendarFault(`${count} ${of} do not divide ${whole}`);
  }
  const values = count === 1 ? undefined : range(0, unit - 1, { step: count });
  return unit === 24
    ? { ...EVERY_MINUTE, minutes: [0], hours: values }
    : { ...EVERY_MINUTE, minutes: values };
}
