/**
 * Whether two entries at the same place of two trees are the same, from what is recorded of them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Xattrs } from "../../fs/file_system.ts";
import { STAT } from "../../fs/stat_table.ts";
import type { TreeEntry } from "./entry_cursor.ts";

/** An attribute that is no content. */
export type MetadataField = "mode" | "owner" | "mtime" | "xattrs";

/**
 * `suspect` is content that changed though size and mtime did not. `unknown`: nobody wrote down a
 * digest, and the times differ; the contents themselves have to be looked at.
 */
export type Verdict = "same" | "metadata" | "content" | "suspect" | "type" | "unknown";

/** Judges; what {@link metadataChanges} finds is a difference only where content is the same. */
export function judgePair(before: TreeEntry, after: TreeEntry): Verdict {
  if (before.stats.type(before.row) !== after.stats.type(after.row)) return "type";
  const content = compareContents(before, after);
  if (content === "unknown") return "unknown";
  return settleVerdict(before, after, { sameContent: content === "same" });
}

/** The verdict on two entries of the same type when it is known whether their contents differ. */
export function settleVerdict(
  before: TreeEntry,
  after: TreeEntry,
  { sameContent }: { sameContent: boolean },
): Verdict {
  if (sameContent) return metadataChanges(before, after).length > 0 ? "metadata" : "same";
  const isFile = after.stats.type(after.row) === "file";
  return isFile && sameSize(before, after) && sameTime(before, after) ? "suspect" : "content";
}

function compareContents(before: TreeEntry, after: TreeEntry): "same" | "differs" | "unknown" {
  switch (after.stats.type(after.row)) {
    case "file":
      return compareFiles(before, after);
    case "link":
      return before.record?.linkTarget === after.record?.linkTarget ? "same" : "differs";
    case "char":
    case "block":
      return same(before, after, [STAT.rdevMajor, STAT.rdevMinor]) ? "same" : "differs";
    default:
      return "same";
  }
}

function compareFiles(before: TreeEntry, after: TreeEntry): "same" | "differs" | "unknown" {
  const [a, b] = [before.record, after.record];
  if (a?.digest !== undefined && b?.digest !== undefined) {
    return a.digest === b.digest ? "same" : "differs";
  }
  if (a?.sha512 !== undefined && b?.sha512 !== undefined) {
    return a.sha512 === b.sha512 ? "same" : "differs";
  }
  if (!sameSize(before, after)) return "differs";
  if (sameTime(before, after) || isSharedFile(before, after)) return "same";
  if (after.stats.sizeBytes(after.row) === 0) return "same";
  // Nothing is stored of what was only written down.
  const isStored = a?.state !== "recorded" && b?.state !== "recorded";
  return isStored ? "unknown" : "differs";
}

/** Both stand for one and the same stored file. */
function isSharedFile(before: TreeEntry, after: TreeEntry): boolean {
  return before.isStored && after.isStored &&
    before.stats.inodeKey(before.row) === after.stats.inodeKey(after.row);
}

/** Which attributes differ; none where they are only those of stored files. */
export function metadataChanges(before: TreeEntry, after: TreeEntry): MetadataField[] {
  if (before.isStored || after.isStored) return [];
  const changed: MetadataField[] = [];
  if (!same(before, after, [STAT.mode])) changed.push("mode");
  if (!same(before, after, [STAT.uid, STAT.gid])) changed.push("owner");
  if (!sameTime(before, after)) changed.push("mtime");
  if (!sameXattrs(before.record?.xattrs, after.record?.xattrs)) changed.push("xattrs");
  return changed;
}

function sameSize(before: TreeEntry, after: TreeEntry): boolean {
  return same(before, after, [STAT.sizeBytes]);
}

function sameTime(before: TreeEntry, after: TreeEntry): boolean {
  return same(before, after, [STAT.mtimeSec, STAT.mtimeNsec]);
}

function same(before: TreeEntry, after: TreeEntry, fields: readonly number[]): boolean {
  return fields.every((field) =>
    before.stats.get(before.row, field) === after.stats.get(after.row, field)
  );
}

/** Whether both are the same attributes, in whatever order. */
export function sameXattrs(a: Xattrs = [], b: Xattrs = []): boolean {
  if (a.length !== b.length) return false;
  const values = new Map(b);
  return a.every(([name, value]) => {
    const other = values.get(name);
    return other !== undefined && Buffer.compare(value, other) === 0;
  });
}
