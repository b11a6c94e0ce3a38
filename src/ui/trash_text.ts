import { printable } from "../base/path_bytes.ts";
import type { EmptyResult } from "../ops/trash/empty_trash.ts";
import type { TrashListing } from "../ops/trash/trash_work.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { tableLines } from "./table.ts";

/** What `phlb trash list` shows. */
export function trashText({ root, entries, others }: TrashListing, figures: Figures): string {
  const { size, count, date, say } = figures;
  const left = others.map((name) =>
    say('"{name}" is being deleted or not understood', { name: printable(name) })
  );
  if (entries.length === 0) {
    return [say("The trash of {root} is empty", { root: printable(root) }), ...left].join("\n");
  }
  const rows = entries.map(({ what, freed }) => [
    printable(what.id),
    date(what.removedAt),
    size(freed.bytes),
    count(freed.inodes),
  ]);
  const titles = [say("Snapshot"), say("Removed"), say("Frees"), say("Inodes")];
  const table = tableLines([titles, ...rows], { numeric: [2, 3] });
  const bytes = entries.reduce((sum, { freed }) => sum + freed.bytes, 0);
  const total = say("{count} in the trash of {root}, {size}", {
    count: entries.length,
    root: printable(root),
    size: size(bytes),
  });
  return [...table, "", total, ...left].join("\n");
}

/** `trash`, one for each entry. */
export function trashMessages({ entries }: TrashListing): JsonMessage[] {
  return entries.map(({ what, freed }) => ({
    message_type: "trash",
    trash_id: what.trashId,
    snapshot_id: what.id,
    name: what.name,
    time: what.time,
    removed_at: what.removedAt,
    command: what.command,
    freed_bytes: freed.bytes,
    freed_inodes: freed.inodes,
  }));
}

/** What `phlb trash empty` did. */
export function emptiedText(
  { ids, names, isComplete }: EmptyResult,
  { figures, dryRun }: { figures: Figures; dryRun: boolean },
): string {
  const { say } = figures;
  const count = ids.length;
  if (dryRun) return [...ids.map(printable), say("{count} would be deleted", { count })].join("\n");
  const done = say("{names:name|names} of {count:snapshot|snapshots} deleted", { names, count });
  return isComplete ? done : `${done}; ${say("the time is up, the same command goes on")}`;
}

/** `trash_emptied`. */
export function emptiedMessage({ root, ids, names, isComplete }: EmptyResult): JsonMessage {
  return {
    message_type: "trash_emptied",
    ...pathFields(root),
    snapshot_ids: ids,
    names_deleted: names,
    complete: isComplete,
  };
}
