import { printable } from "../base/path_bytes.ts";
import type {
  Adoptable,
  PlanStep,
  RebuildCounts,
  RebuildResult,
} from "../ops/rebuild/rebuild_deps.ts";
import type { Summary } from "../store/summary.ts";
import type { Figures } from "./figures.ts";
import { formatDuration } from "./format_duration.ts";
import type { JsonMessage } from "./json_lines.ts";
import { pathFields } from "./json_lines.ts";
import { forgottenLines } from "./summary_text.ts";
import { padText, textWidth } from "./text_width.ts";

/** Which of the two commands speaks. */
export type RebuildCommand = "rebuild" | "add";

/** One step of a dry run, for people; a snapshot that needs nothing has no line. */
export function planText(step: PlanStep, { count, size }: Figures): string | undefined {
  switch (step.action) {
    case "adopt":
      return `Would rename "${printable(step.from)}" to "${printable(step.to)}"`;
    case "link":
      return step.files === 0
        ? undefined
        : `Would link ${count(step.files)} files to their equals: ${size(step.bytes)}`;
    case "rebuild": {
      const parts = [
        ...(step.manifest === "keep" ? [] : [MANIFEST[step.manifest]]),
        ...(step.sums === 0 ? [] : [`${count(step.sums)} checksum files`]),
      ];
      if (parts.length === 0) return undefined;
      return `Would write for "${printable(step.snapshotId)}": ${parts.join(", ")}`;
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
export function adoptableText(adoptable: readonly Adoptable[]): string | undefined {
  if (adoptable.length === 0) return undefined;
  const needsName = adoptable.some(({ to }) => to === undefined);
  const lines = adoptable.map(({ path, to }) =>
    to === undefined ? `  ${printable(path)}` : `  ${printable(path)}  ->  ${printable(to)}`
  );
  const name = needsName ? " --name NAME" : "";
  return [
    "These look like snapshots of another program:",
    ...lines,
    `To take them in by renaming them: phlb add --adopt${name} (try --dry-run first)`,
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
  const done = command === "add" ? "Added" : "Rebuilt";
  const and = counts.problems === 0 ? "" : ", with problems";
  const head = dryRun ? "Dry run: nothing was written" : `${done}${and}: ${printable(root)}`;
  const rows = countRows(counts, figures).filter(([, value, always]) => always || value !== "0");
  const width = Math.max(...rows.map(([, value]) => textWidth(value)));
  const lines = rows.map(([label, value, , remark = ""]) => {
    const gap = " ".repeat(width - textWidth(value));
    return `  ${padText(label, 19)}${gap}${value}${remark === "" ? "" : `  ${remark}`}`;
  });
  const notes = dryRun ? [] : noteLines(counts);
  return [
    "",
    head,
    "",
    ...lines,
    `  ${padText("Duration", 19)}${formatDuration(seconds)}`,
    ...notes,
  ]
    .join("\n");
}

type Row = readonly [label: string, value: string, always: boolean, remark?: string];

function countRows(counts: RebuildCounts, { count, size }: Figures): Row[] {
  const hashed = `${size(counts.bytesHashed)} in ${count(counts.filesHashed)} inodes read`;
  return [
    ["Snapshots", count(counts.snapshots), true],
    ["Adopted", count(counts.adopted), false],
    ["Files", count(counts.files), true, hashed],
    ["Manifests written", count(counts.manifestsWritten), true],
    ["SHA256SUMS written", count(counts.sumsWritten), true],
    ["Linked", count(counts.linked), false, `${size(counts.bytesSaved)} saved`],
    ["In the index", count(counts.contents), false, "contents"],
    ["Damaged", count(counts.damaged), false],
    ["Problems", count(counts.problems), false],
  ];
}

function noteLines({ damaged }: RebuildCounts): string[] {
  if (damaged === 0) return [];
  return [
    "",
    "What is damaged keeps the checksum that was recorded, and is not linked to.",
    "Check the disk; phlb verify tells it again.",
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
  const { count, size, date } = figures;
  const rows: [string, string][] = [
    ["Source", printable(source)],
    ["Rebuilt", date(finished_at)],
    ["Files", `${count(counts.linked + counts.copied)}, ${size(bytes.processed)}`],
    ["Directories", count(counts.directories)],
    ["Symlinks", count(counts.symlinks)],
    ["Problems", count(counts.problems)],
  ];
  const lines = rows.map(([label, value]) => `  ${padText(label, 13)}${value}`);
  const forgotten = forgottenLines(summary, { figures });
  if (forgotten.length > 0) lines.push("", ...forgotten);
  return [`Rebuilt from the snapshot itself: ${printable(path)}`, "", ...lines, ""].join("\n");
}
