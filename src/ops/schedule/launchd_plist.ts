/**
 * A property list of launchd for a job.
 *
 * Source: launchd.plist(5) of macOS.
 *
 * @module
 */
import type { CalendarRule } from "../../base/calendar/calendar.ts";
import { parseIoPriority } from "../../base/io_priority.ts";
import { writeDuration } from "../../config/quantity.ts";
import { catchUpMinute, environmentOf, type ScheduledJob, unwritable } from "./scheduled_job.ts";
import { originLine, type Scope, WRITTEN_BY } from "./systemd_units.ts";
import { xmlComment, xmlText } from "./xml_text.ts";

/** One moment that comes round: launchd takes one number for each word, so lists are multiplied. */
type Interval = Readonly<Partial<Record<"Month" | "Day" | "Weekday" | "Hour" | "Minute", number>>>;

/** Beyond that the list is no longer one that a person would write. */
const MAX_INTERVALS = 500;

/** The label of a unit. */
export function launchdLabel(unit: string): string {
  return `net.${unit.replace("-", ".")}`;
}

/**
 * Text of the property list; `logPath` takes what phlb writes.
 *
 * @throws {SCHEDULE_UNWRITABLE} when launchd cannot have it
 */
export function renderPlist(
  job: ScheduledJob,
  { logPath, scope }: { logPath: string; scope: Scope },
): string {
  const { settings } = job;
  const nice = settings["schedule.nice"] ?? settings["performance.nice"];
  const ionice = settings["schedule.ionice"] ?? settings["performance.ionice"];
  const delayMs = settings["schedule.randomized_delay"];
  const delay = delayMs === 0 ? [] : ["--delay", writeDuration(delayMs)];
  const text = (value: string) => xmlText(value, { job, what: "launchd" });
  const intervals = intervalsOf(job);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${xmlComment(WRITTEN_BY)}. ${xmlComment(originLine(job))} -->`,
    '<plist version="1.0">',
    "<dict>",
    `  <key>Label</key><string>${text(launchdLabel(job.unit))}</string>`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    ...[...job.command, "--quiet", ...delay].map((word) => `    <string>${text(word)}</string>`),
    "  </array>",
    ...environment(environmentOf(job, scope), text),
    "  <key>StartCalendarInterval</key>",
    "  <array>",
    ...intervals.map((interval) => `    <dict>${intervalText(interval)}</dict>`),
    "  </array>",
    ...(nice === undefined ? [] : [`  <key>Nice</key><integer>${nice}</integer>`]),
    ...(ionice !== undefined && parseIoPriority(ionice) !== undefined
      ? ["  <key>LowPriorityIO</key><true/>"]
      : []),
    "  <key>ProcessType</key><string>Background</string>",
    `  <key>StandardOutPath</key><string>${text(logPath)}</string>`,
    `  <key>StandardErrorPath</key><string>${text(logPath)}</string>`,
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}

function environment(env: ScheduledJob["env"], text: (value: string) => string): string[] {
  const entries = Object.entries(env);
  if (entries.length === 0) return [];
  return [
    "  <key>EnvironmentVariables</key>",
    "  <dict>",
    ...entries.map(([name, value]) =>
      `    <key>${text(name)}</key><string>${text(value)}</string>`
    ),
    "  </dict>",
  ];
}

function intervalText(interval: Interval): string {
  return Object.entries(interval).map(([key, value]) =>
    `<key>${key}</key><integer>${value}</integer>`
  ).join("");
}

function intervalsOf(job: ScheduledJob): Interval[] {
  const own = job.calendar.flatMap((rule) => {
    const reason = unknownToLaunchd(rule);
    if (reason !== undefined) throw refused(job, `of "${job.every}", ${reason}`);
    return expand(rule);
  });
  if (own.length > MAX_INTERVALS) {
    throw refused(job, `"${job.every}" takes ${own.length} moments, more than ${MAX_INTERVALS}`);
  }
  const hourly = job.settings["schedule.catch_up"] ? [{ Minute: catchUpMinute(job.unit) }] : [];
  return [...own, ...hourly];
}

function refused(job: ScheduledJob, reason: string): Error {
  return unwritable(job, { what: "launchd", reason, hint: "Choose another time" });
}

function unknownToLaunchd(rule: CalendarRule): string | undefined {
  if (rule.years !== undefined) return "it knows no years";
  if (rule.seconds.some((second) => second !== 0)) return "it knows no seconds";
  if (rule.daysFromEnd !== undefined) return "it cannot count days from the end of a month";
  if (rule.utc) return "it knows local time alone";
  if (!rule.eitherDay && rule.days !== undefined && rule.weekdays !== undefined) {
    return "it takes a day of the month and a weekday as either, not as both";
  }
  return undefined;
}

function expand(rule: CalendarRule): Interval[] {
  const { months, days, weekdays, hours, minutes } = rule;
  const kinds = rule.eitherDay ? [{ days }, { weekdays }] : [{ days, weekdays }];
  return kinds.flatMap((kind: { days?: typeof days; weekdays?: typeof weekdays }) => {
    const fields = [
      ["Month", months],
      ["Day", kind.days],
      ["Weekday", kind.weekdays],
      ["Hour", hours],
      ["Minute", minutes],
    ] as const;
    return fields.reduce<Interval[]>(
      (found, [key, values]) =>
        values === undefined
          ? found
          : found.flatMap((interval) => values.map((value) => ({ ...interval, [key]: value }))),
      [{}],
    );
  });
}
