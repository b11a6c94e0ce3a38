/**
 * A task of Windows' Task Scheduler for a job, as XML.
 *
 * Source: [MS-TSCH] 2.5, Task Scheduler Schema 1.2.
 *
 * @module
 */
import type { CalendarRule } from "../../base/calendar/calendar.ts";
import { catchUpMinute, type ScheduledJob, unwritable } from "./scheduled_job.ts";
import { originLine, type Scope, WRITTEN_BY } from "./systemd_units.ts";
import { xmlText } from "./xml_text.ts";

/** A task takes no more. Source: Task Scheduler reference, "ITriggerCollection". */
const MAX_TRIGGERS = 48;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/**
 * Text of the task.
 *
 * @throws {SCHEDULE_UNWRITABLE} when the Task Scheduler cannot have it
 */
export function renderTask(job: ScheduledJob, scope: Scope): string {
  const { settings } = job;
  const text = (value: string) => xmlText(value, { job, what: "the Task Scheduler" });
  const [program = "", ...args] = [...job.command, "--quiet"];
  const timeoutMs = settings["schedule.timeout"];
  const limit = timeoutMs === 0 ? "PT0S" : `PT${Math.ceil(timeoutMs / 1000) + 900}S`;
  const nice = settings["schedule.nice"] ?? settings["performance.nice"] ?? 0;
  const principal = scope === "system"
    ? "<UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel>"
    : "<LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>";
  return [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <RegistrationInfo>",
    `    <Description>${text(`phlb: ${job.label} (${job.every})`)}</Description>`,
    `    <Documentation>${text(`${WRITTEN_BY}. ${originLine(job)}`)}</Documentation>`,
    "  </RegistrationInfo>",
    "  <Triggers>",
    ...triggers(job),
    "  </Triggers>",
    "  <Principals>",
    `    <Principal id="Author">${principal}</Principal>`,
    "  </Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    `    <DisallowStartIfOnBatteries>${!settings[
      "schedule.on_battery"
    ]}</DisallowStartIfOnBatteries>`,
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    `    <StartWhenAvailable>${settings["schedule.catch_up"]}</StartWhenAvailable>`,
    `    <RunOnlyIfNetworkAvailable>${settings["schedule.network"]}</RunOnlyIfNetworkAvailable>`,
    `    <ExecutionTimeLimit>${limit}</ExecutionTimeLimit>`,
    `    <Priority>${nice >= 10 ? 9 : 7}</Priority>`,
    "  </Settings>",
    '  <Actions Context="Author">',
    "    <Exec>",
    `      <Command>${text(program)}</Command>`,
    `      <Arguments>${text(args.map((arg) => windowsArgument(arg, job)).join(" "))}</Arguments>`,
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\n");
}

/** As CommandLineToArgvW takes it apart. */
function windowsArgument(arg: string, job: ScheduledJob): string {
  if (/[\n\r]/.test(arg)) throw refused(job, "a path has a line break");
  if (/^[^\s"]+$/.test(arg)) return arg;
  return `"${arg.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

function refused(job: ScheduledJob, reason: string): Error {
  return unwritable(job, { what: "the Task Scheduler", reason, hint: "Choose another time" });
}

function triggers(job: ScheduledJob): string[] {
  const { settings } = job;
  const delayMs = settings["schedule.randomized_delay"];
  const delay = delayMs === 0 ? "" : `<RandomDelay>PT${Math.ceil(delayMs / 1000)}S</RandomDelay>`;
  const found = job.calendar.flatMap((rule) => {
    const schedule = scheduleOf(rule, job);
    return startsOf(rule, job).map(({ time, repeat }) =>
      trigger({ time, repeat, delay, schedule })
    );
  });
  const minute = String(catchUpMinute(job.unit)).padStart(2, "0");
  const hourly = settings["schedule.catch_up"]
    ? [trigger({ time: `00:${minute}`, repeat: "PT1H", delay, schedule: EACH_DAY })]
    : [];
  const all = [...found, ...hourly];
  if (all.length <= MAX_TRIGGERS) return all;
  throw refused(job, `"${job.every}" takes ${all.length} triggers, more than ${MAX_TRIGGERS}`);
}

interface Start {
  /** `HH:MM[:SS]` */
  readonly time: string;
  /** How often again within the day; not at all when undefined. */
  readonly repeat: string | undefined;
}

function trigger(
  { time, repeat, delay, schedule }: Start & { delay: string; schedule: string },
): string {
  const repetition = repeat === undefined
    ? ""
    : `<Repetition><Interval>${repeat}</Interval><Duration>P1D</Duration></Repetition>`;
  const start = `<StartBoundary>2020-01-01T${
    time.length === 5 ? `${time}:00` : time
  }</StartBoundary>`;
  return `    <CalendarTrigger>${start}${repetition}${delay}${schedule}</CalendarTrigger>`;
}

/** A day that repeats evenly takes one trigger, any other one for each of its times. */
function startsOf({ hours, minutes, seconds }: CalendarRule, job: ScheduledJob): Start[] {
  const two = (value: number) => String(value).padStart(2, "0");
  const [second = 0, ...more] = seconds;
  if (more.length > 0) throw refused(job, `of "${job.every}", it takes one second of a minute`);
  const tail = second === 0 ? "" : `:${two(second)}`;
  if (hours === undefined) {
    const each = minutes === undefined ? 1 : stepOf(minutes);
    const [first = 0] = minutes ?? [0];
    if (each !== undefined) {
      return [{ time: `00:${two(first)}${tail}`, repeat: each === 60 ? "PT1H" : `PT${each}M` }];
    }
  }
  const allHours = hours ?? Array.from({ length: 24 }, (_, hour) => hour);
  const allMinutes = minutes ?? Array.from({ length: 60 }, (_, minute) => minute);
  if (allHours.length * allMinutes.length > MAX_TRIGGERS) {
    throw refused(job, `"${job.every}" takes more than ${MAX_TRIGGERS} triggers`);
  }
  return allHours.flatMap((hour) =>
    allMinutes.map((minute) => ({ time: `${two(hour)}:${two(minute)}${tail}`, repeat: undefined }))
  );
}

/** Minutes between two of an hour that are evenly spread; undefined when they are not. */
function stepOf(minutes: readonly number[]): number | undefined {
  const step = 60 / minutes.length;
  const isEven = minutes.every((minute, i) => minute === (minutes[0] ?? 0) + i * step);
  return isEven && (minutes[0] ?? 0) < step ? step : undefined;
}

const EACH_DAY = "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>";

function scheduleOf(rule: CalendarRule, job: ScheduledJob): string {
  const { weekdays, months, days, daysFromEnd } = rule;
  const reason = rule.years !== undefined
    ? "it knows no years"
    : rule.utc
    ? "it knows local time alone"
    : daysFromEnd !== undefined && (daysFromEnd.length > 1 || daysFromEnd[0] !== 1)
    ? "it knows no day from the end of a month but the last"
    : weekdays !== undefined && (days !== undefined || daysFromEnd !== undefined)
    ? "it takes either days of the month or weekdays"
    : undefined;
  if (reason !== undefined) throw refused(job, `of "${job.every}", ${reason}`);
  const ofWeek = weekdays === undefined
    ? ""
    : `<DaysOfWeek>${weekdays.map((day) => `<${WEEKDAYS[day]}/>`).join("")}</DaysOfWeek>`;
  const ofYear = `<Months>${
    (months ?? MONTHS.map((_, i) => i + 1)).map((month) => `<${MONTHS[month - 1]}/>`).join("")
  }</Months>`;
  if (days !== undefined || daysFromEnd !== undefined || (months && weekdays === undefined)) {
    const chosen = daysFromEnd === undefined
      ? days ?? Array.from({ length: 31 }, (_, i) => i + 1)
      : ["Last"];
    const ofMonth = `<DaysOfMonth>${
      chosen.map((day) => `<Day>${day}</Day>`).join("")
    }</DaysOfMonth>`;
    return `<ScheduleByMonth>${ofMonth}${ofYear}</ScheduleByMonth>`;
  }
  if (weekdays === undefined) return EACH_DAY;
  if (months === undefined) {
    return `<ScheduleByWeek><WeeksInterval>1</WeeksInterval>${ofWeek}</ScheduleByWeek>`;
  }
  const weeks = [1, 2, 3, 4, "Last"].map((week) => `<Week>${week}</Week>`).join("");
  return `<ScheduleByMonthDayOfWeek><Weeks>${weeks}</Weeks>${ofWeek}${ofYear}</ScheduleByMonthDayOfWeek>`;
}
