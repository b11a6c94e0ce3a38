import { compareTrees } from "../support/same_tree.ts";
import type { TreeOnDisk } from "../support/tree.ts";
import { KEPT } from "./prune_scenario.ts";
import { below, mayDiffer, only, snapshotTimes } from "./scenario.ts";

/** What was on disk when a command was killed: `work` then and before, and `good` as it should be. */
export interface KilledAt {
  readonly now: TreeOnDisk;
  readonly before: TreeOnDisk;
  readonly good: TreeOnDisk;
}

/** How far a backup came. */
export function backupStage({ now, before }: KilledAt): string {
  if (snapshotTimes(now).length > snapshotTimes(before).length) return "4 after it is published";
  const [partial] = Object.keys(now).filter((path) =>
    /^root\/source\/\.[^/]*\.partial$/.test(path)
  );
  if (partial === undefined) return "1 before anything is stored";
  const isStored = now[`${partial}/SHA256SUMS`] !== undefined;
  return isStored ? "3 all is stored" : "2 storing";
}

/** How far a prune came that also deletes what it puts into the trash. */
export function sweepStage({ now, before }: KilledAt): string {
  const trash = Object.keys(below(now, "root/.phlb/trash")).filter((path) => !path.includes("/"));
  if (trash.some((path) => path.endsWith(".deleting"))) return "3 deleting from the trash";
  const [left, all] = [snapshotTimes(now).length, snapshotTimes(before).length];
  const hasMoved = trash.some((path) => path !== ".");
  if (left === all && !hasMoved) return "1 before anything is moved";
  if (left > KEPT || hasMoved) return "2 moving into the trash";
  return "4 after all is deleted";
}

/** How far a repair came. */
export function repairStage({ now, before, good }: KilledAt): string {
  const isStored = (path: string) => path.startsWith("root/source/");
  const differs = (other: TreeOnDisk) => {
    const skip = (path: string) => !isStored(path);
    return compareTrees(now, other, { skip, ignore: mayDiffer({ isCopy: true }) }).length > 0;
  };
  if (!differs(only(good, isStored))) return "3 after all is healed";
  const hasBegun = Object.keys(now).some((path) => /\.phlb\/(repair|sums)-/.test(path));
  return differs(before) || hasBegun ? "2 healing" : "1 before anything is healed";
}
