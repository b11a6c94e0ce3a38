/**
 * What changed in an entry from one snapshot to the next. Pure.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { STAT } from "../../fs/stat_table.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import { contentOfEntry } from "./version_table.ts";

/** A part of an entry that can change. */
export type ChangedField = "type" | "content" | "target" | "mode" | "owner" | "mtime" | "xattrs";

/**
 * What differs. Metadata counts only where both snapshots `recorded` it: elsewhere it is that of
 * the stored file, which others may share. The mtime of a directory does not count: it changes with
 * what is in it.
 */
export function changedFields(
  before: SnapshotEntry,
  after: SnapshotEntry,
  { recorded }: { recorded: boolean },
): ChangedField[] {
  const type = after.stats.type(after.row);
  if (before.stats.type(before.row) !== type) return ["type"];
  const fields: ChangedField[] = [];
  if (!hasSameContent(before, after)) fields.push(type === "link" ? "target" : "content");
  if (!recorded) return fields;
  const differs = (...columns: number[]) =>
    columns.some((column) =>
      before.stats.get(before.row, column) !== after.stats.get(after.row, column)
    );
  if (differs(STAT.mode)) fields.push("mode");
  if (differs(STAT.uid, STAT.gid)) fields.push("owner");
  if (type !== "dir" && differs(STAT.mtimeSec, STAT.mtimeNsec)) fields.push("mtime");
  if (xattrsOf(before) !== xattrsOf(after)) fields.push("xattrs");
  return fields;
}

/** By what both have: digests, else sizes and times. */
function hasSameContent(before: SnapshotEntry, after: SnapshotEntry): boolean {
  const [old, now] = [before.record, after.record];
  if (old?.digest !== undefined && now?.digest !== undefined) return old.digest === now.digest;
  if (old?.sha512 !== undefined && now?.sha512 !== undefined) return old.sha512 === now.sha512;
  return contentOfEntry(withoutDigest(before)) === contentOfEntry(withoutDigest(after));
}

function withoutDigest(entry: SnapshotEntry): SnapshotEntry {
  const { linkTarget } = entry.record ?? {};
  return { ...entry, record: linkTarget === undefined ? undefined : { linkTarget } };
}

function xattrsOf({ record }: SnapshotEntry): string {
  const words = (record?.xattrs ?? []).map(([name, value]) =>
    `${name}=${Buffer.from(value).toString("base64")}`
  );
  return words.toSorted().join("\n");
}
