/**
 * `phlb pin`, `phlb unpin`, `phlb tag`, `phlb note`: what people write down about a snapshot.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import { type Marks, NO_MARKS } from "../../store/marks.ts";
import { noteOf, tagsOf } from "../../base/kept_words.ts";
import { type ListedSnapshot, listRoot } from "../list_snapshots.ts";
import { type LockDeps, withLockedRoot } from "../locked_root.ts";
import { findListed } from "../find_listed.ts";
import type { AddressBase } from "../read/address.ts";
import { writeMarks } from "./write_marks.ts";

/** What is to be written down. */
export interface MarkChange {
  readonly pinned?: boolean;
  /** All tags from now on; `add` and `remove` count from there. */
  readonly setTags?: readonly string[] | undefined;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
  /** `""` takes it away. */
  readonly note?: string;
}

/** About which snapshots. */
export interface MarksQuery {
  readonly addresses: readonly string[];
  readonly base: AddressBase;
  readonly settings: Settings;
  readonly change: MarkChange;
}

/** What is known of a snapshot now. */
export interface MarkedSnapshot {
  readonly id: string;
  readonly pinned: boolean;
  readonly tags: readonly string[];
  readonly note: string | undefined;
  /** False when it was so already. */
  readonly isChanged: boolean;
}

/**
 * Writes down what `change` says about each snapshot.
 *
 * @throws {SNAPSHOT_UNKNOWN} {SNAPSHOT_AMBIGUOUS} {PATH_INVALID}
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED}
 */
export async function changeMarks(
  deps: LockDeps,
  { addresses, base, settings, change }: MarksQuery,
): Promise<MarkedSnapshot[]> {
  const lock = { root: base.root, waitMs: settings["backup.lock_wait"], lock: true };
  return await withLockedRoot(deps, lock, (root) => {
    const { snapshots } = listRoot(deps.fs, { root: root.path, name: undefined });
    const found = addresses.map((text) => findListed(deps.fs, text, { base, snapshots }));
    return Promise.resolve([...new Set(found)].map((snapshot) => {
      const marks = changed(snapshot, change);
      const isChanged = JSON.stringify(marks) !== JSON.stringify(snapshot.marks ?? NO_MARKS);
      if (isChanged) writeMarks(deps.fs, root.dir, { snapshot, marks });
      const now = { ...snapshot, marks };
      const { id } = snapshot;
      return { id, pinned: marks.pinned, tags: tagsOf(now), note: noteOf(now), isChanged };
    }));
  });
}

/** What is to be written of a snapshot. */
export function changed(snapshot: ListedSnapshot, change: MarkChange): Marks {
  const { setTags, addTags = [], removeTags = [] } = change;
  const before = snapshot.marks ?? NO_MARKS;
  const touchesTags = setTags !== undefined || addTags.length > 0 || removeTags.length > 0;
  const removed = new Set(removeTags);
  const tags = [...new Set([...setTags ?? tagsOf(snapshot), ...addTags])];
  return {
    ...before,
    pinned: change.pinned ?? before.pinned,
    tags: touchesTags ? tags.filter((tag) => !removed.has(tag)).map(checkTag) : before.tags,
    note: change.note ?? before.note,
  };
}

function checkTag(tag: string): string {
  if (tag !== "" && tag.trim() === tag) return tag;
  throw new AppError(`Cannot use the tag "${printable(tag)}": it is empty or has space around it`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: "Give a word such as release",
  });
}
