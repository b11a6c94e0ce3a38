import { printable } from "../base/path_bytes.ts";
import type { CompareResult } from "../ops/compare/compare.ts";
import type { Difference, DifferenceKind } from "../ops/compare/difference.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { paint } from "./terminal.ts";

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

/** The line for one difference: what it is, the path, and more about it in brackets. */
export function differenceText(
  difference: Difference,
  { figures, color }: { figures: Figures; color: boolean },
): string {
  const { kind, relPath, type } = difference;
  const word = paint(kind.padEnd(KIND_WIDTH), { color: COLORS[kind], enabled: color });
  const more = remark(difference, figures);
  const path = printable(type === "dir" ? `${relPath}/` : relPath);
  return `${word}  ${path}${more === undefined ? "" : ` (${more})`}`;
}

function remark(difference: Difference, { size }: Figures): string | undefined {
  const { kind, sizeBytes, type, stored, fields, suspect } = difference;
  if (kind === "size" && stored !== undefined) {
    return `${size(sizeBytes)}, was ${size(stored.sizeBytes)}`;
  }
  if (kind === "type" && stored !== undefined) return `${type}, was ${stored.type}`;
  if (kind === "metadata") return fields?.join(", ");
  return suspect === true ? "size and time of change are the same" : undefined;
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

const LABELS: readonly (readonly [DifferenceKind, string])[] = [
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
  const { count, size } = figures;
  const path = printable(relPath === "" ? snapshotPath : `${snapshotPath}/${relPath}`);
  const others = totals.entries - totals.files - totals.dirs;
  const lines = [
    `Compare complete: ${path} (total size ${size(totals.bytes)})`,
    "",
    `  Total entries processed: ${count(totals.entries)} (${count(totals.files)} files, ` +
    `${count(totals.dirs)} directories, ${count(others)} others)`,
    `   * Successfully compared: ${count(totals.equal)}`,
    ...LABELS.map(([kind, label]) =>
      kind === "metadata" && !comparesMetadata
        ? `   * ${label}: not compared`
        : `   * ${label}: ${count(totals.differences[kind])}`
    ),
    `  Files read: ${count(totals.filesRead)} (${size(totals.bytesRead)})`,
  ];
  if (totals.excluded > 0) lines.push(`  Left out by rules: ${count(totals.excluded)}`);
  if (totals.failed > 0) lines.push(`  Could not be compared: ${count(totals.failed)}`);
  if (totals.damaged > 0) lines.push(`  Stored files damaged: ${count(totals.damaged)}`);
  if (totals.suspect > 0) {
    lines.push(
      "",
      `${count(totals.suspect)} of the files with another hash have the size and time of change ` +
        "of the backup:\nis a disk failing?",
    );
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
