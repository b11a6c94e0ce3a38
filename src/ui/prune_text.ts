/**
 * What `phlb prune` and `phlb remove` show.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import type { ListedSnapshot } from "../ops/list_snapshots.ts";
import { removedIn } from "../ops/retention/plan_prune.ts";
import type { PrunePlan, PruneResult } from "../ops/retention/prune.ts";
import type { Removal } from "../ops/retention/removal.ts";
import type { RemovedSnapshots } from "../ops/retention/remove.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";
import { tableLines } from "./table.ts";

/** What becomes of a snapshot: it stays, it goes, or it would go and is held back. */
type Fate = "stays" | "goes" | "held";

interface Row {
  readonly snapshot: ListedSnapshot;
  readonly fate: Fate;
  readonly reasons: readonly string[];
  readonly removal: Removal<ListedSnapshot> | undefined;
}

/** The plan as a table for each name; a dry run shows the very same. */
export function prunePlanText(plan: PrunePlan, figures: Figures): string {
  const rows = rowsOf(plan);
  const byName = [...Map.groupBy(rows, ({ snapshot }) => snapshot.name)];
  return byName.map(([name, ofName]) => nameLines(name, ofName, figures).join("\n")).join("\n\n");
}

function nameLines(name: string, rows: readonly Row[], { size, count }: Figures): string[] {
  const title = name === "" ? "Snapshot" : printable(name);
  const cells = rows.map(({ snapshot, fate, reasons, removal }) => [
    printable(snapshot.time),
    fate,
    removal === undefined ? "" : size(removal.freed.bytes),
    removal === undefined ? "" : count(removal.freed.inodes),
    printable(reasons.join(", ")),
  ]);
  return tableLines([[title, "", "Frees", "Inodes", "Why"], ...cells], { numeric: [2, 3] });
}

function rowsOf({ names, refused, snapshots, free }: PrunePlan): Row[] {
  const removals = new Map(snapshots.map((removal) => [removal.what, removal]));
  const held = new Set(refused.map(({ name }) => name));
  return names.flatMap(({ name, snapshots: ofName }) =>
    ofName.map(({ snapshot, reasons }) => {
      const removal = removals.get(snapshot);
      if (reasons.length > 0) return { snapshot, fate: "stays", reasons, removal };
      if (removal !== undefined) return { snapshot, fate: "goes", reasons, removal };
      if (held.has(name)) return { snapshot, fate: "held", reasons: ["see below"], removal };
      return { snapshot, fate: "stays", reasons: free ? ["there is room"] : [], removal };
    })
  );
}

function hints({ refused }: PrunePlan): string[] {
  return refused.map(({ name, refusal }) =>
    `Nothing of "${printable(name)}" goes. ${refusal.hint}`
  );
}

/** The last lines. */
export function pruneText(
  { plan, dryRun, freeBytes }: PruneResult,
  { figures, trashDays }: { figures: Figures; trashDays: number },
): string {
  const { size, count } = figures;
  const gone = plan.snapshots.length;
  const all = plan.names.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  const stays = `${snapshotsText(all - gone, figures)} ${all - gone === 1 ? "stays" : "stay"}`;
  const freed = [...plan.snapshots, ...plan.entries].reduce(
    (sum, { freed: { bytes, inodes } }) => ({
      bytes: sum.bytes + bytes,
      inodes: sum.inodes + inodes,
    }),
    { bytes: 0, inodes: 0 },
  );
  const amount = `${size(freed.bytes)} and ${count(freed.inodes)} inodes`;
  if (plan.free !== undefined) {
    return [stays, ...roomLines({ plan, dryRun, freeBytes }, amount, figures)].join("\n");
  }
  if (gone === 0) return [`${stays}, none goes`, ...hints(plan)].join("\n");
  return [
    `${stays}, ${count(gone)} ${dryRun ? "would go" : "went"} to the trash`,
    `${amount} come free when it is emptied: by a backup`,
    `after ${count(trashDays)} days, or by phlb trash empty. phlb trash restore brings them back`,
    ...hints(plan),
  ].join("\n");
}

function roomLines(
  { plan, dryRun, freeBytes }: PruneResult,
  amount: string,
  { size, count }: Figures,
): string[] {
  const { free, snapshots, entries } = plan;
  if (free === undefined) return [];
  if (free.nowBytes >= free.wantedBytes) {
    return [`${size(free.nowBytes)} are free, ${size(free.wantedBytes)} are wanted: nothing goes`];
  }
  const done = dryRun ? "would be deleted" : "were deleted";
  const trash = entries.length === 0 ? "" : ` and ${count(entries.length)} in the trash`;
  return [
    `${count(snapshots.length)}${trash} ${done}: ${amount}`,
    `Free: ${size(freeBytes ?? free.nowBytes)} ${dryRun ? "now" : "afterwards"}, ` +
    `wanted: ${size(free.wantedBytes)}`,
    ...hints(plan),
  ];
}

function snapshotsText(value: number, { count }: Figures): string {
  return value === 1 ? "1 snapshot" : `${count(value)} snapshots`;
}

/** `prune_snapshot`, one for each. */
export function pruneSnapshotMessages(plan: PrunePlan): JsonMessage[] {
  return rowsOf(plan).map(({ snapshot, fate, reasons, removal }) => ({
    message_type: "prune_snapshot",
    snapshot_id: snapshot.id,
    name: snapshot.name,
    time: snapshot.time,
    ...pathFields(snapshot.path),
    action: { stays: "keep", goes: "remove", held: "hold" }[fate],
    reasons: fate === "held" ? [] : reasons,
    freed_bytes: removal?.freed.bytes ?? null,
    freed_inodes: removal?.freed.inodes ?? null,
  }));
}

/** `prune`, the last one. */
export function pruneMessage({ plan, dryRun, freeBytes }: PruneResult): JsonMessage {
  const freed = [...plan.snapshots, ...plan.entries].map((one) => one.freed);
  return {
    message_type: "prune",
    ...pathFields(plan.root),
    dry_run: dryRun,
    kept: plan.names.reduce((sum, { snapshots }) => sum + snapshots.length, 0) -
      plan.snapshots.length,
    removed: plan.snapshots.length,
    held: plan.names.filter(({ name }) => plan.refused.some((one) => one.name === name))
      .reduce((sum, one) => sum + removedIn(one).length, 0),
    freed_bytes: freed.reduce((sum, { bytes }) => sum + bytes, 0),
    freed_inodes: freed.reduce((sum, { inodes }) => sum + inodes, 0),
    trash_deleted: plan.entries.map(({ what }) => what.id),
    wanted_free_bytes: plan.free?.wantedBytes ?? null,
    free_bytes: freeBytes ?? plan.free?.nowBytes ?? null,
    refused: plan.refused.map(({ name, refusal }) => ({
      name,
      reason: refusal.reason,
      hint: refusal.hint,
      can_force: refusal.canForce,
    })),
  };
}

/** What `phlb remove` did. */
export function removedText({ removed, dryRun }: RemovedSnapshots, figures: Figures): string {
  const { size, count } = figures;
  const rows = removed.map(({ what, freed }) => [
    printable(what.id),
    size(freed.bytes),
    count(freed.inodes),
  ]);
  const table = tableLines([["Snapshot", "Frees", "Inodes"], ...rows], { numeric: [1, 2] });
  const verb = dryRun ? "would go" : "went";
  return [...table, "", `${count(removed.length)} ${verb} to the trash`].join("\n");
}

/** `removed`, one for each. */
export function removedMessages({ removed, dryRun }: RemovedSnapshots): JsonMessage[] {
  return removed.map(({ what, freed }) => ({
    message_type: "removed",
    snapshot_id: what.id,
    dry_run: dryRun,
    freed_bytes: freed.bytes,
    freed_inodes: freed.inodes,
  }));
}
