import { printable } from "../base/path_bytes.ts";
import type {
  Adoptable,
  PlanStep,
  RebuildCounts,
  RebuildResult,
} from "../ops/rebuild/rebuild_deps.ts";
import type { Summary } from "../store/summary.ts";
import type { Figures } from "./figures.ts";
import type { JsonMessage } from "./json_lines.ts";
import { pathFields } from "./json_lines.ts";
import { forgottenLines } from "./summary_text.ts";
import { padText, textWidth } from "./text_width.ts";

/** Which of the two commands speaks. */
export type RebuildCommand = "rebuild" | "add";

/** One step of a dry run, for people; a snapshot that needs nothing has no line. */
export function planText(step: PlanStep, { size, say }: Figures): string | undefined {
  switch (step.action) {
    case "adopt":
      return say('Would rename "{from}" to "{to}"', {
        from: printable(step.from),
        to: printable(step.to),
      });
    case "link":
      return step.files === 0
        ? undefined
        : say("Would link {files:file|files} to their equals: {size}", {
          files: step.files,
          size: size(step.bytes),
        });
    case "rebuild": {
      const parts = [
        ...(step.manifest === "keep" ? [] : [say(MANIFEST[step.manifest])]),
        ...(step.sums === 0
          ? []
          : [say("{sums:checksum file|checksum files}", { sums: step.sums })]),
      ];
      if (parts.length === 0) return undefined;
      return say('Would write for "{id}": {what}', {
        id: printable(step.snapshotId),
        what: parts.join(", "),
      });
    }
  }
}

const MANIFEST = { write: "the manifest", replace: "a new manifest" } as const;

/** The same as a message of `--json`. */
export function planMessage(step: PlanStep): JsonMessage {
  switch (step.action) {
    case "adopt":
      return { message_type: "plan", action: "adopt", ...pathFields(step.from), to: step.to };
    case "link":
      return { message_type: "plan", action: "link", files: step.files, bytes: step.bytes };
    case "rebuild":
      return {
        message_type: "plan",
        action: "rebuild",
        snapshot_id: step.snapshotId,
        manifest: step.manifest,
        sums_files: step.sums,
      };
  }
}

/** Directories that nobody asked to adopt, for people. */
export function adoptableText(
  adoptable: readonly Adoptable[],
  { say }: Figures,
): string | undefined {
  if (adoptable.length === 0) return undefined;
  const needsName = adoptable.some(({ to }) => to === undefined);
  const lines = adoptable.map(({ path, to }) =>
    to === undefined ? `  ${printable(path)}` : `  ${printable(path)}  ->  ${printable(to)}`
  );
  const name = needsName ? " --name NAME" : "";
  return [
    say("These look like snapshots of another program:"),
    ...lines,
    say("To take them in by renaming them: phlb add --adopt{name} (try --dry-run first)", { name }),
  ].join("\n");
}

/** The same as a message of `--json`. */
export function adoptableMessage({ path, to }: Adoptable): JsonMessage {
  return { message_type: "adoptable", ...pathFields(path), to: to ?? null };
}

/** What was done, for people, ending without a newline. */
export function rebuildText(
  result: RebuildResult,
  { figures, command }: { figures: Figures; command: RebuildCommand },
): string {
  const { root, dryRun, counts, seconds } = result;
  const { say, duration } = figures;
  const where = { root: printable(root) };
  const done = command === "add" ? say("Added: {root}", where) : say("Rebuilt: {root}", where);
  const troubled = command === "add"
    ? say("Added, with problems: {root}", where)
    : say("Rebuilt, with problems: {root}", where);
  const head = dryRun
    ? say("Dry run: nothing was written")
    : counts.problems === 0
    ? done
    : troubled;
  const rows = countRows(counts, figures).filter(([, value, always]) => always || value !== "0");
  const labels = Math.max(19, ...rows.map(([label]) => textWidth(label) + 2));
  const width = Math.max(...rows.map(([, value]) => textWidth(value)));
  const lines = rows.map(([label, value, , remark = ""]) => {
    const gap = " ".repeat(width - textWidth(value));
    return `  ${padText(label, labels)}${gap}${value}${remark === "" ? "" : `  ${remark}`}`;
  });
  const notes = dryRun ? [] : noteLines(counts, figures);
  return [
    "",
    head,
    "",
    ...lines,
    `  ${padText(say("Duration"), labels)}${duration(seconds)}`,
    ...notes,
  ]
    .join("\n");
}

type Row = readonly [label: string, value: string, always: boolean, remark?: string];

function countRows(counts: RebuildCounts, { count, size, say }: Figures): Row[] {
  const hashed = say("{size} in {inodes:inode|inodes} read", {
    size: size(counts.bytesHashed),
    inodes: counts.filesHashed,
  });
  return [
    [say("Snapshots"), count(counts.snapshots), true],
    [say("Adopted"), count(counts.adopted), false],
    [say("Files"), count(counts.files), true, hashed],
    [say("Manifests written"), count(counts.manifestsWritten), true],
    [say("SHA256SUMS written"), count(counts.sumsWritten), true],
    [
      say("Linked"),
      count(counts.linked),
      false,
      say("{size} saved", { size: size(counts.bytesSaved) }),
    ],
    [say("In the index"), count(counts.contents), false, say("contents")],
    [say("Damaged"), count(counts.damaged), false],
    [say("Problems"), count(counts.problems), false],
  ];
}

function noteLines({ damaged }: RebuildCounts, { say }: Figures): string[] {
  if (damaged === 0) return [];
  return [
    "",
    say("What is damaged keeps the checksum that was recorded, and is not linked to."),
    say("Check the disk; phlb verify tells it again."),
  ];
}

/** The same as a message of `--json`. */
export function rebuildMessage({ root, dryRun, counts, seconds }: RebuildResult): JsonMessage {
  return {
    message_type: "summary",
    dry_run: dryRun,
    root,
    snapshots: counts.snapshots,
    manifests_written: counts.manifestsWritten,
    sums_written: counts.sumsWritten,
    files: counts.files,
    files_hashed: counts.filesHashed,
    bytes_hashed: counts.bytesHashed,
    damaged: counts.damaged,
    error_count: counts.problems,
    linked: counts.linked,
    bytes_saved: counts.bytesSaved,
    adopted: counts.adopted,
    contents: counts.contents,
    total_duration: seconds,
  };
}

/** The `-summary.txt` of a snapshot that no backup of phlb made. */
export function rebuiltSummaryText(
  summary: Summary,
  { path, figures }: { path: string; figures: Figures },
): string {
  const { source, counts, bytes, finished_at } = summary;
  const { count, size, date, say } = figures;
  const rows: [string, string][] = [
    [say("Source"), printable(source)],
    [say("Rebuilt"), date(finished_at)],
    [say("Files"), `${count(counts.linked + counts.copied)}, ${size(bytes.processed)}`],
    [say("Directories"), count(counts.directories)],
    [say("Symlinks"), count(counts.symlinks)],
    [say("Problems"), count(counts.problems)],
  ];
  const width = Math.max(...rows.map(([label]) => textWidth(label))) + 2;
  const lines = rows.map(([label, value]) => `  ${padText(label, width)}${value}`);
  const forgotten = forgottenLines(summary, { figures });
  if (forgotten.length > 0) lines.push("", ...forgotten);
  return [
    say("Rebuilt from the snapshot itself: {path}", { path: printable(path) }),
    "",
    ...lines,
    "",
  ].join("\n");
}
