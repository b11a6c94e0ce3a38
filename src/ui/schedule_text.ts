import { type Calendar, nextTime, nextTimes } from "../base/calendar/calendar.ts";
import { writeCron } from "../base/calendar/cron.ts";
import { writeOnCalendar } from "../base/calendar/on_calendar.ts";
import { printable } from "../base/path_bytes.ts";
import { isoTime } from "../backup/snapshot/iso_time.ts";
import type { ScheduledJob } from "../ops/schedule/scheduled_job.ts";
import type { JsonMessage } from "./json_lines.ts";
import { tableLines } from "./table.ts";
import { padText, textWidth } from "./text_width.ts";
import type { Words } from "./words.ts";

/** How often the next times are shown. */
const SHOWN_TIMES = 5;

/** A job, or a unit whose job is not configured any more. */
export interface ScheduleRow {
  readonly cells: readonly string[];
  readonly json: JsonMessage;
}

/** The rows of `phlb schedule list`: all jobs, then units without one. */
export function scheduleRows({ jobs, installed, backend, now, words }: {
  jobs: readonly {
    readonly id: string | undefined;
    readonly unit: string;
    readonly job: ScheduledJob | undefined;
  }[];
  installed: readonly string[];
  backend: string;
  now: Date;
  words: Words;
}): ScheduleRow[] {
  const { say } = words;
  const orphans = installed.filter((unit) => !jobs.some((one) => one.unit === unit))
    .map((unit) => ({ id: undefined, unit, job: undefined }));
  return [...jobs, ...orphans].map(({ id, unit, job }) => {
    const next = job === undefined ? undefined : nextTime(job.calendar, now);
    const isInstalled = installed.includes(unit);
    const isOrphan = orphans.some((orphan) => orphan.unit === unit);
    const state = !isInstalled
      ? job === undefined ? "-" : say("not installed")
      : job === undefined
      ? say("{backend}, but not configured", { backend })
      : backend;
    return {
      cells: [
        printable(isOrphan ? unit : id ?? say("(no job)")),
        printable(job?.every ?? "-"),
        next === undefined ? "-" : shortTime(next, words),
        state,
      ],
      json: {
        message_type: "schedule",
        job: id ?? null,
        unit,
        every: job?.every ?? null,
        next: next === undefined ? null : isoTime(next),
        installed: isInstalled,
        configured: job !== undefined,
        backend,
      },
    };
  });
}

/** The table of `phlb schedule list`. */
export function scheduleTable(rows: readonly ScheduleRow[], { say }: Words): string {
  const titles = [say("Job"), say("Every"), say("Next"), say("Installed")];
  const table = tableLines([titles, ...rows.map(({ cells }) => cells)], { numeric: [] });
  return `${table.join("\n")}\n`;
}

/** One time in all notations, for `phlb schedule show`. */
export function calendarResult({ id, every, calendar, now, words }: {
  id: string | undefined;
  every: string;
  calendar: Calendar;
  now: Date;
  words: Words;
}): { text: string; json: JsonMessage } {
  const { say, tell } = words;
  const onCalendar = calendar.flatMap(writeOnCalendar);
  const cron = calendar.map(writeCron);
  const times = nextTimes(calendar, { after: now, count: SHOWN_TIMES });
  const rows: [string, string][] = [
    ...onCalendar.map((line): [string, string] => ["systemd", line]),
    ...cron.map((line): [string, string] => [
      "cron",
      "text" in line ? line.text : say("not possible: {reason}", { reason: tell(line.reason) }),
    ]),
    ...times.map((time): [string, string] => [say("next"), shortTime(time, words)]),
  ];
  const width = Math.max(...rows.map(([label]) => textWidth(label))) + 2;
  const shown = rows.map(([label, text], i) =>
    `  ${padText(rows[i - 1]?.[0] === label ? "" : label, width)}${text}`
  );
  const title = printable(id === undefined ? every : `${id}: ${every}`);
  return {
    text: [title, ...shown].join("\n"),
    json: {
      message_type: "calendar",
      job: id ?? null,
      every,
      on_calendar: onCalendar,
      cron: cron.map((line) => "text" in line ? line.text : null),
      next: times.map(isoTime),
    },
  };
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** Local time with its weekday. */
export function shortTime(time: Date, { say }: Words): string {
  const day = say(DAYS[time.getDay()] ?? "Sun");
  return `${day} ${isoTime(time).slice(0, 16).replace("T", " ")}`;
}
