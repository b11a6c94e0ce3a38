import { printable } from "../base/path_bytes.ts";
import type { Change, DiffTotals, EntryCounts, Modifier } from "../ops/diff/change.ts";
import type { DiffResult } from "../ops/diff/diff.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { paint } from "./terminal.ts";
import { padText, textWidth } from "./text_width.ts";

const COLORS = {
  "+": "green",
  "-": "red",
  "M": "yellow",
  "?": "red",
  "T": "yellow",
  "U": "dim",
  "R": "cyan",
} as const satisfies Record<Modifier, string>;

/** The line for one difference: a letter and the path, directories with a slash behind it. */
export function changeText(change: Change, { color }: { color: boolean }): string {
  const { modifier, before } = change;
  const path = shownPath(change);
  const shown = modifier === "R" && before !== undefined
    ? `${printable(shownPath(before))} -> ${printable(path)}`
    : printable(path);
  return paint(`${modifier}  ${shown}`, { color: COLORS[modifier], enabled: color });
}

/** The same for programs, as restic has it: there, suspect content is `M?`. */
export function changeMessage(change: Change): JsonMessage {
  const { modifier, type, sizeBytes, before, metadata } = change;
  return {
    message_type: "change",
    ...pathFields(shownPath(change)),
    modifier: modifier === "?" ? "M?" : modifier,
    type,
    ...(type === "file" ? { size: sizeBytes } : {}),
    ...(before === undefined ? {} : beforeFields(change, before)),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

type Before = NonNullable<Change["before"]>;

function beforeFields({ modifier, type }: Change, before: Before): Record<string, unknown> {
  const path = pathFields(shownPath(before));
  return {
    ...(modifier !== "R" ? {} : {
      old_path: path["path"],
      ...(path["path_b64"] === undefined ? {} : { old_path_b64: path["path_b64"] }),
    }),
    ...(before.type === type ? {} : { old_type: before.type }),
    ...(before.type === "file" ? { old_size: before.sizeBytes } : {}),
  };
}

/** Below the snapshot; the snapshot itself is `/`. */
function shownPath({ relPath, type }: Pick<Change, "relPath" | "type">): string {
  return type === "dir" ? `${relPath}/` : relPath;
}

/** What came out, in numbers: some lines. */
export function diffSummaryText(
  result: DiffResult,
  { figures, metadata }: { figures: Figures; metadata: boolean },
): string {
  const { totals, comparesMetadata } = result;
  const { size, say } = figures;
  const { added, removed, renamed, changedFiles, changedOthers, changedTypes } = totals;
  const kinds = (kind: keyof EntryCounts, changed: number) => {
    const values = { added: added[kind], removed: removed[kind], renamed: renamed[kind] };
    return kind === "dirs"
      ? say("{added} new, {removed} removed, {renamed} renamed", values)
      : say("{added} new, {removed} removed, {changed} changed, {renamed} renamed", {
        ...values,
        changed,
      });
  };
  const rows: [string, string][] = [
    [say("Files:"), kinds("files", changedFiles)],
    [say("Dirs:"), kinds("dirs", 0)],
    [say("Others:"), kinds("others", changedOthers)],
    ...(changedTypes === 0
      ? []
      : [[say("Types:"), say("{changed} changed", { changed: changedTypes })]] satisfies [
        string,
        string,
      ][]),
    [say("Metadata:"), metadataText(totals, { figures, comparesMetadata, shown: metadata })],
    [say("Added:"), size(added.bytes)],
    [say("Removed:"), size(removed.bytes)],
  ];
  const width = Math.max(...rows.map(([label]) => textWidth(label))) + 2;
  const lines = rows.map(([label, text]) => padText(label, width) + text);
  if (totals.suspectFiles > 0) lines.push("", suspectText(totals.suspectFiles, figures));
  return lines.join("\n");
}

function metadataText(
  { changedMetadata }: DiffTotals,
  { figures, comparesMetadata, shown }: {
    figures: Figures;
    comparesMetadata: boolean;
    shown: boolean;
  },
): string {
  const { say } = figures;
  if (!comparesMetadata) return say("not compared, for want of a manifest");
  const changed = changedMetadata;
  return shown || changed === 0
    ? say("{changed} changed", { changed })
    : say("{changed} changed (--metadata shows them)", { changed });
}

function suspectText(files: number, { say }: Figures): string {
  return say(
    '{files:file|files} marked "?" changed though size and time of change {files:|is|are} as before: is a disk failing?',
    { files },
  );
}

/** The same for programs; restic's fields come first. */
export function diffStatistics(result: DiffResult): JsonMessage {
  const { before, after, totals, comparesMetadata } = result;
  return {
    message_type: "statistics",
    source_snapshot: before.snapshotId,
    target_snapshot: after.snapshotId,
    changed_files: totals.changedFiles,
    added: totals.added,
    removed: totals.removed,
    renamed: totals.renamed,
    suspect_files: totals.suspectFiles,
    changed_others: totals.changedOthers,
    changed_types: totals.changedTypes,
    changed_metadata: comparesMetadata ? totals.changedMetadata : null,
    source_path: before.relPath,
    target_path: after.relPath,
  };
}
