/**
 * Step 1 of 5: what tells a directory that is as it was, in one word. The walker's thread works it
 * out while others are busy; main then compares two words instead of two descriptions of each entry.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { encodeName } from "../../base/path_bytes.ts";
import { S_IFMT, STAT, STAT_FIELDS, TYPE_BITS } from "../../fs/stat_table.ts";
import { sumLineBytes } from "../../store/checksum_file.ts";
import type { WalkedSection } from "./walked.ts";

/** A whole directory of regular files and symlinks, summed up. */
export interface DirStamp {
  /** Digest of all that the walk learned and a manifest keeps; base64url, 43 characters. */
  readonly text: string;
  /** Owners of its entries and itself, each once: `uid, gid, uid, gid …`. */
  readonly owners: readonly number[];
  /** When the entry touched last was touched, seconds since 1970: ctime, or mtime without one. */
  readonly touchedSec: number;
  readonly files: number;
  /** Sizes of the files together. */
  readonly bytes: number;
  /** Size of its checksum file. */
  readonly sumsBytes: number;
}

/**
 * Columns that stand in the digest: everything but the blocks, the time of access, and the numbers
 * of devices, which are no part of a stamped directory.
 */
const COLUMNS = [
  STAT.mode,
  STAT.nlink,
  STAT.uid,
  STAT.gid,
  STAT.devMajor,
  STAT.devMinor,
  STAT.inoHigh,
  STAT.inoLow,
  STAT.sizeBytes,
  STAT.mtimeSec,
  STAT.mtimeNsec,
  STAT.ctimeSec,
  STAT.ctimeNsec,
];

/** Undefined for a part of a directory, and where an entry has to be looked at by itself. */
export function dirStamp(section: WalkedSection): DirStamp | undefined {
  const { continues, ends, problems, names } = section;
  if (continues || !ends || problems.length > 0) return undefined;
  const summed = sumUp(section);
  if (summed === undefined) return undefined;
  const { numbers, ...sums } = summed;
  const text = encodeName(texts(section));
  const bytes = Buffer.concat([new Uint8Array(numbers.buffer), text]);
  let sumsBytes = 0;
  for (let i = 0; i < names.length; i++) {
    if (isFile(section, i + 1)) sumsBytes += sumLineBytes(names[i] ?? "");
  }
  return { ...sums, sumsBytes, text: hash("sha256", bytes, "base64url") };
}

function sumUp({ names, stats }: Pick<WalkedSection, "names" | "stats">) {
  const rows = names.length + 1;
  const { data } = stats;
  const numbers = new Float64Array(rows * COLUMNS.length);
  const owners: number[] = [];
  let [touchedSec, files, bytes, written] = [-Infinity, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const at = row * STAT_FIELDS;
    for (const column of COLUMNS) numbers[written++] = data[at + column] ?? 0;
    noteOwner(owners, data[at + STAT.uid] ?? 0, data[at + STAT.gid] ?? 0);
    if (row === 0) continue;
    const type = (data[at + STAT.mode] ?? 0) & S_IFMT;
    if (type === TYPE_BITS.file) {
      files++;
      bytes += data[at + STAT.sizeBytes] ?? 0;
    } else if (type !== TYPE_BITS.link) return undefined;
    touchedSec = Math.max(touchedSec, touched(data, at));
  }
  return { numbers, owners, touchedSec, files, bytes };
}

/** Where there is no change time, the time of modification has to do. */
function touched(data: Float64Array, at: number): number {
  const column = data[at + STAT.ctimeSec] === 0 ? STAT.mtimeSec : STAT.ctimeSec;
  return (data[at + column] ?? 0) + (data[at + column + 1] ?? 0) / 1e9;
}

function noteOwner(owners: number[], uid: number, gid: number): void {
  for (let i = 0; i < owners.length; i += 2) {
    if (owners[i] === uid && owners[i + 1] === gid) return;
  }
  owners.push(uid, gid);
}

function isFile({ stats }: Pick<WalkedSection, "stats">, row: number): boolean {
  return (stats.get(row, STAT.mode) & S_IFMT) === TYPE_BITS.file;
}

/** Names, targets and attributes, so that no two directories have the same text. */
function texts(section: WalkedSection): string {
  const { names, reservedNames, linkTargets, xattrs } = section;
  let text = `${names.join("/")}\0${reservedNames.join("/")}\0`;
  for (const [row, target] of linkTargets) text += `l${row} ${target}\0`;
  for (const [row, list] of xattrs) {
    for (const [name, value] of list) {
      text += `x${row} ${name}\0${Buffer.from(value).toString("base64")}\0`;
    }
  }
  return text;
}
