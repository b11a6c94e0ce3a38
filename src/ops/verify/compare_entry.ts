/**
 * What an entry of a snapshot should be, against what it is; pure. Content and the mode of shared
 * inodes are seen to elsewhere.
 *
 * @module
 */
import { isTimeOf } from "../../base/coarse_time.ts";
import { printable } from "../../base/path_bytes.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { WRITE_BITS } from "../../store/protection.ts";
import type { EntryRecord } from "../../store/section.ts";
import type { Difference } from "./finding.ts";

/** An entry as its manifest has it. */
export interface RecordedEntry {
  readonly stats: StatTable;
  readonly row: number;
  readonly record: EntryRecord | undefined;
}

/** The same entry as it lies on disk. */
export interface FoundEntry {
  readonly stats: StatTable;
  readonly row: number;
  readonly linkTarget: string | undefined;
}

/** What can be expected of the backup root. */
export interface CompareRules {
  /** Whether the run could give owners, that is: root made the snapshot. */
  readonly owners: boolean;
}

const NONE: readonly Difference[] = [];

/** Whether two rows are of the same regular file as far as a stored file shows it; quick. */
export function isSameFile(
  { stats, row, record }: RecordedEntry,
  found: { readonly stats: StatTable; readonly row: number },
): boolean {
  const stored = record?.storedMtime;
  return found.stats.type(found.row) === "file" &&
    stats.sizeBytes(row) === found.stats.sizeBytes(found.row) &&
    (stored?.sec ?? stats.get(row, STAT.mtimeSec)) === found.stats.get(found.row, STAT.mtimeSec) &&
    isTimeOf(
      found.stats.get(found.row, STAT.mtimeNsec),
      stored?.nsec ?? stats.get(row, STAT.mtimeNsec),
    );
}

/** All differences between the two. */
export function compareEntry(
  recorded: RecordedEntry,
  found: FoundEntry,
  rules: CompareRules,
): readonly Difference[] {
  const type = recorded.stats.type(recorded.row);
  const foundType = found.stats.type(found.row);
  if (type !== foundType) {
    return [{ code: "type", reason: `it is a ${foundType}, a ${type} is recorded` }];
  }
  if (type === "file") return compareFile(recorded, found);
  const differences: Difference[] = [...compareTimes(recorded, found)];
  if (type === "link") return [...differences, ...compareTarget(recorded, found)];
  if (type === "char" || type === "block") differences.push(...compareDevice(recorded, found));
  return [...differences, ...compareRights(recorded, found, rules)];
}

function compareFile(recorded: RecordedEntry, found: FoundEntry): readonly Difference[] {
  const wanted = recorded.stats.sizeBytes(recorded.row);
  const size = found.stats.sizeBytes(found.row);
  if (size === wanted) return compareTimes(recorded, found);
  const reason = `it has ${size} bytes, ${wanted} are recorded`;
  return [{ code: "size", reason }, ...compareTimes(recorded, found)];
}

function compareTimes(recorded: RecordedEntry, found: FoundEntry): readonly Difference[] {
  const { stats, row, record } = recorded;
  const sec = record?.storedMtime?.sec ?? stats.get(row, STAT.mtimeSec);
  const nsec = record?.storedMtime?.nsec ?? stats.get(row, STAT.mtimeNsec);
  const foundSec = found.stats.get(found.row, STAT.mtimeSec);
  const foundNsec = found.stats.get(found.row, STAT.mtimeNsec);
  if (foundSec === sec && isTimeOf(foundNsec, nsec)) return NONE;
  const reason = `it was modified ${timeText(foundSec, foundNsec)}, ` +
    `${timeText(sec, nsec)} is recorded`;
  return [{ code: "mtime", reason }];
}

/** A time as people read it: UTC, to the nanosecond. */
export function timeText(sec: number, nsec: number): string {
  const fraction = String(nsec).padStart(9, "0");
  const date = new Date(sec * 1000);
  if (Number.isNaN(date.getTime())) return `${sec}.${fraction} s after 1970`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${fraction} UTC`;
}

function compareTarget(recorded: RecordedEntry, found: FoundEntry): readonly Difference[] {
  const wanted = recorded.record?.linkTarget;
  if (wanted === undefined || wanted === found.linkTarget) return NONE;
  const leads = found.linkTarget === undefined
    ? "elsewhere"
    : `to "${printable(found.linkTarget)}"`;
  return [{ code: "target", reason: `it leads ${leads}, "${printable(wanted)}" is recorded` }];
}

function compareDevice(recorded: RecordedEntry, found: FoundEntry): readonly Difference[] {
  const device = ({ stats, row }: RecordedEntry | FoundEntry) =>
    `${stats.get(row, STAT.rdevMajor)}:${stats.get(row, STAT.rdevMinor)}`;
  if (device(recorded) === device(found)) return NONE;
  const reason = `it is the device ${device(found)}, ${device(recorded)} is recorded`;
  return [{ code: "target", reason }];
}

function compareRights(
  recorded: RecordedEntry,
  found: FoundEntry,
  { owners }: CompareRules,
): readonly Difference[] {
  const differences: Difference[] = [];
  const mode = recorded.stats.permissions(recorded.row);
  const foundMode = found.stats.permissions(found.row);
  if (!isMode(foundMode, mode, { owners })) {
    const reason = `its mode is ${modeText(foundMode)}, ${modeText(mode)} is recorded`;
    differences.push({ code: "mode", reason });
  }
  const owner = ({ stats, row }: RecordedEntry | FoundEntry) =>
    `${stats.get(row, STAT.uid)}:${stats.get(row, STAT.gid)}`;
  if (owners && owner(found) !== owner(recorded)) {
    const reason = `it belongs to ${owner(found)}, ${owner(recorded)} is recorded`;
    differences.push({ code: "owner", reason });
  }
  return differences;
}

/** setuid and setgid: the kernel takes them away where the owner could not be given. */
const SET_ID = 0o6000;

/** Whether an entry that was given `mode` may have `found`. */
export function isMode(found: number, mode: number, { owners }: CompareRules): boolean {
  return owners ? found === mode : (found & ~SET_ID) === (mode & ~SET_ID);
}

/**
 * The same for a stored file, which may have lost its write bits: snapshots share inodes, and one of
 * them may have been made with `snapshot.protect`.
 */
export function isStoredMode(found: number, mode: number, rules: CompareRules): boolean {
  return isMode(found, mode, rules) || isMode(found, mode & ~WRITE_BITS, rules);
}

/** `0644`. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
