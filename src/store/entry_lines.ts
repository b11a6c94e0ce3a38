/**
 * The lines of one directory in a manifest beside entries as they are now: told number by number,
 * without taking apart what says what it would say again.
 *
 * @module
 */
import { STAT, STAT_FIELDS, type StatTable } from "../fs/stat_table.ts";
import { DIGEST_WORD, type EntryText, recordText } from "./entry_text.ts";
import { EXTRAS } from "./manifest_header.ts";
import { LineError } from "./manifest_line.ts";
import { parseRaw, type SnapshotEntry } from "./raw_entry.ts";
import type { EntryRecord } from "./section.ts";
import { vis } from "./vis.ts";

/** An entry as it is now. */
export interface PresentEntry {
  readonly stats: StatTable;
  readonly row: number;
  /** Its path as it begins a line, in two parts. */
  readonly prefix: string;
  readonly name: string;
  readonly linkTarget: string | undefined;
  /** What is known of it beside its stat row; undefined for a file, of which nobody knows yet. */
  readonly record: EntryRecord | undefined;
}

/** Goes through the lines of a directory. */
export class EntryLines {
  /** Where the lines of the entry at hand begin. */
  at = 0;
  readonly #text: string;
  readonly #entryText: EntryText;
  /** Where comparing has come to; meaningless after something differed. */
  #reading = 0;

  constructor(text: string, entryText: EntryText) {
    this.#text = text;
    this.#entryText = entryText;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /**
   * What the lines at hand say of `entry` beyond its stat row, if they say the same as would be
   * written of it now; it is left behind then. Of a file's digest, attributes and stored inode they
   * are believed.
   *
   * @throws {LineError}
   */
  takeSame(entry: PresentEntry): EntryRecord | undefined {
    const { at } = this;
    this.#reading = at;
    const type = entry.stats.type(entry.row);
    const isFile = type === "file";
    if (!isFile && type !== "link" && type !== "dir") return undefined;
    if (!this.#takeExtras(entry)) return undefined;
    const tail = this.#restOfLine();
    const isSaid = isFile ? FILE_TAIL.test(tail) : tail === recordText(entry.record ?? {});
    if (!isSaid) return undefined;
    if (!this.#takeEntryLine(entry)) return undefined;
    const digest = isFile ? this.#takeDigest() : undefined;
    if (isFile && digest === undefined || !this.#take("\n")) return undefined;
    this.at = this.#reading;
    if (!isFile) return entry.record ?? NOTHING;
    if (tail === "") return { digest: digest ?? "" };
    return parseRaw(this.#text.slice(at, this.at - 1)).record;
  }

  /**
   * The entry at hand, which is not left behind: {@link leave} does that.
   *
   * @throws {LineError}
   */
  parse(): SnapshotEntry {
    return parseRaw(this.#text.slice(this.at, this.#endOfEntry()));
  }

  leave(): void {
    this.at = this.#endOfEntry() + 1;
  }

  #endOfEntry(): number {
    const comment = this.#text.indexOf("\n", this.at);
    const end = comment < 0 ? -1 : this.#text.indexOf("\n", comment + 1);
    if (end < 0 || !this.#text.startsWith(EXTRAS, this.at)) {
      throw new LineError("the comment above an entry is missing");
    }
    return end;
  }

  #takeExtras({ stats, row }: PresentEntry): boolean {
    const { data } = stats;
    const at = row * STAT_FIELDS;
    const nlink = data[at + STAT.nlink] ?? 1;
    return this.#take(EXTRAS) && this.#takeTime(data, at + STAT.ctimeSec) && this.#take(" ino=") &&
      this.#takeInode(data, at) && this.#take(this.#entryText.device(stats, row)) &&
      (nlink === 1 || this.#take(" nlink=") && this.#takeNumber(nlink));
  }

  #restOfLine(): string {
    const end = this.#text.indexOf("\n", this.#reading);
    const rest = end === this.#reading ? "" : this.#text.slice(this.#reading, end);
    this.#reading = end + 1;
    return rest;
  }

  #takeEntryLine({ stats, row, prefix, name, linkTarget }: PresentEntry): boolean {
    const { data } = stats;
    const at = row * STAT_FIELDS;
    return this.#take(prefix) && this.#take(name) &&
      this.#take(this.#entryText.typeAndMode(stats, row)) &&
      this.#take(this.#entryText.owner(stats, row)) &&
      (linkTarget === undefined || this.#take(" link=") && this.#take(vis(linkTarget))) &&
      (stats.type(row) !== "file" ||
        this.#take(" size=") && this.#takeNumber(stats.sizeBytes(row))) &&
      this.#take(" time=") && this.#takeTime(data, at + STAT.mtimeSec);
  }

  #takeDigest(): string | undefined {
    if (!this.#take(DIGEST_WORD)) return undefined;
    const start = this.#reading;
    this.#reading += DIGEST_CHARS;
    return this.#text.slice(start, this.#reading);
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#reading)) return false;
    this.#reading += expected.length;
    return true;
  }

  #takeTime(data: Float64Array, column: number): boolean {
    const nsec = data[column + 1] ?? 0;
    return this.#takeNumber(data[column] ?? 0) && this.#text.charCodeAt(this.#reading++) === DOT &&
      this.#takeDigits(nsec, NSEC_DIGITS);
  }

  /** Inodes above 2^53 are rare enough to be written out. */
  #takeInode(data: Float64Array, at: number): boolean {
    const high = data[at + STAT.inoHigh] ?? 0;
    const low = data[at + STAT.inoLow] ?? 0;
    if (high < EXACT_HIGH) return this.#takeNumber(high * 2 ** 32 + low);
    return this.#take(((BigInt(high) << 32n) | BigInt(low)).toString());
  }

  #takeNumber(expected: number): boolean {
    if (expected < 0) return this.#take(String(expected));
    let digits = 1;
    for (let power = 10; power <= expected; power *= 10) digits++;
    if (!this.#takeDigits(expected, digits)) return false;
    const next = this.#text.charCodeAt(this.#reading) - ZERO;
    return !(next >= 0 && next <= 9);
  }

  #takeDigits(expected: number, digits: number): boolean {
    let value = 0;
    for (const end = this.#reading + digits; this.#reading < end; this.#reading++) {
      const digit = this.#text.charCodeAt(this.#reading) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return false;
      value = value * 10 + digit;
    }
    return value === expected;
  }
}

const NOTHING: EntryRecord = {};

/** What is believed of a file: anything else, such as a number of links, is nothing it has now. */
const FILE_TAIL = /^(?: stored=\S+)?(?: state=\S+)?(?: xattr\.\S+)*$/;

/** Hex digits of a SHA-256. */
const DIGEST_CHARS = 64;
const NSEC_DIGITS = 9;
const ZERO = 0x30;
const DOT = 0x2e;

/** Upper halves below this make a number that a double holds exactly. */
const EXACT_HIGH = 2 ** 21;
