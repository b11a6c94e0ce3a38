/**
 * Single entries of a manifest of ours, cut out of the text of a member and parsed when wanted.
 *
 * @module
 */
import { compareNames, comparePaths } from "../base/path_bytes.ts";
import { STAT, StatTable } from "../fs/stat_table.ts";
import { EXTRAS } from "./manifest_header.ts";
import { EntryParser, LineError } from "./manifest_line.ts";
import { nameOf } from "./manifest_parser.ts";
import type { EntryRecord } from "./section.ts";
import { unvis, vis } from "./vis.ts";

/** A member of a manifest, unpacked. */
export interface Member {
  /** Whole lines, all of them ASCII. */
  readonly text: string;
}

/** An entry of a snapshot with all that is known of it. */
export interface SnapshotEntry {
  /** Below the snapshot, `""` for the snapshot itself. */
  readonly relPath: string;
  /** Its row is `row`. */
  readonly stats: StatTable;
  readonly row: number;
  readonly record: EntryRecord | undefined;
  /** Names of its owners, where the manifest has them. */
  readonly userName?: string;
  readonly groupName?: string;
}

/**
 * Where an entry stands in the order of a manifest: in the section of `relPath`, as the directory
 * itself (`name` undefined) or as one of its names.
 */
export interface EntryPlace {
  readonly relPath: string;
  readonly name: string | undefined;
}

/** Negative, zero or positive as `a` stands before, at or after `b` in a manifest. */
export function comparePlaces(a: EntryPlace, b: EntryPlace): number {
  const order = comparePaths(a.relPath, b.relPath);
  if (order !== 0) return order;
  if (a.name === undefined || b.name === undefined) {
    return Number(a.name !== undefined) - Number(b.name !== undefined);
  }
  return compareNames(a.name, b.name);
}

/** Whether `relPath` is `above` or lies below it. */
export function isWithin(relPath: string, above: string): boolean {
  if (above === "" || relPath === above) return true;
  return relPath.startsWith(above) && relPath.charCodeAt(above.length) === SLASH;
}

/** `relPath` as it begins a line. */
export function encodePath(relPath: string): string {
  return relPath === "" ? "." : `./${vis(relPath)}`;
}

/**
 * The path below the snapshot that begins a line.
 *
 * @throws {LineError} when it leads elsewhere
 */
export function decodePath(text: string): string {
  if (text === ".") return "";
  if (!text.startsWith("./")) throw new LineError("the path is not complete");
  if (PLAIN_PATH.test(text)) return text.slice(2);
  return text.slice(2).split("/").map(nameOf).join("/");
}

/** Components that need no decoding and do not begin with a dot. */
const PLAIN_PATH = /^\.(?:\/[^./\\\0][^/\\\0]*)+$/;

/** Goes through the entries of a member, one after the other. */
export class RawCursor {
  readonly member: Member;
  /** Where the line of the entry begins, and where its path and the line end. */
  lineStart = 0;
  pathEnd = 0;
  lineEnd = 0;
  #start = 0;
  #next = 0;

  constructor(member: Member) {
    this.member = member;
  }

  /** Goes to the next entry; false when there is none. */
  next(): boolean {
    const { text } = this.member;
    this.#start = -1;
    for (let at = this.#next; at < text.length;) {
      const end = endOfLine(text, at);
      if (text.charCodeAt(at) !== HASH) {
        this.#set(this.#start < 0 ? at : this.#start, { at, end });
        return true;
      }
      // The comment that belongs to the entry stands directly above it.
      this.#start = at;
      at = end + 1;
    }
    this.#next = text.length;
    return false;
  }

  /** Makes `next` come to the entry at hand once more. */
  stepBack(): void {
    this.#next = this.#start;
  }

  /** Goes to the entry in whose line `at` lies; false when that is a comment. */
  goTo(at: number): boolean {
    const { text } = this.member;
    const lineStart = text.lastIndexOf("\n", at - 1) + 1;
    const end = endOfLine(text, at);
    this.#next = end + 1;
    if (text.charCodeAt(lineStart) === HASH) return false;
    const above = lineStart < 2 ? 0 : text.lastIndexOf("\n", lineStart - 2) + 1;
    const hasExtras = lineStart > 0 && text.charCodeAt(above) === HASH;
    this.#set(hasExtras ? above : lineStart, { at: lineStart, end });
    return true;
  }

  /** Where the line after the one at hand begins. */
  get nextLine(): number {
    return this.#next;
  }

  #set(start: number, { at, end }: { at: number; end: number }): void {
    const { text } = this.member;
    this.#start = start;
    this.lineStart = at;
    this.lineEnd = end;
    this.#next = end + 1;
    const space = text.indexOf(" ", at);
    this.pathEnd = space < 0 || space > end ? end : space;
  }

  /** The path as it stands in the line; a short-lived string: it keeps the whole member in memory. */
  get path(): string {
    return this.member.text.slice(this.lineStart, this.pathEnd);
  }

  /** Whether the path is `encoded` or begins with it. */
  startsWith(encoded: string): boolean {
    return this.member.text.startsWith(encoded, this.lineStart);
  }

  get isDir(): boolean {
    return this.member.text.startsWith(DIR, this.pathEnd);
  }

  /** The two lines of the entry, for {@link parseRaw}; keeps the member in memory as `path` does. */
  get raw(): string {
    return this.member.text.slice(this.#start, this.lineEnd);
  }

  /**
   * Where it stands in the order of the manifest.
   *
   * @throws {LineError}
   */
  get place(): EntryPlace {
    const relPath = decodePath(this.path);
    if (this.isDir) return { relPath, name: undefined };
    const slash = relPath.lastIndexOf("/");
    return { relPath: relPath.slice(0, Math.max(slash, 0)), name: relPath.slice(slash + 1) };
  }
}

/** The same text, cut out of the member that it is part of: to be kept for long. */
export function detached(raw: string): string {
  // Strings that are put together are written anew when a part of them is wanted.
  return ` ${raw}`.slice(1);
}

/** The path in the lines that {@link RawCursor.raw} gave, still encoded. */
export function rawPath(raw: string): string {
  const start = lineOf(raw);
  const end = raw.indexOf(" ", start);
  return raw.slice(start, end < 0 ? raw.length : end);
}

/** The digest in the lines that {@link RawCursor.raw} gave, undefined when there is none. */
export function rawDigest(raw: string): string | undefined {
  const at = raw.lastIndexOf(DIGEST);
  return at < lineOf(raw) ? undefined : raw.slice(at + DIGEST.length, at + DIGEST.length + 64);
}

/** The little of an entry that a list shows. */
export interface EntryBrief {
  /** Undefined for what is no regular file. */
  readonly sizeBytes: number | undefined;
  readonly mtimeSec: number;
}

/** {@link EntryBrief} of what {@link RawCursor.raw} gave, without parsing the rest of it. */
export function rawBrief(raw: string): EntryBrief {
  const from = lineOf(raw);
  const size = numberAt(raw, raw.indexOf(SIZE, from) + SIZE.length);
  const mtimeSec = numberAt(raw, raw.indexOf(TIME, from) + TIME.length);
  const isFile = raw.startsWith(FILE, raw.indexOf(" ", from));
  return { sizeBytes: isFile ? size : undefined, mtimeSec };
}

/** {@link EntryBrief} of a parsed entry. */
export function briefOf({ stats, row }: SnapshotEntry): EntryBrief {
  const sizeBytes = stats.type(row) === "file" ? stats.sizeBytes(row) : undefined;
  return { sizeBytes, mtimeSec: stats.get(row, STAT.mtimeSec) };
}

/** The whole number in front of what is no digit. */
function numberAt(text: string, at: number): number {
  const isNegative = text.charCodeAt(at) === MINUS;
  let value = 0;
  for (let i = isNegative ? at + 1 : at; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

/** Remembers the owner of the line before. */
const parser = new EntryParser();

/**
 * Parses what {@link RawCursor.raw} gave.
 *
 * @throws {LineError}
 */
export function parseRaw(raw: string): SnapshotEntry {
  const stats = new StatTable(1);
  const start = lineOf(raw);
  const path = rawPath(raw);
  parser.start({ stats, row: 0 });
  if (raw.startsWith(EXTRAS)) {
    parser.take(raw.slice(0, start - 1), { from: 1, complete: true });
  }
  parser.take(raw.slice(start), { from: path.length, complete: true });
  const record = parser.finish();
  return { relPath: decodePath(path), stats, row: 0, record, ...ownerNames(raw, start) };
}

function ownerNames(raw: string, from: number): { userName?: string; groupName?: string } {
  const userName = word(raw, { key: " uname=", from });
  const groupName = word(raw, { key: " gname=", from });
  return {
    ...(userName === undefined ? {} : { userName }),
    ...(groupName === undefined ? {} : { groupName }),
  };
}

function word(raw: string, { key, from }: { key: string; from: number }): string | undefined {
  const at = raw.indexOf(key, from);
  if (at < 0) return undefined;
  const end = raw.indexOf(" ", at + key.length);
  return unvis(raw.slice(at + key.length, end < 0 ? raw.length : end));
}

function lineOf(raw: string): number {
  return raw.charCodeAt(0) === HASH ? raw.indexOf("\n") + 1 : 0;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

const HASH = 0x23;
const SLASH = 0x2f;
const MINUS = 0x2d;
const DIR = " type=dir ";
const FILE = " type=file ";
const SIZE = " size=";
const TIME = " time=";
const DIGEST = " sha256digest=";
