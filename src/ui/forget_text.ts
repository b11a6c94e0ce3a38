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
  return [
    ...goingLines(plan, figures),
    ...stayingLines(plan, figures),
    ...otherLines(plan, figures),
  ]
    .join("\n");
}

function goingLines({ targets }: ForgetPlan, { count, size, say }: Figures): string[] {
  const rows = targets.flatMap(({ id, paths, unfinished }) => [
    ...paths.map(({ relPath, entries, bytes }) =>
      [printable(id), count(entries), size(bytes), printable(relPath)] as const
    ),
    ...unfinished.map((relPath) =>
      [
        printable(id),
        "",
        "",
        say("{path} (forgotten before, not finished)", { path: printable(relPath) }),
      ] as const
    ),
  ]);
  if (rows.length === 0) return [say("There is nothing left to forget: it is gone already")];
  const titles = [say("Snapshot"), say("Entries"), say("Size"), say("Path")];
  const more = rows.length - SHOWN;
  return [
    ...tableLines([titles, ...rows.slice(0, SHOWN)], { numeric: [1, 2] }),
    ...(more > 0 ? [`… ${say("and {more} more", { more })}`] : []),
  ];
}

function stayingLines({ staying, stayingCount }: ForgetPlan, { say }: Figures): string[] {
  if (stayingCount === 0) return [];
  const more = stayingCount - Math.min(SHOWN, staying.length);
  return [
    "",
    say("The same content stays under {names:other name|other names}:", { names: stayingCount }),
    ...staying.slice(0, SHOWN).map(({ id, relPath }) => `  ${printable(joinRel(id, relPath))}`),
    ...(more > 0 ? [`  … ${say("and {more} more", { more })}`] : []),
    say("--everywhere forgets it there as well"),
  ];
}

function otherLines({ leftovers, sourcePath }: ForgetPlan, { say }: Figures): string[] {
  const lines = leftovers.map((path) =>
    say(
      'A run that was cut off left "{path}", which may have it too: the next backup of that name removes it',
      { path: printable(path) },
    )
  );
  if (sourcePath !== undefined) {
    lines.push(
      say('"{path}" is still there: exclude it, or the next backup stores it again', {
        path: printable(sourcePath),
      }),
    );
  }
  return lines.length === 0 ? [] : ["", ...lines];
}

/** The last line. */
export function forgetText(plan: ForgetPlan, { size, say }: Figures): string {
  const { targets, dryRun } = plan;
  if (targets.length === 0) return `\n${say("Nothing was changed")}`;
  const { entries, bytes } = totals(plan);
  const values = { entries, size: size(bytes), snapshots: targets.length };
  const text = dryRun
    ? say(
      "{entries:entry|entries} ({size}) of {snapshots:snapshot|snapshots} would be forgotten",
      values,
    )
    : say(
      "{entries:entry|entries} ({size}) of {snapshots:snapshot|snapshots} {entries:|was|were} forgotten",
      values,
    );
  return `\n${text}`;
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
