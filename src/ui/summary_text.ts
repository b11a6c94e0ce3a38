import { printable } from "../base/path_bytes.ts";
import type { Summary, SummaryProblem } from "../store/summary.ts";
import type { Figures } from "./figures.ts";
import { formatDuration } from "./format_duration.ts";
import { padText, textWidth } from "./text_width.ts";

/** What {@link summaryText} needs beside the summary. */
export interface SummaryTextOptions {
  /** Absolute path of the snapshot, of what is left of it, or of the root for a dry run. */
  readonly snapshotPath: string;
  readonly dryRun: boolean;
  readonly figures: Figures;
}

/** Problems that are named one by one. */
const NAMED_PROBLEMS = 10;

/** Rules that are named one by one. */
const NAMED_RULES = 20;

/** A summary for people: plain text for 80 columns, ending with a newline. */
export function summaryText(summary: Summary, options: SummaryTextOptions): string {
  const sections = [
    [headline(summary, options)],
    factLines(summary, options),
    sumLines(summary, options),
    [noveltyLine(summary, options)],
    exclusionLines(summary, options),
    problemLines(summary, options),
    forgottenLines(summary, options),
    nextSteps(summary, options),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"))
    .join("\n\n") + "\n";
}

function headline(summary: Summary, { snapshotPath, dryRun }: SummaryTextOptions): string {
  const path = printable(snapshotPath);
  if (dryRun) return "Dry run: nothing was written";
  if (summary.interrupted) {
    return `Backup interrupted, what was stored serves the next run: ${path}`;
  }
  if (!summary.complete) return `Backup not complete: ${path}`;
  const and = summary.counts.problems === 0 ? "" : ", with problems";
  return `Backup complete${and}: ${path}`;
}

function factLines(summary: Summary, { figures }: SummaryTextOptions): string[] {
  const { previous, tags, note } = summary;
  const took = formatDuration(summary.duration_seconds);
  const before = previous?.duration_seconds ?? null;
  const compared = before === null ? "" : ` (the previous run took ${formatDuration(before)})`;
  const facts: [string, string][] = [
    ["Source", summary.source],
    ["Started", figures.date(summary.started_at)],
    ["Duration", took + compared],
    ["Previous", previous === null ? "none" : previous.time],
  ];
  if (tags.length > 0) facts.push(["Tags", tags.join(", ")]);
  if (note !== null) facts.push(["Note", note]);
  return facts.map(([label, value]) => `  ${padText(label, 10)}${printable(value)}`);
}

interface SumRow {
  readonly label: string;
  readonly count: number;
  readonly remark?: string;
  /** Shown also when it is zero. */
  readonly always?: boolean;
}

/** A column of numbers that add up to what was walked, like on a till receipt. */
function sumLines(summary: Summary, options: SummaryTextOptions): string[] {
  const { figures } = options;
  const rows = sumRows(summary, options).filter(({ count, always }) => always || count > 0);
  const numbers = [...rows.map(({ count }) => count), summary.counts.walked].map(figures.count);
  const width = Math.max(...numbers.map(textWidth));
  const line = ({ label, count, remark }: SumRow) => {
    const number = figures.count(count);
    const gap = " ".repeat(width - textWidth(number));
    return `  ${padText(label, 16)}${gap}${number}${remark === undefined ? "" : `  ${remark}`}`;
  };
  const { walked } = summary.counts;
  const remark = `${figures.size(summary.bytes.processed)} in files`;
  return [
    ...rows.map(line),
    " ".repeat(18) + "-".repeat(width),
    line({ label: "Walked", count: walked, remark }),
  ];
}

function sumRows({ counts, bytes }: Summary, { dryRun, figures }: SummaryTextOptions): SumRow[] {
  const linked = `${figures.size(bytes.linked)}, ${dryRun ? "unchanged" : "stored before"}`;
  const copied = `${figures.size(bytes.copied)}, ${dryRun ? "would be read" : "newly stored"}`;
  const rows: SumRow[] = [
    { label: "Linked", count: counts.linked, remark: linked, always: true },
    { label: "Copied", count: counts.copied, remark: copied, always: true },
    { label: "Directories", count: counts.directories, always: true },
    { label: "Symlinks", count: counts.symlinks },
    { label: "Special files", count: counts.specials },
    { label: "Manifest only", count: counts.recorded, remark: "could not be recreated here" },
    { label: "Excluded", count: counts.excluded },
    { label: "Failed", count: counts.failed, remark: "not in the snapshot, see below" },
  ];
  const accounted = rows.reduce((sum, { count }) => sum + count, 0);
  return [...rows, { label: "Not finished", count: Math.max(0, counts.walked - accounted) }];
}

function noveltyLine({ counts }: Summary, { figures: { count } }: SummaryTextOptions): string {
  const healed = counts.healed === 0
    ? ""
    : `\n  ${count(counts.healed)} names in older snapshots healed`;
  return `  ${count(counts.new)} new, ${count(counts.changed)} changed, ` +
    `${count(counts.unchanged)} unchanged${healed}`;
}

function exclusionLines(
  { excluded_by: rules }: Summary,
  { figures }: SummaryTextOptions,
): string[] {
  if (rules.length === 0) return [];
  const named = rules.slice(0, NAMED_RULES);
  const width = Math.max(...named.map(({ count }) => textWidth(figures.count(count))));
  const lines = named.map(({ rule, layer, count }) =>
    `  ${figures.count(count).padStart(width)}  ${printable(rule)} (${printable(layer)})`
  );
  const rest = rules.slice(NAMED_RULES).reduce((sum, { count }) => sum + count, 0);
  const more = rest === 0 ? [] : [`  ${figures.count(rest)} by further rules, see the log`];
  return ["Excluded by", ...lines, ...more];
}

function problemLines({ counts, problems }: Summary, { figures }: SummaryTextOptions): string[] {
  if (counts.problems === 0) return [];
  const named = problems.slice(0, NAMED_PROBLEMS);
  const more = counts.problems - named.length;
  return [
    `Problems: ${figures.count(counts.problems)}${kinds(problems)}`,
    ...named.map(({ message }) => `  ${printable(message)}`),
    ...(more > 0 ? [`  … and ${figures.count(more)} more, see the log`] : []),
  ];
}

/** Forgotten paths that are named one by one. */
const NAMED_FORGOTTEN = 20;

/** What was taken out of a snapshot later; no lines when nothing was. */
export function forgottenLines(
  { forgotten = [] }: Summary,
  { figures }: Pick<SummaryTextOptions, "figures">,
): string[] {
  if (forgotten.length === 0) return [];
  const more = forgotten.length - NAMED_FORGOTTEN;
  return [
    "Forgotten since: not in the snapshot any more",
    ...forgotten.slice(0, NAMED_FORGOTTEN).map(({ path, at, by, entries, bytes }) => {
      const amount = entries === 1 ? figures.size(bytes) : `${figures.count(entries)} entries`;
      return `  ${printable(`${path} (${amount}), ${at} by ${by}`)}`;
    }),
    ...(more > 0 ? [`  … and ${figures.count(more)} more, see the manifest`] : []),
  ];
}

/** How many of each kind; of very many problems a summary has only the first. */
function kinds(problems: readonly SummaryProblem[]): string {
  const codes = Map.groupBy(problems, ({ code }) => code);
  const parts = [...codes].map(([code, { length }]) => `${length} ${code}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** What the user can do about each kind of problem; a kind that needs nothing is missing. */
const NEXT_STEP: Readonly<Record<string, string>> = {
  unreadable: "Unreadable: run phlb as a user who may read it, or exclude it.",
  vanished: "Vanished: it was removed during the run. Nothing to do if that was meant.",
  changed: "Changed: it was written to during the run. Run again when it is at rest.",
  replaced: "Replaced: it became something else during the run. Run again.",
  damaged: "Damaged: stored files were not what was once stored, and were stored again.\n" +
    "    Check the disk of the backup root, and run phlb repair: it reads all of it.",
  "bit-rot": "Bit rot: a disk or memory changed files of the source. Check them; what they were\n" +
    "    is in the snapshot before, which is pinned: phlb history PATH, phlb restore.",
  unsupported: "Unsupported: it stands in the manifest, but cannot be recreated by this user.",
  metadata: "Metadata: the content is stored, some attributes are not.",
  collision:
    "Collision: give one of them another name, or use a backup root that keeps such names\n" +
    "    apart.",
  "bad-name": "Bad name: this name needs the posix file system (performance.file_system).",
};

function nextSteps(
  { problems, counts }: Summary,
  { snapshotPath, dryRun }: SummaryTextOptions,
): string[] {
  if (counts.problems === 0) return [];
  const codes = new Set(problems.map(({ code }) => code));
  const steps = [...codes].flatMap((code) => NEXT_STEP[code] ?? []);
  const log = dryRun ? [] : [`All of them: ${printable(logPath(snapshotPath))}`];
  return ["What to do", ...[...steps, ...log].map((step) => `  ${step}`)];
}

/** The log stands beside the snapshot, whether that is complete or not. */
function logPath(snapshotPath: string): string {
  const at = snapshotPath.lastIndexOf("/") + 1;
  const time = snapshotPath.slice(at).replace(/^\.(.*)\.partial$/, "$1");
  return `${snapshotPath.slice(0, at)}${time}-backup.log`;
}
