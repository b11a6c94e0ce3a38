import { printable } from "../base/path_bytes.ts";
import type { Summary, SummaryProblem } from "../store/summary.ts";
import type { Figures } from "./figures.ts";
import type { Phrase } from "./words.ts";
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

function headline(
  summary: Summary,
  { snapshotPath, dryRun, figures }: SummaryTextOptions,
): string {
  const path = printable(snapshotPath);
  const { say } = figures;
  if (dryRun) return say("Dry run: nothing was written");
  if (summary.interrupted) {
    return say("Backup interrupted, what was stored serves the next run: {path}", { path });
  }
  if (!summary.complete) return say("Backup not complete: {path}", { path });
  return summary.counts.problems === 0
    ? say("Backup complete: {path}", { path })
    : say("Backup complete, with problems: {path}", { path });
}

function factLines(summary: Summary, { figures }: SummaryTextOptions): string[] {
  const { previous, tags, note } = summary;
  const { say, duration } = figures;
  const took = duration(summary.duration_seconds);
  const before = previous?.duration_seconds ?? null;
  const facts: [string, string][] = [
    [say("Source"), summary.source],
    [say("Started"), figures.date(summary.started_at)],
    [
      say("Duration"),
      before === null
        ? took
        : say("{took} (the previous run took {before})", { took, before: duration(before) }),
    ],
    [say("Previous"), previous === null ? say("none") : previous.time],
  ];
  if (tags.length > 0) facts.push([say("Tags"), tags.join(", ")]);
  if (note !== null) facts.push([say("Note"), note]);
  const width = Math.max(...facts.map(([label]) => textWidth(label))) + 2;
  return facts.map(([label, value]) => `  ${padText(label, width)}${printable(value)}`);
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
  const labels = Math.max(16, ...rows.map(({ label }) => textWidth(label) + 2));
  const line = ({ label, count, remark }: SumRow) => {
    const number = figures.count(count);
    const gap = " ".repeat(width - textWidth(number));
    return `  ${padText(label, labels)}${gap}${number}${remark === undefined ? "" : `  ${remark}`}`;
  };
  const { walked } = summary.counts;
  const size = figures.size(summary.bytes.processed);
  const remark = figures.say("{size} in files", { size });
  return [
    ...rows.map(line),
    " ".repeat(labels + 2) + "-".repeat(width),
    line({ label: figures.say("Walked"), count: walked, remark }),
  ];
}

function sumRows({ counts, bytes }: Summary, { dryRun, figures }: SummaryTextOptions): SumRow[] {
  const { say } = figures;
  const linked = { size: figures.size(bytes.linked) };
  const copied = { size: figures.size(bytes.copied) };
  const rows: SumRow[] = [
    {
      label: say("Linked"),
      count: counts.linked,
      remark: dryRun ? say("{size}, unchanged", linked) : say("{size}, stored before", linked),
      always: true,
    },
    {
      label: say("Copied"),
      count: counts.copied,
      remark: dryRun ? say("{size}, would be read", copied) : say("{size}, newly stored", copied),
      always: true,
    },
    { label: say("Directories"), count: counts.directories, always: true },
    { label: say("Symlinks"), count: counts.symlinks },
    { label: say("Special files"), count: counts.specials },
    {
      label: say("Manifest only"),
      count: counts.recorded,
      remark: say("could not be recreated here"),
    },
    { label: say("Excluded"), count: counts.excluded },
    { label: say("Failed"), count: counts.failed, remark: say("not in the snapshot, see below") },
  ];
  const accounted = rows.reduce((sum, { count }) => sum + count, 0);
  return [...rows, { label: say("Not finished"), count: Math.max(0, counts.walked - accounted) }];
}

function noveltyLine({ counts }: Summary, { figures: { say } }: SummaryTextOptions): string {
  const { new: added, changed, unchanged, healed } = counts;
  const values = { added, changed, unchanged };
  const line = `  ${say("{added} new, {changed} changed, {unchanged} unchanged", values)}`;
  if (healed === 0) return line;
  return `${line}\n  ${say("{healed} {healed:|name|names} in older snapshots healed", { healed })}`;
}

function exclusionLines(
  { excluded_by: rules }: Summary,
  { figures }: SummaryTextOptions,
): string[] {
  if (rules.length === 0) return [];
  const named = rules.slice(0, NAMED_RULES);
  const width = Math.max(...named.map(({ count }) => textWidth(figures.count(count))));
  const lines = named.map(({ rule, layer, count }) =>
    `  ${figures.count(count).padStart(width)}  ${printable(figures.tell(rule))} (${
      printable(figures.tell(layer))
    })`
  );
  const rest = rules.slice(NAMED_RULES).reduce((sum, { count }) => sum + count, 0);
  const more = rest === 0
    ? []
    : [`  ${figures.say("{rest} by further rules, see the log", { rest })}`];
  return [figures.say("Excluded by"), ...lines, ...more];
}

function problemLines({ counts, problems }: Summary, { figures }: SummaryTextOptions): string[] {
  if (counts.problems === 0) return [];
  const named = problems.slice(0, NAMED_PROBLEMS);
  const more = counts.problems - named.length;
  return [
    `${figures.say("Problems: {count}", { count: counts.problems })}${kinds(problems)}`,
    ...named.map(({ message }) => `  ${printable(figures.tell(message))}`),
    ...(more > 0 ? [`  ${figures.say("… and {more} more, see the log", { more })}`] : []),
  ];
}

/** Forgotten paths that are named one by one. */
const NAMED_FORGOTTEN = 20;

/** What was taken out of a snapshot later; no lines when nothing was. */
export function forgottenLines(
  { forgotten = [] }: Summary,
  { figures: { say, size } }: Pick<SummaryTextOptions, "figures">,
): string[] {
  if (forgotten.length === 0) return [];
  const more = forgotten.length - NAMED_FORGOTTEN;
  return [
    say("Forgotten since: not in the snapshot any more"),
    ...forgotten.slice(0, NAMED_FORGOTTEN).map(({ path, at, by, entries, bytes }) => {
      const amount = entries === 1 ? size(bytes) : say("{done} entries", { done: entries });
      const when = say("{time} by {who}", { time: at, who: by });
      return `  ${printable(`${path} (${amount}), ${when}`)}`;
    }),
    ...(more > 0 ? [`  ${say("… and {more} more, see the manifest", { more })}`] : []),
  ];
}

/** How many of each kind; of very many problems a summary has only the first. */
function kinds(problems: readonly SummaryProblem[]): string {
  const codes = Map.groupBy(problems, ({ code }) => code);
  const parts = [...codes].map(([code, { length }]) => `${length} ${code}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** What the user can do about each kind of problem; a kind that needs nothing is missing. */
const NEXT_STEP: Readonly<Record<string, Phrase>> = {
  unreadable: "Unreadable: run phlb as a user who may read it, or exclude it.",
  vanished: "Vanished: it was removed during the run. Nothing to do if that was meant.",
  changed: "Changed: it was written to during the run. Run again when it is at rest.",
  replaced: "Replaced: it became something else during the run. Run again.",
  damaged:
    "Damaged: stored files were not what was once stored, and were stored again.\n    Check the disk of the backup root, and run phlb repair: it reads all of it.",
  "bit-rot":
    "Bit rot: a disk or memory changed files of the source. Check them; what they were\n    is in the snapshot before, which is pinned: phlb history PATH, phlb restore.",
  unsupported: "Unsupported: it stands in the manifest, but cannot be recreated by this user.",
  metadata: "Metadata: the content is stored, some attributes are not.",
  collision:
    "Collision: give one of them another name, or use a backup root that keeps such names\n    apart.",
  "bad-name": "Bad name: this name needs the posix file system (performance.file_system).",
};

function nextSteps(
  { problems, counts }: Summary,
  { snapshotPath, dryRun, figures: { say } }: SummaryTextOptions,
): string[] {
  if (counts.problems === 0) return [];
  const codes = new Set(problems.map(({ code }) => code));
  const steps = [...codes].flatMap((code) => {
    const step = NEXT_STEP[code];
    return step === undefined ? [] : [say(step)];
  });
  const path = printable(logPath(snapshotPath));
  const log = dryRun ? [] : [say("All of them: {path}", { path })];
  return [say("What to do"), ...[...steps, ...log].map((step) => `  ${step}`)];
}

/** The log stands beside the snapshot, whether that is complete or not. */
function logPath(snapshotPath: string): string {
  const at = snapshotPath.lastIndexOf("/") + 1;
  const time = snapshotPath.slice(at).replace(/^\.(.*)\.partial$/, "$1");
  return `${snapshotPath.slice(0, at)}${time}-backup.log`;
}
