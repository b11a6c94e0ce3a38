/**
 * `phlb status` for people: a few lines for each job and each backup root.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import { isoTime } from "../backup/snapshot/iso_time.ts";
import type { JobStatus, RootStatus, Status } from "../ops/status/status.ts";
import { drawBar } from "./bar_chart.ts";
import type { Figures } from "./figures.ts";
import type { JsonMessage } from "./json_lines.ts";
import { shortTime } from "./schedule_text.ts";
import { paint } from "./terminal.ts";
import { padText, textWidth } from "./text_width.ts";
import type { Phrase } from "./words.ts";

/** How it is drawn. */
export interface StatusFrame {
  readonly now: Date;
  readonly figures: Figures;
  readonly color: boolean;
  /** Whether the terminal shows block characters. */
  readonly blocks: boolean;
}

/** The text, lines without a newline at the end. */
export function statusText({ jobs, roots }: Status, frame: StatusFrame): string {
  const sections = [
    ...jobs.map((job) => jobLines(job, frame)),
    ...roots.map((root) => rootLines(root, frame)),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

/** What stands in front of the lines. */
const LABELS = [
  "Last good",
  "Last try",
  "Not run",
  "Next",
  "Missing",
  "Snapshots",
  "Not there",
  "Free",
  "Trend",
  "Verified",
  "Damaged",
  "Trash",
] as const satisfies readonly Phrase[];

type Row = readonly [label: typeof LABELS[number] | "", text: string];

function jobLines(job: JobStatus, frame: StatusFrame): string[] {
  const { color, figures } = frame;
  const { say } = figures;
  const title = printable(job.id ?? job.name);
  const late = job.overdueSince === undefined || job.lastGood === undefined
    ? []
    : [["Missing", say("since {time}", { time: shortTime(job.overdueSince, figures) })] as const];
  const rows: Row[] = [
    ["", printable(say("{source} to {root}", { source: job.source, root: job.root }))],
    ["Last good", job.lastGood === undefined ? say("never") : goodText(job, job.lastGood, frame)],
    ...tryRows(job, frame),
    ["Next", nextText(job, figures)],
    ...late,
    ...snapshotRows(job, frame),
  ];
  const head = `${paint(title, { color: "bold", enabled: color })}  ${stateText(job, frame)}`;
  return [head, ...rowLines(rows, figures)];
}

function stateText(
  { overdueSince, lastGood, record: { last_try } }: JobStatus,
  { color, figures: { say } }: StatusFrame,
): string {
  if (overdueSince !== undefined) return paint(say("OVERDUE"), { color: "red", enabled: color });
  if (last_try !== null && last_try.snapshot_id === null) {
    return paint(say("failed"), { color: "yellow", enabled: color });
  }
  return lastGood === undefined
    ? say("never run")
    : paint(say("ok"), { color: "green", enabled: color });
}

/** All labels of the language are as wide as the widest, whichever are shown. */
function rowLines(rows: readonly Row[], { say }: Figures): string[] {
  const width = Math.max(...LABELS.map((label) => textWidth(say(label)))) + 2;
  return rows.map(([label, text]) => `  ${padText(label === "" ? "" : say(label), width)}${text}`);
}

function nextText({ every, next }: JobStatus, figures: Figures): string {
  if (every === undefined) return figures.say("not scheduled");
  return next === undefined ? figures.say("never") : shortTime(next, figures);
}

function goodText({ newest }: JobStatus, lastGood: Date, { figures, now }: StatusFrame): string {
  const problems = newest?.summary?.counts.problems ?? 0;
  const told = problems === 0
    ? ""
    : `, ${figures.say("{problems:problem|problems}", { problems })}`;
  return `${timeAndAgo(lastGood, { figures, now })}${told}`;
}

function timeAndAgo(time: Date, { figures, now }: Pick<StatusFrame, "figures" | "now">): string {
  return `${shortTime(time, figures)} (${ago(time, { figures, now })})`;
}

/** Only when it says more than the last good run. */
function tryRows({ record: { last_try, last_skip } }: JobStatus, frame: StatusFrame): Row[] {
  const { say, tell } = frame.figures;
  const rows: Row[] = [];
  if (last_try !== null && last_try.snapshot_id === null) {
    rows.push(["Last try", timeAndAgo(new Date(last_try.started_at), frame)]);
    const code = String(last_try.exit_code);
    rows.push([
      "",
      printable(
        last_try.message === null ? say("exit code {code}", { code }) : tell(last_try.message),
      ),
    ]);
  }
  if (last_skip !== null && last_skip.reason !== last_try?.message) {
    const when = shortTime(new Date(last_skip.at), frame.figures);
    rows.push(["Not run", `${when}: ${printable(tell(last_skip.reason))}`]);
  }
  return rows;
}

function snapshotRows(
  { snapshots, pinned = 0, partial = 0, newest }: JobStatus,
  { figures }: StatusFrame,
): Row[] {
  if (snapshots === undefined) return [];
  const { say } = figures;
  const more = [
    ...(pinned === 0 ? [] : [say("{count} pinned", { count: pinned })]),
    ...(partial === 0 ? [] : [say("{count} not complete", { count: partial })]),
  ];
  const bytes = newest?.summary?.bytes;
  const size = bytes === undefined ? [] : [say("newest {size}, {fresh} of it new", {
    size: figures.size(bytes.processed),
    fresh: figures.size(bytes.copied),
  })];
  return [["Snapshots", [figures.count(snapshots), ...more, ...size].join(", ")]];
}

function rootLines(
  { path, fault, room, coverage, trash = 0 }: RootStatus,
  { figures, color, blocks }: StatusFrame,
): string[] {
  const { say, tell } = figures;
  const title = paint(printable(path), { color: "bold", enabled: color });
  if (fault !== undefined) {
    return [title, ...rowLines([["Not there", printable(tell(fault))]], figures)];
  }
  const { freeBytes, perSnapshot, fits } = room ?? {};
  const rows: Row[] = [];
  if (freeBytes !== undefined) rows.push(["Free", figures.size(freeBytes)]);
  if (perSnapshot !== undefined && fits !== undefined) {
    rows.push([
      "Trend",
      say("{size} for each snapshot: room for about {count} more", {
        size: figures.size(perSnapshot.bytes),
        count: fits,
      }),
    ]);
  }
  rows.push(...verifiedRows(coverage, { figures, blocks }));
  const damaged = coverage?.damaged.inodes ?? 0;
  if (damaged > 0) {
    rows.push([
      "Damaged",
      say("{files:stored file|stored files}: phlb repair", { files: damaged }),
    ]);
  }
  if (trash > 0) {
    const removed = say("{snapshots:removed snapshot|removed snapshots}", { snapshots: trash });
    rows.push(["Trash", removed]);
  }
  return [title, ...rowLines(rows, figures)];
}

function verifiedRows(
  coverage: RootStatus["coverage"],
  { figures: { say }, blocks }: Pick<StatusFrame, "figures" | "blocks">,
): Row[] {
  if (coverage === undefined) return [["Verified", say("never: phlb verify --all")]];
  return coverage.within.map(({ days, bytes }, i): Row => {
    const part = coverage.known.bytes === 0 ? 0 : bytes / coverage.known.bytes;
    const bar = drawBar(part, { cells: 20, blocks }).padEnd(20);
    const share = `${bar} ${`${Math.floor(part * 100)} %`.padStart(5)}`;
    return [i === 0 ? "Verified" : "", say("{share} within {days:day|days}", { share, days })];
  });
}

function ago(time: Date, { figures: { say }, now }: Pick<StatusFrame, "figures" | "now">): string {
  const minutes = Math.floor((now.getTime() - time.getTime()) / 60_000);
  if (minutes < 1) return say("just now");
  if (minutes < 60) return say("{minutes:minute|minutes} ago", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return say("{hours:hour|hours} ago", { hours });
  return say("{days:day|days} ago", { days: Math.floor(hours / 24) });
}

/** The same for programs: a message for each job, then one for each root. */
export function statusMessages({ jobs, roots }: Status): JsonMessage[] {
  const iso = (time: Date | undefined) => time === undefined ? null : isoTime(time);
  return [
    ...jobs.map((job) => ({
      message_type: "job_status",
      job: job.id ?? null,
      source: job.source,
      root: job.root,
      name: job.name,
      every: job.every ?? null,
      last_good: iso(job.lastGood),
      last_try: job.record.last_try,
      last_skip: job.record.last_skip,
      next: iso(job.next),
      overdue: job.overdueSince !== undefined,
      overdue_since: iso(job.overdueSince),
      snapshots: job.snapshots ?? null,
      pinned: job.pinned ?? null,
      partial: job.partial ?? null,
      newest_snapshot_id: job.newest?.id ?? null,
      problems: job.newest?.summary?.counts.problems ?? null,
      size_bytes: job.newest?.summary?.bytes.processed ?? null,
      stored_bytes: job.newest?.summary?.bytes.copied ?? null,
    })),
    ...roots.map(({ path, fault, trash, room, coverage }) => ({
      message_type: "root_status",
      path,
      available: fault === undefined,
      fault: fault ?? null,
      free_bytes: room?.freeBytes ?? null,
      free_inodes: room?.freeInodes ?? null,
      bytes_per_snapshot: room?.perSnapshot?.bytes ?? null,
      fits: room?.fits ?? null,
      trash: trash ?? null,
      known_bytes: coverage?.known.bytes ?? null,
      verified: coverage?.within.map(({ days, bytes }) => ({ days, bytes })) ?? null,
      damaged: coverage?.damaged.inodes ?? null,
    })),
  ];
}
