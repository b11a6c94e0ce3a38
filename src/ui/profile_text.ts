import type { Figures } from "./figures.ts";
import type { Phrase } from "./words.ts";
import type { Summary, SummaryThread } from "../store/summary.ts";

/**
 * Where the time of a run went, for 80 columns: its stages, which follow each other, and its threads,
 * which work side by side. Ends with a newline; empty for a summary that has nothing of it.
 */
export function profileText(summary: Summary, figures: Figures): string {
  const { say } = figures;
  const total = Object.values(summary.stage_seconds).reduce((sum, value) => sum + value, 0);
  if (total <= 0) return "";
  const share = (value: number) => percent(value / total);
  const seconds = (value: number) => figures.decimal(value, 2);
  const stages = Object.entries(summary.stage_seconds).map(([stage, value]) => {
    const text = STAGE[stage];
    return [stage, seconds(value), share(value), text === undefined ? "" : say(text)];
  });
  const threads = Object.entries(summary.threads).map(([role, thread]) => [
    thread.count > 1 ? `${role} ×${thread.count}` : role,
    ...threadCells(thread, total),
    calls(thread, seconds),
  ]);
  return [
    say("Where the time went"),
    ...table([say("stage"), say("seconds"), say("share"), ""], stages),
    "",
    ...table(
      [say("thread"), say("computes"), say("waits"), say("idle"), say("seconds in calls")],
      threads,
    ),
    "",
    ...LEGEND.map((line) => `  ${say(line)}`),
  ].join("\n") + "\n";
}

/** What the columns of the threads mean. */
const LEGEND = [
  "waits: in a call, for a disk, for --bwlimit, or while other programs compute;",
  "idle: until another thread has something for it",
] as const satisfies readonly Phrase[];

/** What happens in a stage, or what it waits for. */
const STAGE: Readonly<Record<string, Phrase>> = {
  walk: "until the last directory of the source was read",
  store: "until all contents were stored and linked",
  manifest: "the end of the manifest, its signature",
  sync: "waits for the disk of the backup root",
  publish: "summary, log, the rename that makes it visible",
  index: "the index agrees with it",
};

function threadCells(
  { count, busy_seconds, cpu_seconds }: SummaryThread,
  total: number,
): string[] {
  const share = (value: number) => percent(Math.max(0, value) / (total * count));
  const cpu = cpu_seconds === null ? "" : share(cpu_seconds);
  if (busy_seconds === null) return [cpu, "", ""];
  const waits = cpu_seconds === null ? "" : share(busy_seconds - cpu_seconds);
  return [cpu, waits, share(total * count - busy_seconds)];
}

function calls(
  { call_seconds }: SummaryThread,
  seconds: (value: number) => string,
): string {
  return Object.entries(call_seconds).toSorted(([, a], [, b]) => b - a)
    .map(([kind, value]) => `${kind} ${seconds(value)}`).join(", ");
}

/** The first column to the left, the last as it is, those between to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all.map((row) =>
    row.map((cell, i) => {
      if (i === head.length - 1) return cell;
      return i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
    }).join("  ").trimEnd()
  ).map((line) => `  ${line}`);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
