/**
 * Lines of a crontab for a job, in a block of their own.
 *
 * Source: crontab(5) of Vixie cron and cronie.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { writeCron } from "../../base/calendar/cron.ts";
import { encodeName, printable } from "../../base/path_bytes.ts";
import { writeDuration } from "../../config/quantity.ts";
import { catchUpMinute, type ScheduledJob, unwritable } from "./scheduled_job.ts";
import { originLine, WRITTEN_BY } from "./systemd_units.ts";

/** Vixie cron reads no longer command. Source: its MAX_COMMAND. */
const MAX_COMMAND = 998;

const HINT = "Choose another time or another scheduler (--backend)";

/**
 * The job's block, with a newline at its end.
 *
 * @throws {SCHEDULE_UNWRITABLE} when cron cannot have it
 */
export function renderCronBlock(job: ScheduledJob): string {
  const command = shellCommand(job);
  if (command.length > MAX_COMMAND) {
    const reason = `the command has ${command.length} characters, more than ${MAX_COMMAND}`;
    throw unwritable(job, { what: "cron", reason, hint: HINT });
  }
  const times = job.calendar.map((rule) => {
    const written = writeCron(rule);
    if ("text" in written) return written.text;
    throw unwritable(job, {
      what: "cron",
      reason: `of "${job.every}", ${written.reason}`,
      hint: HINT,
    });
  });
  const hourly = job.settings["schedule.catch_up"] ? [`${catchUpMinute(job.unit)} * * * *`] : [];
  return [
    `${beginLine(job.unit)}: ${WRITTEN_BY}`,
    `# ${originLine(job)}`,
    ...[...times, ...hourly].map((time) => `${time} ${command}`),
    endLine(job.unit),
    "",
  ].join("\n");
}

function beginLine(unit: string): string {
  return `# BEGIN ${unit}`;
}

function endLine(unit: string): string {
  return `# END ${unit}`;
}

/** The block of a unit in a crontab, with its place; undefined when there is none. */
export function findCronBlock(
  crontab: string,
  unit: string,
): { start: number; end: number; text: string } | undefined {
  const start = crontab.search(new RegExp(`^${escapeRegExp(beginLine(unit))}: `, "m"));
  if (start < 0) return undefined;
  const tail = crontab.slice(start);
  const match = new RegExp(`^${escapeRegExp(endLine(unit))}(?:\n|$(?![^]))`, "m").exec(tail);
  if (match === null) return undefined;
  const end = start + match.index + match[0].length;
  return { start, end, text: crontab.slice(start, end) };
}

/** Units that have a block in a crontab. */
export function cronUnits(crontab: string): string[] {
  const pattern = new RegExp(`^# BEGIN (phlb\\S*): ${escapeRegExp(WRITTEN_BY)}$`, "gm");
  return [...crontab.matchAll(pattern)].map(([, unit]) => unit ?? "");
}

/** The crontab with the unit's block, or without it; all else stays byte by byte. */
export function withCronBlock(
  crontab: string,
  { unit, block }: { unit: string; block: string },
): string {
  const found = findCronBlock(crontab, unit);
  if (found !== undefined) return crontab.slice(0, found.start) + block + crontab.slice(found.end);
  const gap = crontab === "" || crontab.endsWith("\n") || block === "" ? "" : "\n";
  return crontab + gap + block;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function shellCommand(job: ScheduledJob): string {
  const delayMs = job.settings["schedule.randomized_delay"];
  const env = Object.entries(job.env).map(([name, value]) => `${name}=${value}`);
  const words = [
    ...(env.length === 0 ? [] : ["env", ...env]),
    ...job.command,
    "--quiet",
    ...(delayMs === 0 ? [] : ["--delay", writeDuration(delayMs)]),
  ];
  return words.map((word) => shellWord(word, job)).join(" ");
}

/**
 * A word for the shell that cron starts. To cron `%` ends the command, a backslash before it differs
 * from one cron to another, and a newline cannot be written: such a word goes in base64.
 */
function shellWord(word: string, job: ScheduledJob): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  const isPlain = word.isWellFormed() && !/[%\\]/.test(word) && printable(word) === word;
  if (isPlain) return `'${word.replaceAll("'", `'"'"'`)}'`;
  if (word.endsWith("\n")) {
    const reason = `"${printable(word)}" ends with a line break`;
    throw unwritable(job, { what: "cron", reason, hint: HINT });
  }
  return `"$(echo ${Buffer.from(encodeName(word)).toString("base64")} | base64 -d)"`;
}
