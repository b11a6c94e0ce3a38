/**
 * How an entry stands in a manifest, piece by piece: what writes the lines, and what tells by them
 * that an entry is as it was. FORMAT.md has the grammar.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { STAT, STAT_FIELDS, type StatTable } from "../fs/stat_table.ts";
import { EXTRAS } from "./manifest_header.ts";
import type { EntryRecord } from "./section.ts";
import { vis } from "./vis.ts";

/** Names of owners, undefined for an unknown one; asked once in a row for the same id. */
export interface OwnerNames {
  readonly userName: (uid: number) => string | undefined;
  readonly groupName: (gid: number) => string | undefined;
}

/** Formats stat rows; remembers what repeats from row to row. */
export class EntryText {
  readonly #names: OwnerNames;
  readonly #words = new Map<number, string>();
  #owner = { uid: -1, gid: -1, text: "" };
  #device = { major: -1, minor: -1, text: "" };

  constructor(names: OwnerNames) {
    this.#names = names;
  }

  /** The comment line above an entry, without what {@link recordText} adds and the newline. */
  extras(stats: StatTable, row: number): string {
    const numbers = stats.data;
    const at = row * STAT_FIELDS;
    const nlink = numbers[at + STAT.nlink] ?? 1;
    return EXTRAS + timeText(numbers, at + STAT.ctimeSec) + " ino=" + inodeText(numbers, at) +
      this.device(stats, row) + (nlink === 1 ? "" : ` nlink=${nlink}`);
  }

  /** The entry's own line behind its path, up to its time; the digest comes after it. */
  keywords(stats: StatTable, row: number, linkTarget: string | undefined): string {
    const numbers = stats.data;
    const at = row * STAT_FIELDS;
    return this.typeAndMode(stats, row) + this.owner(stats, row) +
      (linkTarget === undefined ? "" : ` link=${vis(linkTarget)}`) + sizeOrDevice(stats, row) +
      " time=" + timeText(numbers, at + STAT.mtimeSec);
  }

  /**
   * The stamp of a directory as its manifest has it: what the walk found, and how its owners are
   * called here. `owners` are `uid, gid, uid, gid …`.
   */
  stamp({ text, owners }: { readonly text: string; readonly owners: readonly number[] }): string {
    let whole = text;
    for (let i = 0; i < owners.length; i += 2) {
      whole += this.#ownerText(owners[i] ?? 0, owners[i + 1] ?? 0);
    }
    return hash("sha256", whole, "base64url");
  }

  /** Of {@link keywords}, the first ones. */
  typeAndMode(stats: StatTable, row: number): string {
    const mode = stats.get(row, STAT.mode);
    const known = this.#words.get(mode);
    if (known !== undefined) return known;
    const permissions = (mode & 0o7777).toString(8).padStart(4, "0");
    const text = ` type=${stats.type(row)} mode=${permissions}`;
    this.#words.set(mode, text);
    return text;
  }

  /** Of {@link keywords}, those of the owner. */
  owner(stats: StatTable, row: number): string {
    return this.#ownerText(stats.get(row, STAT.uid), stats.get(row, STAT.gid));
  }

  #ownerText(uid: number, gid: number): string {
    if (uid === this.#owner.uid && gid === this.#owner.gid) return this.#owner.text;
    const user = this.#names.userName(uid);
    const group = this.#names.groupName(gid);
    const text = ` uid=${uid} gid=${gid}` +
      (user === undefined ? "" : ` uname=${vis(user)}`) +
      (group === undefined ? "" : ` gname=${vis(group)}`);
    this.#owner = { uid, gid, text };
    return text;
  }

  /** Of {@link extras}, the device. */
  device(stats: StatTable, row: number): string {
    const major = stats.get(row, STAT.devMajor);
    const minor = stats.get(row, STAT.devMinor);
    if (major === this.#device.major && minor === this.#device.minor) return this.#device.text;
    this.#device = { major, minor, text: ` dev=${major},${minor}` };
    return this.#device.text;
  }
}

/** Goes before the digest of a file. */
export const DIGEST_WORD = " sha256digest=";

/** Goes before the stamp of a directory, the last word above its entry. */
export const STAMP_WORD = " stamp=";

/** The stamp in the comment above a directory's own entry, undefined when it has none. */
export function stampIn(comment: string): string | undefined {
  return STAMP.exec(comment)?.[1];
}

const STAMP = / stamp=([A-Za-z0-9_-]{43})$/;

/** Goes before the mtime of a stored inode that is not the entry's own. */
export const STORED_WORD = " stored=";

/** What the comment line says beyond the stat row. */
export function recordText({ storedMtime, state, xattrs }: EntryRecord): string {
  let text = "";
  if (storedMtime !== undefined) {
    text += `${STORED_WORD}${storedMtime.sec}.${nanoseconds(storedMtime.nsec)}`;
  }
  if (state !== undefined) text += ` state=${state}`;
  for (const [name, value] of xattrs ?? []) {
    text += ` xattr.${vis(name)}=${Buffer.from(value).toString("base64")}`;
  }
  return text;
}

/** The path of a directory as its entry's first word; a name in it stands behind one more `/`. */
export function pathText(relPath: string): string {
  return relPath === "" ? "." : `./${vis(relPath)}`;
}

function sizeOrDevice(stats: StatTable, row: number): string {
  const type = stats.type(row);
  if (type === "file") return ` size=${stats.sizeBytes(row)}`;
  if (type !== "char" && type !== "block") return "";
  return ` device=native,${stats.get(row, STAT.rdevMajor)},${stats.get(row, STAT.rdevMinor)}`;
}

const NSEC_DIGITS = 1_000_000_000;

function nanoseconds(nsec: number): string {
  return String(NSEC_DIGITS + nsec).slice(1);
}

/** The seconds and nanoseconds that stand in this column and the next. */
function timeText(numbers: Float64Array, column: number): string {
  return `${numbers[column]}.${nanoseconds(numbers[column + 1] ?? 0)}`;
}

/** Upper halves below this make a number that a double holds exactly. */
const EXACT_HIGH = 2 ** 21;

function inodeText(numbers: Float64Array, at: number): string {
  const high = numbers[at + STAT.inoHigh] ?? 0;
  const low = numbers[at + STAT.inoLow] ?? 0;
  if (high < EXACT_HIGH) return String(high * 2 ** 32 + low);
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}
