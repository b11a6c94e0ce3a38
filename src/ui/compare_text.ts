import { printable } from "../base/path_bytes.ts";
import type { CompareResult } from "../ops/compare/compare.ts";
import type { Difference, DifferenceKind } from "../ops/compare/difference.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { paint } from "./terminal.ts";
import { padText, textWidth } from "./text_width.ts";
import type { Phrase } from "./words.ts";

const COLORS = {
  new: "green",
  missing: "red",
  type: "yellow",
  size: "yellow",
  content: "yellow",
  target: "yellow",
  metadata: "dim",
} as const satisfies Record<DifferenceKind, string>;

/** Cells of the longest kind. */
const KIND_WIDTH = 8;

const KINDS = [
  "new",
  "missing",
  "type",
  "size",
  "content",
  "target",
  "metadata",
] as const satisfies readonly DifferenceKind[];

/** The line for one difference: what it is, the path, and more about it in brackets. */
export function differenceText(
  difference: Difference,
  { figures, color }: { figures: Figures; color: boolean },
): string {
  const { kind, relPath, type } = difference;
  const width = Math.max(KIND_WIDTH, ...KINDS.map((each) => textWidth(figures.say(each))));
  const word = paint(padText(figures.say(kind), width), { color: COLORS[kind], enabled: color });
  const more = remark(difference, figures);
  const path = printable(type === "dir" ? `${relPath}/` : relPath);
  return `${word}  ${path}${more === undefined ? "" : ` (${more})`}`;
}

function remark(difference: Difference, { size, say }: Figures): string | undefined {
  const { kind, sizeBytes, type, stored, fields, suspect } = difference;
  if (kind === "size" && stored !== undefined) {
    return say("{now}, was {before}", { now: size(sizeBytes), before: size(stored.sizeBytes) });
  }
  if (kind === "type" && stored !== undefined) {
    return say("{now}, was {before}", { now: type, before: stored.type });
  }
  if (kind === "metadata") return fields?.join(", ");
  return suspect === true ? say("size and time of change are the same") : undefined;
}

/** The same for programs. */
export function differenceMessage(difference: Difference): JsonMessage {
  const { kind, relPath, type, sizeBytes, stored, fields, suspect } = difference;
  return {
    message_type: "difference",
    ...pathFields(relPath),
    kind,
    type,
    ...(type === "file" ? { size: sizeBytes } : {}),
    ...(stored === undefined || stored.type === type ? {} : { stored_type: stored.type }),
    ...(stored?.type === "file" ? { stored_size: stored.sizeBytes } : {}),
    ...(kind === "content" ? { suspect: suspect === true } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
}

const LABELS: readonly (readonly [DifferenceKind, Phrase])[] = [
  ["new", "New in the source"],
  ["missing", "Missing in the source"],
  ["size", "File size mismatch"],
  ["content", "File hash mismatch"],
  ["type", "Type mismatch"],
  ["target", "Symlink target mismatch"],
  ["metadata", "Metadata mismatch"],
];

/** What came out, in numbers, in the form of PyHardLinkBackup 1.x. */
export function compareSummaryText(result: CompareResult, figures: Figures): string {
  const { totals, comparesMetadata, snapshotPath, relPath } = result;
  const { count, size, say } = figures;
  const path = printable(relPath === "" ? snapshotPath : `${snapshotPath}/${relPath}`);
  const others = totals.entries - totals.files - totals.dirs;
  const lines = [
    say("Compare complete: {path} (total size {size})", { path, size: size(totals.bytes) }),
    "",
    `  ${
      say(
        "Total entries processed: {entries} ({files} files, {dirs} directories, {others} others)",
        { entries: totals.entries, files: totals.files, dirs: totals.dirs, others },
      )
    }`,
    `   * ${say("Successfully compared: {equal}", { equal: totals.equal })}`,
    ...LABELS.map(([kind, label]) =>
      kind === "metadata" && !comparesMetadata
        ? `   * ${say(label)}: ${say("not compared")}`
        : `   * ${say(label)}: ${count(totals.differences[kind])}`
    ),
    `  ${
      say("Files read: {files} ({size})", { files: totals.filesRead, size: size(totals.bytesRead) })
    }`,
  ];
  const { excluded, failed, damaged, suspect } = totals;
  if (excluded > 0) lines.push(`  ${say("Left out by rules: {excluded}", { excluded })}`);
  if (failed > 0) lines.push(`  ${say("Could not be compared: {failed}", { failed })}`);
  if (damaged > 0) lines.push(`  ${say("Stored files damaged: {damaged}", { damaged })}`);
  if (suspect > 0) {
    const text = say(
      "{suspect} of the files with another hash have the size and time of change of the backup:",
      { suspect },
    );
    lines.push("", text, say("is a disk failing?"));
  }
  return lines.join("\n");
}

/** The same for programs. */
export function compareSummaryMessage(result: CompareResult): JsonMessage {
  const { source, snapshotId, relPath, snapshotPath, totals, comparesMetadata } = result;
  return {
    message_type: "summary",
    source,
    snapshot_id: snapshotId,
    snapshot_path: snapshotPath,
    inside: relPath,
    entries: totals.entries,
    files: totals.files,
    dirs: totals.dirs,
    bytes: totals.bytes,
    equal: totals.equal,
    differences: totals.differences,
    metadata_compared: comparesMetadata,
    suspect_files: totals.suspect,
    failed: totals.failed,
    excluded: totals.excluded,
    damaged: totals.damaged,
    files_read: totals.filesRead,
    bytes_read: totals.bytesRead,
  };
}
