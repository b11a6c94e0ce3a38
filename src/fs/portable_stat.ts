import { type EntryType, STAT, type StatTable, TYPE_BITS } from "./stat_table.ts";

const HALF = 2 ** 32;

/**
 * Puts what the runtime knows of a file into row `row`. Times are whole milliseconds; what Windows
 * does not have is filled with the usual (mode 0755 or 0644, owner 0, one link).
 */
export function fillStat(info: Deno.FileInfo, into: StatTable, row: number): void {
  const type = typeOf(info);
  const mode = info.mode ?? (type === "dir" ? 0o755 : 0o644);
  into.set(row, STAT.mode, TYPE_BITS[type] | (mode & 0o7777));
  into.set(row, STAT.nlink, info.nlink ?? 1);
  into.set(row, STAT.uid, info.uid ?? 0);
  into.set(row, STAT.gid, info.gid ?? 0);
  fillDevice(into, { row, column: STAT.devMajor, device: info.dev });
  into.set(row, STAT.inoHigh, Math.floor((info.ino ?? 0) / HALF));
  into.set(row, STAT.inoLow, (info.ino ?? 0) % HALF);
  into.set(row, STAT.sizeBytes, info.size);
  into.set(row, STAT.allocatedBytes, info.blocks === null ? info.size : info.blocks * 512);
  fillTime(into, { row, sec: STAT.mtimeSec, nsec: STAT.mtimeNsec, date: info.mtime });
  fillTime(into, { row, sec: STAT.ctimeSec, nsec: STAT.ctimeNsec, date: info.ctime });
  fillTime(into, { row, sec: STAT.atimeSec, nsec: STAT.atimeNsec, date: info.atime });
  fillDevice(into, { row, column: STAT.rdevMajor, device: info.rdev ?? 0 });
}

/** Source: glibc `gnu_dev_major` and `gnu_dev_minor`; on other systems no more than a way to split. */
function fillDevice(
  into: StatTable,
  { row, column, device }: { row: number; column: number; device: number },
): void {
  const low = device % HALF;
  const high = Math.floor(device / HALF);
  into.set(row, column, (((low >>> 8) & 0xfff) | (high & 0xfffff000)) >>> 0);
  into.set(row, column + 1, ((low & 0xff) | (((low >>> 12) | (high << 20)) & 0xffffff00)) >>> 0);
}

function fillTime(
  into: StatTable,
  { row, sec, nsec, date }: { row: number; sec: number; nsec: number; date: Date | null },
): void {
  const ms = date?.getTime() ?? 0;
  const seconds = Math.floor(ms / 1000);
  into.set(row, sec, seconds);
  into.set(row, nsec, (ms - seconds * 1000) * 1_000_000);
}

function typeOf(info: Deno.FileInfo): EntryType {
  if (info.isSymlink) return "link";
  if (info.isDirectory) return "dir";
  if (info.isFifo === true) return "fifo";
  if (info.isSocket === true) return "socket";
  if (info.isCharDevice === true) return "char";
  if (info.isBlockDevice === true) return "block";
  return "file";
}
