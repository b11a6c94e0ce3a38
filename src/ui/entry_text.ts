import type { SnapshotEntry } from "../store/raw_entry.ts";
import { pathFields } from "./json_lines.ts";
import { type EntryType, STAT, type StatTable } from "../fs/stat_table.ts";

/** A row of a table of stat numbers. */
export interface StatRow {
  readonly stats: StatTable;
  readonly row: number;
}

const TYPE_CHAR: Readonly<Record<EntryType, string>> = {
  file: "-",
  dir: "d",
  link: "l",
  fifo: "p",
  socket: "s",
  char: "c",
  block: "b",
};

/** Type and permissions as `ls -l` writes them: `-rwsr-x--t`. */
export function modeText({ stats, row }: StatRow): string {
  const mode = stats.get(row, STAT.mode);
  const known = MODE_TEXTS.get(mode) ?? writeMode({ stats, row });
  MODE_TEXTS.set(mode, known);
  return known;
}

/** There are few modes in a tree. */
const MODE_TEXTS = new Map<number, string>();

function writeMode({ stats, row }: StatRow): string {
  const bits = stats.permissions(row);
  const triple = (shift: number, special: string) => {
    const at = (bits >> shift) & 7;
    const isSpecial = ((bits >> 9) & (1 << (shift / 3))) !== 0;
    const isRun = (at & 1) !== 0;
    const run = isSpecial ? (isRun ? special : special.toUpperCase()) : isRun ? "x" : "-";
    return `${(at & 4) !== 0 ? "r" : "-"}${(at & 2) !== 0 ? "w" : "-"}${run}`;
  };
  return TYPE_CHAR[stats.type(row)] + triple(6, "s") + triple(3, "s") + triple(0, "t");
}

/** Modification time in ISO 8601 in UTC, with nanoseconds: `2026-01-07T08:52:47.123456789Z`. */
export function mtimeIso({ stats, row }: StatRow): string {
  return isoNs(stats.get(row, STAT.mtimeSec), stats.get(row, STAT.mtimeNsec));
}

/** A time in ISO 8601 in UTC, with nanoseconds. */
export function isoNs(sec: number, nsec: number): string {
  const date = new Date(sec * 1000);
  if (Number.isNaN(date.getTime())) return `${sec}.${String(nsec).padStart(9, "0")}`;
  return `${date.toISOString().slice(0, -5)}.${String(nsec).padStart(9, "0")}Z`;
}

/** A modification time as local time: `2026-01-07 08:52:47`. */
export function localTime(sec: number): string {
  const date = new Date(sec * 1000);
  if (Number.isNaN(date.getTime())) return String(sec);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The words of `--json` for what an entry is; restic's. */
export const JSON_TYPE: Readonly<Record<EntryType, string>> = {
  file: "file",
  dir: "dir",
  link: "symlink",
  fifo: "fifo",
  socket: "socket",
  char: "chardev",
  block: "dev",
};

/**
 * What `--json` tells of an entry, named as restic names it. `isRecorded`: a manifest tells what it
 * was in the source.
 */
export function nodeFields(
  entry: SnapshotEntry,
  { isRecorded }: { isRecorded: boolean },
): Readonly<Record<string, unknown>> {
  const { relPath, stats, row, record, userName, groupName } = entry;
  const type = stats.type(row);
  const isDevice = type === "char" || type === "block";
  return {
    name: relPath.slice(relPath.lastIndexOf("/") + 1),
    type: JSON_TYPE[type],
    ...pathFields(relPath),
    uid: stats.get(row, STAT.uid),
    gid: stats.get(row, STAT.gid),
    ...(userName === undefined ? {} : { user: userName }),
    ...(groupName === undefined ? {} : { group: groupName }),
    ...(type === "file" ? { size: stats.sizeBytes(row) } : {}),
    mode: stats.get(row, STAT.mode),
    permissions: modeText(entry),
    mtime: mtimeIso(entry),
    ...(isRecorded ? sourceFields(entry) : {}),
    ...(record?.digest === undefined ? {} : { digest: record.digest }),
    ...(record?.sha512 === undefined ? {} : { sha512: record.sha512 }),
    ...(record?.linkTarget === undefined ? {} : { linktarget: record.linkTarget }),
    ...(isDevice
      ? { device: [stats.get(row, STAT.rdevMajor), stats.get(row, STAT.rdevMinor)] }
      : {}),
    ...(record?.state === undefined ? {} : { state: record.state }),
  };
}

/** What only a manifest knows of the source. */
function sourceFields({ stats, row }: SnapshotEntry) {
  return {
    ctime: isoNs(stats.get(row, STAT.ctimeSec), stats.get(row, STAT.ctimeNsec)),
    inode: Number(stats.ino(row)),
    links: stats.get(row, STAT.nlink),
  };
}
