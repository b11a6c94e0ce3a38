import { isAbsolute } from "node:path";
import type { Calendar } from "../../base/calendar/calendar.ts";
import { parseCalendar } from "../../base/calendar/parse_calendar.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { encodeName, printable } from "../../base/path_bytes.ts";
import type { Job } from "../../config/config.ts";
import type { Settings } from "../../config/schema.ts";

/** A job that is to run by itself, as all kinds of scheduler see it. */
export interface ScheduledJob {
  /** `phlb` or `phlb-<id>`, fit for a file name. */
  readonly unit: string;
  /** For people: `the job "documents"`. */
  readonly label: string;
  /** As configured. */
  readonly every: string;
  readonly calendar: Calendar;
  readonly settings: Settings;
  /** Absolute. */
  readonly source: string;
  /** Absolute. */
  readonly root: string;
  /** Program and arguments that run it when it is due. */
  readonly command: readonly string[];
  /** Of the user whose configuration it is; undefined for a user without one. */
  readonly home: string | undefined;
  /** Variables that its configuration came from. */
  readonly env: Readonly<Record<string, string>>;
  /** Where phlb keeps what it remembers, absolute; undefined where it has no place for that. */
  readonly stateDir: string | undefined;
  /** Where the configuration was looked for; another one's schedule of the same name is not ours. */
  readonly origin: string;
}

/** Where a schedule is made. */
export interface SchedulePlace {
  /** Absolute. */
  readonly cwd: string;
  readonly home: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Program and first arguments that run phlb. */
  readonly program: readonly string[];
  readonly stateDir: string | undefined;
  /** Absolute; the one file of the configuration when it was named. */
  readonly configFile: string | undefined;
}

/** Names of the units are made of it. */
export const UNIT_PREFIX = "phlb";

/**
 * The job as schedulers see it; undefined when `schedule.every` is not set.
 *
 * @throws {DESTINATION_UNSET}
 */
export function scheduledJob(job: Job, place: SchedulePlace): ScheduledJob | undefined {
  const { settings, id } = job;
  const every = settings["schedule.every"];
  if (every === undefined) return undefined;
  const label = id === undefined ? "the backup" : `the job "${printable(id)}"`;
  if (settings.destination === undefined) throw noDestination(label);
  return {
    unit: unitName(id),
    label,
    every,
    calendar: calendarOf(every),
    settings,
    source: settings.source ?? place.cwd,
    root: settings.destination,
    command: [...place.program, "schedule", "run", ...runArguments(job, place)],
    home: place.home,
    env: configEnvironment(place.env),
    stateDir: place.stateDir,
    origin: place.configFile ?? place.cwd,
  };
}

/** The calendar of a text that the configuration has let through. */
export function calendarOf(every: string): Calendar {
  const parsed = parseCalendar(every);
  if ("calendar" in parsed) return parsed.calendar;
  throw new TypeError(`"${every}" is no calendar: ${parsed.fault}`);
}

/** The name of a job's units; bytes other than letters, digits, `_` and `.` as `-xNN`. */
export function unitName(id: string | undefined): string {
  if (id === undefined) return UNIT_PREFIX;
  const safe = [...encodeName(id)].map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.]/.test(char) || char === "-"
      ? char
      : `-x${byte.toString(16).padStart(2, "0")}`;
  });
  return `${UNIT_PREFIX}-${safe.join("")}`;
}

function runArguments({ id }: Job, { cwd, configFile }: SchedulePlace): string[] {
  return [
    ...(id === undefined ? [] : ["--job", id]),
    ...(configFile === undefined ? ["--directory", cwd] : ["--config", configFile]),
  ];
}

/** Without these, a run that nobody is logged in for would find another configuration. */
function configEnvironment(env: SchedulePlace["env"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isOurs = name.startsWith("PHLB_") && name !== "PHLB_BIN";
    const isPlace = name === "XDG_CONFIG_HOME" || name === "XDG_STATE_HOME";
    if (value !== undefined && (isOurs || (isPlace && isAbsolute(value)))) kept[name] = value;
  }
  return kept;
}

/** The minute of each hour at which a job looks whether it missed a run; different jobs differ. */
export function catchUpMinute(unit: string): number {
  return [...unit].reduce((sum, char) => sum * 31 + (char.codePointAt(0) ?? 0), 7) % 59 + 1;
}

/** What is thrown for something that a kind of scheduler cannot have. */
export function unwritable(
  { label }: Pick<ScheduledJob, "label">,
  { what, reason, hint }: { what: string; reason: string; hint: string },
): AppError {
  return new AppError(`Cannot schedule ${label} by ${what}: ${reason}`, {
    code: "SCHEDULE_UNWRITABLE",
    exitCode: EXIT.usage,
    hint,
  });
}

function noDestination(label: string): AppError {
  return new AppError(`Cannot schedule ${label}: it has no destination`, {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Set "destination" in phlb.toml',
  });
}

/** Variables to start it with: a service of the system has no home by itself. */
export function environmentOf(
  { env, home }: Pick<ScheduledJob, "env" | "home">,
  scope: "system" | "user",
): Readonly<Record<string, string>> {
  return scope === "user" || home === undefined ? env : { HOME: home, ...env };
}
