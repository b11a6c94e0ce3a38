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

type Row = readonly [label: string, text: string];

function jobLines(job: JobStatus, frame: StatusFrame): string[] {
  const { color, now } = frame;
  const state = job.overdueSince !== undefined
    ? paint("OVERDUE", { color: "red", enabled: color })
    : job.record.last_try !== null && job.record.last_try.snapshot_id === null
    ? paint("failed", { color: "yellow", enabled: color })
    : job.lastGood === undefined
    ? "never run"
    : paint("ok", { color: "green", enabled: color });
  const title = printable(job.id ?? job.name);
  const late = job.overdueSince === undefined || job.lastGood === undefined
    ? []
    : [["Missing", `since ${shortTime(job.overdueSince)}`] as const];
  const rows: Row[] = [
    ["", printable(`${job.source} to ${job.root}`)],
    ["Last good", job.lastGood === undefined ? "never" : goodText(job, job.lastGood, now)],
    ...tryRows(job, now),
    ...(job.every === undefined
      ? [["Next", "not scheduled"] as const]
      : [["Next", job.next === undefined ? "never" : shortTime(job.next)] as const]),
    ...late,
    ...snapshotRows(job, frame),
  ];
  return [`${paint(title, { color: "bold", enabled: color })}  ${state}`, ...rows.map(rowText)];
}

function rowText([label, text]: Row): string {
  return `  ${label.padEnd(11)}${text}`;
}

function goodText({ newest }: JobStatus, lastGood: Date, now: Date): string {
  const problems = newest?.summary?.counts.problems ?? 0;
  const told = problems === 0 ? "" : problems === 1 ? ", 1 problem" : `, ${problems} problems`;
  return `${shortTime(lastGood)} (${ago(lastGood, now)})${told}`;
}

/** Only when it says more than the last good run. */
function tryRows({ record: { last_try, last_skip } }: JobStatus, now: Date): Row[] {
  const rows: Row[] = [];
  if (last_try !== null && last_try.snapshot_id === null) {
    const when = new Date(last_try.started_at);
    rows.push(["Last try", `${shortTime(when)} (${ago(when, now)})`]);
    rows.push(["", printable(last_try.message ?? `exit code ${last_try.exit_code}`)]);
  }
  if (last_skip !== null && last_skip.reason !== last_try?.message) {
    rows.push(["Not run", `${shortTime(new Date(last_skip.at))}: ${printable(last_skip.reason)}`]);
  }
  return rows;
}

function snapshotRows(
  { snapshots, pinned = 0, partial = 0, newest }: JobStatus,
  { figures }: StatusFrame,
): Row[] {
  if (snapshots === undefined) return [];
  const more = [
    ...(pinned === 0 ? [] : [`${figures.count(pinned)} pinned`]),
    ...(partial === 0 ? [] : [`${figures.count(partial)} not complete`]),
  ];
  const bytes = newest?.summary?.bytes;
  const size = bytes === undefined
    ? []
    : [`newest ${figures.size(bytes.processed)}, ${figures.size(bytes.copied)} of it new`];
  return [["Snapshots", [figures.count(snapshots), ...more, ...size].join(", ")]];
}

function rootLines(
  { path, fault, room, coverage, trash = 0 }: RootStatus,
  { figures, color, blocks }: StatusFrame,
): string[] {
  const title = paint(printable(path), { color: "bold", enabled: color });
  if (fault !== undefined) return [title, rowText(["Not there", printable(fault)])];
  const { freeBytes, perSnapshot, fits } = room ?? {};
  const rows: Row[] = [];
  if (freeBytes !== undefined) rows.push(["Free", figures.size(freeBytes)]);
  if (perSnapshot !== undefined && fits !== undefined) {
    const each = figures.size(perSnapshot.bytes);
    rows.push(["Trend", `${each} for each snapshot: room for about ${figures.count(fits)} more`]);
  }
  for (const [i, { days, bytes }] of (coverage?.within ?? []).entries()) {
    const share = coverage === undefined || coverage.known.bytes === 0
      ? 0
      : bytes / coverage.known.bytes;
    const bar = drawBar(share, { cells: 20, blocks }).padEnd(20);
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    rows.push([i === 0 ? "Verified" : "", `${bar} ${percent} within ${days} days`]);
  }
  if (coverage === undefined) rows.push(["Verified", "never: phlb verify --all"]);
  const damaged = coverage?.damaged.inodes ?? 0;
  if (damaged > 0) rows.push(["Damaged", `${figures.count(damaged)} stored files: phlb repair`]);
  if (trash > 0) rows.push(["Trash", `${figures.count(trash)} removed snapshots`]);
  return [title, ...rows.map(rowText)];
}

const STEPS = [["day", 86_400], ["hour", 3600], ["minute", 60]] as const;

function ago(time: Date, now: Date): string {
  const seconds = (now.getTime() - time.getTime()) / 1000;
  for (const [unit, size] of STEPS) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
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
