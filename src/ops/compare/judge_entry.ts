import { STAT } from "../../fs/stat_table.ts";
import { fileSize } from "../diff/change_list.ts";
import type { TreeEntry } from "../diff/entry_cursor.ts";
import { metadataChanges, type MetadataField } from "../diff/judge_pair.ts";
import type { FileReading } from "./content_queue.ts";
import type { Difference } from "./difference.ts";

/** What is compared. */
export interface CompareScope {
  /** Whether mode, owner, mtime and attributes count. */
  readonly metadata: boolean;
  /** Whether files of the same size count as the same, unread. */
  readonly fast: boolean;
}

/** The difference of an entry that only one of them has. */
export function loneDifference(kind: "new" | "missing", entry: TreeEntry): Difference {
  return { kind, ...described(entry) };
}

/** What can be said without reading; `read` is for files whose contents have to be looked at. */
export function judgeEntry(
  stored: TreeEntry,
  source: TreeEntry,
  { metadata, fast }: CompareScope,
): Difference | "equal" | "read" {
  const both = { ...described(source), stored: ofEntry(stored) };
  const type = source.stats.type(source.row);
  if (type !== stored.stats.type(stored.row)) return { kind: "type", ...both };
  if (type === "file") {
    if (fileSize(source) !== fileSize(stored)) return { kind: "size", ...both };
    if (!fast) return "read";
  } else if (!sameTarget(stored, source)) return { kind: "target", ...both };
  // Attributes of regular files are read with their contents.
  const fields = metadata ? metadataChanges(stored, source) : [];
  return ofFields(both, type === "file" ? fields.filter((field) => field !== "xattrs") : fields);
}

/** What a file says that was read; `recorded` is the digest of what is stored. */
export function judgeFile(
  { stored, source, reading }: { stored: TreeEntry; source: TreeEntry; reading: FileReading },
  recorded: string | undefined,
  { metadata }: CompareScope,
): Difference | "equal" {
  const record = { xattrs: reading.xattrs };
  const now: TreeEntry = { ...source, stats: reading.stats, row: reading.row, record };
  const both = { ...described(now), stored: ofEntry(stored) };
  if (fileSize(now) !== fileSize(stored)) return { kind: "size", ...both };
  if (reading.digest !== recorded) {
    return { kind: "content", ...both, ...(sameTime(stored, now) ? { suspect: true } : {}) };
  }
  return ofFields(both, metadata ? metadataChanges(stored, now) : []);
}

function ofFields(
  both: Omit<Difference, "kind">,
  fields: readonly MetadataField[],
): Difference | "equal" {
  return fields.length === 0 ? "equal" : { kind: "metadata", ...both, fields };
}

function sameTarget(stored: TreeEntry, source: TreeEntry): boolean {
  const same = (field: number) =>
    stored.stats.get(stored.row, field) === source.stats.get(source.row, field);
  switch (source.stats.type(source.row)) {
    case "link":
      return stored.record?.linkTarget === source.record?.linkTarget;
    case "char":
    case "block":
      return same(STAT.rdevMajor) && same(STAT.rdevMinor);
    default:
      return true;
  }
}

function sameTime(stored: TreeEntry, source: TreeEntry): boolean {
  return [STAT.mtimeSec, STAT.mtimeNsec].every((field) =>
    stored.stats.get(stored.row, field) === source.stats.get(source.row, field)
  );
}

function described(entry: TreeEntry): Pick<Difference, "relPath" | "type" | "sizeBytes"> {
  return { relPath: entry.relPath, ...ofEntry(entry) };
}

function ofEntry(entry: TreeEntry): Pick<Difference, "type" | "sizeBytes"> {
  return { type: entry.stats.type(entry.row), sizeBytes: fileSize(entry) };
}
