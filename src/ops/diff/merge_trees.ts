import { comparePlaces } from "../../store/raw_entry.ts";
import type { EntryCursor, TreeEntry } from "./entry_cursor.ts";

/** Hears what {@link mergeTrees} finds, in the order of a walk. */
export interface MergeVisitor {
  /** An entry of the first tree that the second does not have at that place. */
  gone(entry: TreeEntry): void | Promise<void>;
  /** An entry of the second tree that the first does not have at that place. */
  added(entry: TreeEntry): void | Promise<void>;
  /** An entry that both have. */
  both(before: TreeEntry, after: TreeEntry): void | Promise<void>;
  /** Called between entries again and again; throws to end the merge. */
  check(): void;
}

/** Entries between two looks at whether to go on. */
const CHECK_EVERY = 1000;

/**
 * Goes along two trees at the same time. `skip` may move both cursors past entries that are the same
 * in both; nobody hears of those.
 */
export async function mergeTrees(
  { before, after, skip }: {
    before: EntryCursor;
    after: EntryCursor;
    skip?: () => Promise<void>;
  },
  visitor: MergeVisitor,
): Promise<void> {
  for (let count = 0;; count++) {
    if (count % CHECK_EVERY === 0) visitor.check();
    await skip?.();
    if (before.needsLoad) await before.load();
    if (after.needsLoad) await after.load();
    const [left, right] = [before.entry, after.entry];
    if (left === undefined && right === undefined) return;
    const order = orderOf(left, right);
    const heard = visit(left, right, visitor);
    if (heard !== undefined) await heard; // a promise for each entry would take its time
    if (order <= 0) before.advance();
    if (order >= 0) after.advance();
  }
}

function visit(
  left: TreeEntry | undefined,
  right: TreeEntry | undefined,
  visitor: MergeVisitor,
): void | Promise<void> {
  const order = orderOf(left, right);
  if (left !== undefined && right !== undefined && order === 0) return visitor.both(left, right);
  if (left !== undefined && order < 0) return visitor.gone(left);
  if (right !== undefined) return visitor.added(right);
}

function orderOf(left: TreeEntry | undefined, right: TreeEntry | undefined): number {
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return comparePlaces(left.place, right.place);
}
