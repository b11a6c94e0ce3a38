/**
 * What `phlb forget-path` shows.
 *
 * @module
 */
import { joinRel, printable } from "../base/path_bytes.ts";
import type { ForgetPlan } from "../ops/forget/forget_deps.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { tableLines } from "./table.ts";

/** Names that are shown one by one. */
const SHOWN = 20;

/** What goes, and where the same contents stay. */
export function planText(plan: ForgetPlan, figures: Figures): string {
  return [...goingLines(plan, figures), ...stayingLines(plan, figures), ...otherLines(plan)]
    .join("\n");
}

function goingLines({ targets }: ForgetPlan, { count, size }: Figures): string[] {
  const rows = targets.flatMap(({ id, paths, unfinished }) => [
    ...paths.map(({ relPath, entries, bytes }) =>
      [printable(id), count(entries), size(bytes), printable(relPath)] as const
    ),
    ...unfinished.map((relPath) =>
      [printable(id), "", "", `${printable(relPath)} (forgotten before, not finished)`] as const
    ),
  ]);
  if (rows.length === 0) return ["There is nothing left to forget: it is gone already"];
  const titles = ["Snapshot", "Entries", "Size", "Path"] as const;
  const more = rows.length - SHOWN;
  return [
    ...tableLines([titles, ...rows.slice(0, SHOWN)], { numeric: [1, 2] }),
    ...(more > 0 ? [`… and ${count(more)} more`] : []),
  ];
}

function stayingLines({ staying, stayingCount }: ForgetPlan, { count }: Figures): string[] {
  if (stayingCount === 0) return [];
  const names = stayingCount === 1 ? "1 other name" : `${count(stayingCount)} other names`;
  const more = stayingCount - Math.min(SHOWN, staying.length);
  return [
    "",
    `The same content stays under ${names}:`,
    ...staying.slice(0, SHOWN).map(({ id, relPath }) => `  ${printable(joinRel(id, relPath))}`),
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
    "--everywhere forgets it there as well",
  ];
}

function otherLines({ leftovers, sourcePath }: ForgetPlan): string[] {
  const lines = leftovers.map((path) =>
    `A run that was cut off left "${printable(path)}", which may have it too: the next backup ` +
    "of that name removes it"
  );
  if (sourcePath !== undefined) {
    lines.push(
      `"${printable(sourcePath)}" is still there: exclude it, or the next backup stores it again`,
    );
  }
  return lines.length === 0 ? [] : ["", ...lines];
}

/** The last line. */
export function forgetText(plan: ForgetPlan, { count, size }: Figures): string {
  const { targets, dryRun } = plan;
  if (targets.length === 0) return "\nNothing was changed";
  const { entries, bytes } = totals(plan);
  const snapshots = targets.length === 1 ? "1 snapshot" : `${count(targets.length)} snapshots`;
  const what = entries === 1 ? "1 entry" : `${count(entries)} entries`;
  const verb = dryRun ? "would be forgotten" : entries === 1 ? "was forgotten" : "were forgotten";
  return `\n${what} (${size(bytes)}) of ${snapshots} ${verb}`;
}

function totals({ targets }: ForgetPlan): { entries: number; bytes: number } {
  const paths = targets.flatMap((target) => target.paths);
  return {
    entries: paths.reduce((sum, { entries }) => sum + entries, 0),
    bytes: paths.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** `forgotten`, one for each path and snapshot, and `staying`, one for each name that stays. */
export function forgetMessages({ targets, staying, dryRun }: ForgetPlan): JsonMessage[] {
  const forgotten = targets.flatMap(({ id, paths, unfinished }) => [
    ...paths.map(({ relPath, entries, bytes }) => ({
      message_type: "forgotten",
      snapshot_id: id,
      ...pathFields(relPath),
      entries,
      bytes,
      dry_run: dryRun,
      was_cut_off: false,
    })),
    ...unfinished.map((relPath) => ({
      message_type: "forgotten",
      snapshot_id: id,
      ...pathFields(relPath),
      entries: null,
      bytes: null,
      dry_run: dryRun,
      was_cut_off: true,
    })),
  ]);
  const stays = staying.map(({ id, relPath }) => ({
    message_type: "staying",
    snapshot_id: id,
    ...pathFields(relPath),
  }));
  const messages = [...forgotten, ...stays];
  return messages.length > 0 ? messages : [{ message_type: "forgotten_before" }];
}

/** `summary`, the last one. */
export function forgetMessage(plan: ForgetPlan): JsonMessage {
  const { targets, stayingCount, leftovers, sourcePath, dryRun, root } = plan;
  const source = sourcePath === undefined ? undefined : pathFields(sourcePath);
  return {
    message_type: "summary",
    root: root.path,
    dry_run: dryRun,
    num_snapshots: targets.length,
    ...totals(plan),
    staying: stayingCount,
    leftovers,
    source_path: source?.["path"] ?? null,
  };
}
