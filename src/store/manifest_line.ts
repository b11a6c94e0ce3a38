/**
 * The keywords of one entry of a manifest → a stat row and a record.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { encodeName } from "../base/path_bytes.ts";
import {
  type EntryType,
  S_IFMT,
  STAT,
  STAT_FIELDS,
  type StatTable,
  TYPE_BITS,
} from "../fs/stat_table.ts";
import { isDigest } from "./digest.ts";
import type { EntryRecord } from "./section.ts";
import { unvis } from "./vis.ts";

/** A line that is no manifest line; the message goes on from "line N: ". */
export class LineError extends Error {}

/** Where the keywords of an entry go. */
export interface EntryRow {
  readonly stats: StatTable;
  readonly row: number;
}

interface RecordDraft {
  digest?: string;
  linkTarget?: string;
  storedMtime?: { sec: number; nsec: number };
  xattrs?: [string, Uint8Array][];
  state?: "recorded" | "unsettled";
}

/** Takes the keywords of one entry after the other. */
export class EntryParser {
  #data: Float64Array = new Float64Array(0);
  #at = 0;
  #record: RecordDraft | undefined;
  /** The first words of an earlier line, from behind its path to its `gname`. */
  #common = { text: "\n", mode: 0, uid: 0, gid: 0 };

  /** Starts an entry: an empty row, one link. */
  start({ stats, row }: EntryRow): void {
    this.#data = stats.data;
    this.#at = row * STAT_FIELDS;
    this.#data.fill(0, this.#at, this.#at + STAT_FIELDS);
    this.#data[this.#at + STAT.nlink] = 1;
    this.#record = undefined;
  }

  /**
   * Takes the `keyword=value` words of `line` from `from` on, up to a comment. `complete` says that
   * every entry has type, mode and owner of its own.
   *
   * @throws {LineError} when a value is not what its keyword wants
   */
  take(line: string, { from, complete }: { from: number; complete: boolean }): void {
    const repeated = complete && line.startsWith(this.#common.text, from);
    let start = repeated ? this.#takeCommon(from) : from;
    while (start < line.length && line.charCodeAt(start) !== HASH) {
      const space = line.indexOf(" ", start);
      const end = space < 0 ? line.length : space;
      if (end > start) {
        const equals = line.indexOf("=", start);
        const keywordEnd = equals < 0 || equals > end ? end : equals;
        const keyword = line.slice(start, keywordEnd);
        this.takeKeyword(keyword, line.slice(keywordEnd + 1, end));
        if (complete && keyword === "gname") this.#noteCommon(line.slice(from, end + 1));
      }
      start = end + 1;
    }
  }

  /** Neighbours mostly share type, mode and owner: the same text means the same numbers. */
  #noteCommon(text: string): void {
    if (!COMMON.test(text)) return;
    const start = this.#at;
    const mode = this.#data[start + STAT.mode] ?? 0;
    const uid = this.#data[start + STAT.uid] ?? 0;
    const gid = this.#data[start + STAT.gid] ?? 0;
    this.#common = { text, mode, uid, gid };
  }

  #takeCommon(from: number): number {
    const { text, mode, uid, gid } = this.#common;
    this.#set(STAT.mode, mode);
    this.#set(STAT.uid, uid);
    this.#set(STAT.gid, gid);
    return from + text.length;
  }

  /** Ends the entry. */
  finish(): EntryRecord | undefined {
    const { linkTarget } = this.#record ?? {};
    if (linkTarget !== undefined) this.#set(STAT.sizeBytes, encodeName(linkTarget).length);
    return this.#record;
  }

  /** Takes one keyword of mtree(5) or of our comments; one that is not known says nothing to us. */
  takeKeyword(keyword: string, value: string): void {
    switch (keyword) {
      case "type":
        return this.#takeType(value);
      case "mode":
        return this.#takeMode(value);
      case "uid":
        return this.#set(STAT.uid, integer(value));
      case "gid":
        return this.#set(STAT.gid, integer(value));
      case "size":
        return this.#set(STAT.sizeBytes, integer(value));
      case "nlink":
        return this.#set(STAT.nlink, integer(value));
      case "time":
        return this.#setTime(STAT.mtimeSec, value);
      case "sha256digest":
      case "sha256":
        this.#draft().digest = digest(value);
        return;
      case "link":
        this.#draft().linkTarget = withoutNul(unvis(value));
        return;
      case "device":
        return this.#takeDevice(value);
    }
    this.#takeOurKeyword(keyword, value);
  }

  #takeOurKeyword(keyword: string, value: string): void {
    switch (keyword) {
      case "ctime":
        return this.#setTime(STAT.ctimeSec, value);
      case "ino":
        return this.#takeInode(value);
      case "dev":
        return this.#setPair(STAT.devMajor, value.split(","));
      case "stored":
        this.#draft().storedMtime = time(value);
        return;
      case "state":
        this.#draft().state = state(value);
        return;
    }
    if (keyword.startsWith(XATTR)) {
      const xattr = unvis(keyword.slice(XATTR.length));
      const bytes = base64(value);
      (this.#draft().xattrs ??= []).push([xattr, bytes]);
    }
  }

  #takeType(value: string): void {
    const type = entryType(value);
    const mode = this.#data[this.#at + STAT.mode] ?? 0;
    this.#set(STAT.mode, (mode & ~S_IFMT) | TYPE_BITS[type]);
  }

  #takeMode(value: string): void {
    if (!/^[0-7]{1,7}$/.test(value)) throw new LineError(`bad mode "${value}"`);
    const mode = this.#data[this.#at + STAT.mode] ?? 0;
    this.#set(STAT.mode, (mode & S_IFMT) | (Number.parseInt(value, 8) & 0o7777));
  }

  #takeInode(value: string): void {
    const inode = value.length > 15 ? BigInt(bigInteger(value)) : undefined;
    if (inode === undefined) {
      const small = integer(value);
      this.#set(STAT.inoHigh, Math.floor(small / 2 ** 32));
      this.#set(STAT.inoLow, small % 2 ** 32);
      return;
    }
    this.#set(STAT.inoHigh, Number(inode >> 32n));
    this.#set(STAT.inoLow, Number(inode & 0xffff_ffffn));
  }

  /** `native,8,1`, also with another system's name in front, or Linux's number. */
  #takeDevice(value: string): void {
    const parts = value.split(",");
    if (parts.length >= 3) return this.#setPair(STAT.rdevMajor, parts.slice(1));
    const device = Number(value);
    if (!Number.isSafeInteger(device) || value === "") throw badNumber(value);
    this.#set(STAT.rdevMajor, Math.floor(device / 0x100) & 0xfff);
    this.#set(STAT.rdevMinor, (device & 0xff) | (Math.floor(device / 0x1000) & 0xfff00));
  }

  #setPair(field: number, [major = "", minor = ""]: readonly string[]): void {
    this.#set(field, integer(major));
    this.#set(field + 1, integer(minor));
  }

  #setTime(field: number, value: string): void {
    const { sec, nsec } = time(value);
    this.#set(field, sec);
    this.#set(field + 1, nsec);
  }

  #set(field: number, value: number): void {
    this.#data[this.#at + field] = value;
  }

  #draft(): RecordDraft {
    return this.#record ??= {};
  }
}

const HASH = 0x23;

/** The words that an entry of ours begins with; nothing else may be taken over from line to line. */
const COMMON = /^ type=\S+ mode=\S+ uid=\S+ gid=\S+( uname=\S+)? gname=\S+ $/;
const XATTR = "xattr.";

const TYPES = new Map<string, EntryType>([
  ["file", "file"],
  ["dir", "dir"],
  ["link", "link"],
  ["fifo", "fifo"],
  ["socket", "socket"],
  ["char", "char"],
  ["block", "block"],
]);

function entryType(value: string): EntryType {
  const type = TYPES.get(value);
  if (type === undefined) throw new LineError(`unknown type "${shown(value)}"`);
  return type;
}

function state(value: string): "recorded" | "unsettled" {
  if (value === "recorded" || value === "unsettled") return value;
  throw new LineError(`unknown state "${shown(value)}"`);
}

function digest(value: string): string {
  if (isDigest(value)) return value;
  const lower = value.toLowerCase();
  if (isDigest(lower)) return lower;
  throw new LineError(`bad digest "${shown(value)}"`);
}

/** Digits that a double holds exactly whatever they are. */
const EXACT_DIGITS = 15;

/** A whole number, not negative, below 2^53. */
function integer(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) throw badNumber(text);
    value = value * 10 + digit;
  }
  if (text === "" || (text.length > EXACT_DIGITS && !Number.isSafeInteger(value))) {
    throw badNumber(text);
  }
  return value;
}

function bigInteger(text: string): string {
  if (!/^[0-9]{1,20}$/.test(text)) throw badNumber(text);
  return text;
}

/** Seconds, a dot, nanoseconds as a number: `5.7` is seven nanoseconds, as in every mtree. */
function time(text: string): { sec: number; nsec: number } {
  const dot = text.indexOf(".");
  const seconds = dot < 0 ? text : text.slice(0, dot);
  const sec = seconds.startsWith("-") ? -integer(seconds.slice(1)) : integer(seconds);
  const nsec = dot < 0 ? 0 : integer(text.slice(dot + 1));
  if (nsec > 999_999_999) throw badNumber(text);
  // `-0` is a zero that compares unequal to zero in places.
  return { sec: sec === 0 ? 0 : sec, nsec };
}

/** Checked first: what `Buffer` does with anything else differs from version to version. */
function base64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new LineError(`bad base64 "${shown(text)}"`);
  }
  return new Uint8Array(Buffer.from(text, "base64"));
}

function withoutNul(text: string): string {
  if (text.includes("\0")) throw new LineError("a name contains a zero byte");
  return text;
}

function badNumber(text: string): LineError {
  return new LineError(`bad number "${shown(text)}"`);
}

/** A value that goes into a message. */
function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
