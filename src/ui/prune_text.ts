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

function nameLines(
  name: string,
  rows: readonly Row[],
  { size, count, say, tell }: Figures,
): string[] {
  const title = name === "" ? say("Snapshot") : printable(name);
  const cells = rows.map(({ snapshot, fate, reasons, removal }) => [
    printable(snapshot.time),
    say(fate),
    removal === undefined ? "" : size(removal.freed.bytes),
    removal === undefined ? "" : count(removal.freed.inodes),
    printable(reasons.map(tell).join(", ")),
  ]);
  return tableLines([[title, "", say("Frees"), say("Inodes"), say("Why")], ...cells], {
    numeric: [2, 3],
  });
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

function hints({ refused }: PrunePlan, { say, tell }: Figures): string[] {
  return refused.map(({ name, refusal }) =>
    say('Nothing of "{name}" goes. {hint}', { name: printable(name), hint: tell(refusal.hint) })
  );
}

/** The last lines. */
export function pruneText(
  { plan, dryRun, freeBytes }: PruneResult,
  { figures, trashDays }: { figures: Figures; trashDays: number },
): string {
  const { size, say } = figures;
  const gone = plan.snapshots.length;
  const all = plan.names.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  const stays = say("{stay:snapshot|snapshots} {stay:|stays|stay}", { stay: all - gone });
  const freed = [...plan.snapshots, ...plan.entries].reduce(
    (sum, { freed: { bytes, inodes } }) => ({
      bytes: sum.bytes + bytes,
      inodes: sum.inodes + inodes,
    }),
    { bytes: 0, inodes: 0 },
  );
  const amount = say("{size} and {inodes:inode|inodes}", {
    size: size(freed.bytes),
    inodes: freed.inodes,
  });
  if (plan.free !== undefined) {
    return [stays, ...roomLines({ plan, dryRun, freeBytes }, amount, figures)].join("\n");
  }
  if (gone === 0) return [`${stays}, ${say("none goes")}`, ...hints(plan, figures)].join("\n");
  const went = dryRun
    ? say("{gone} would go to the trash", { gone })
    : say("{gone} went to the trash", { gone });
  return [
    `${stays}, ${went}`,
    say("{amount} come free when it is emptied: by a backup", { amount }),
    say("after {days:day|days}, or by phlb trash empty. phlb trash restore brings them back", {
      days: trashDays,
    }),
    ...hints(plan, figures),
  ].join("\n");
}

function roomLines(
  { plan, dryRun, freeBytes }: PruneResult,
  amount: string,
  figures: Figures,
): string[] {
  const { size, say, count } = figures;
  const { free, snapshots, entries } = plan;
  if (free === undefined) return [];
  const values = { free: size(freeBytes ?? free.nowBytes), wanted: size(free.wantedBytes) };
  if (free.nowBytes >= free.wantedBytes) {
    const now = { ...values, free: size(free.nowBytes) };
    return [say("{free} are free, {wanted} are wanted: nothing goes", now)];
  }
  const gone = snapshots.length;
  const what = entries.length === 0
    ? count(gone)
    : say("{gone} and {trash} in the trash", { gone, trash: entries.length });
  return [
    dryRun
      ? say("{what} would be deleted: {amount}", { what, amount })
      : say("{what} were deleted: {amount}", { what, amount }),
    dryRun
      ? say("Free: {free} now, wanted: {wanted}", values)
      : say("Free: {free} afterwards, wanted: {wanted}", values),
    ...hints(plan, figures),
  ];
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
  const { size, count, say } = figures;
  const rows = removed.map(({ what, freed }) => [
    printable(what.id),
    size(freed.bytes),
    count(freed.inodes),
  ]);
  const table = tableLines([[say("Snapshot"), say("Frees"), say("Inodes")], ...rows], {
    numeric: [1, 2],
  });
  const gone = removed.length;
  const went = dryRun
    ? say("{gone} would go to the trash", { gone })
    : say("{gone} went to the trash", { gone });
  return [...table, "", went].join("\n");
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
