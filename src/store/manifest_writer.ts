/**
 * Writes a manifest: sections in walk order → lines of mtree(5) → gzip members. FORMAT.md has the
 * grammar.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { STAT, STAT_FIELDS, type StatTable } from "../fs/stat_table.ts";
import { EXTRAS, formatEnd, formatHeader, type ManifestHeader } from "./manifest_header.ts";
import { MEMBER_BYTES, packMember } from "./manifest_gzip.ts";
import type { EntryRecord, ManifestSection } from "./section.ts";
import { vis } from "./vis.ts";

/** What {@link ManifestWriter} needs. */
export interface ManifestWriterOptions {
  readonly header: ManifestHeader;
  /** Takes the file's bytes in order; what it throws comes out of `add` or `finish`. */
  readonly sink: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** gzip level, 1 (fast) to 9 (small). */
  readonly level: number;
  /** Names of owners, undefined for an unknown one; asked once in a row for the same id. */
  readonly userName: (uid: number) => string | undefined;
  readonly groupName: (gid: number) => string | undefined;
}

/** What was written. */
export interface ManifestTotals {
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** See the module text. */
export class ManifestWriter {
  readonly #options: ManifestWriterOptions;
  readonly #hash = createHash("sha256");
  readonly #words = new Map<number, string>();
  #owner = { uid: -1, gid: -1, text: "" };
  #device = { major: -1, minor: -1, text: "" };
  #text: string;
  #entries = 0;
  #bytes = 0;

  constructor(options: ManifestWriterOptions) {
    this.#options = options;
    this.#text = formatHeader(options.header);
  }

  /** Adds a section; sections come in the order that {@link ManifestSection} describes. */
  add(section: ManifestSection): void {
    const { relPath, continues, names, stats, records } = section;
    const path = relPath === "" ? "." : `./${vis(relPath)}`;
    if (!continues) this.#addLine(path, { stats, row: 0, record: records[0] });
    const prefix = `${path}/`;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? "";
      this.#addLine(prefix + vis(name), { stats, row: i + 1, record: records[i + 1] });
    }
  }

  /** Writes what is left. Nothing may be added after. */
  finish(): ManifestTotals {
    this.#text += formatEnd(this.#entries);
    this.#flush();
    return { entries: this.#entries, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  #addLine(path: string, { stats, row, record }: LineEntry): void {
    const numbers = stats.data;
    const at = row * STAT_FIELDS;
    const mode = numbers[at + STAT.mode] ?? 0;
    let line = EXTRAS + this.#extras(numbers, at);
    if (record !== undefined) line += recordText(record);
    line += "\n" + path + this.#typeAndMode(stats, row, mode) + this.#ownerOf(numbers, at);
    if (record?.linkTarget !== undefined) line += ` link=${vis(record.linkTarget)}`;
    line += this.#sizeOrDevice(stats, row);
    line += " time=" + timeText(numbers, at + STAT.mtimeSec);
    if (record?.digest !== undefined) line += " sha256digest=" + record.digest;
    if (record?.state === "recorded") line += " optional";
    this.#text += line + "\n";
    this.#entries++;
    if (this.#text.length >= MEMBER_BYTES) this.#flush();
  }

  #typeAndMode(stats: StatTable, row: number, mode: number): string {
    const known = this.#words.get(mode);
    if (known !== undefined) return known;
    const permissions = (mode & 0o7777).toString(8).padStart(4, "0");
    const text = ` type=${stats.type(row)} mode=${permissions}`;
    this.#words.set(mode, text);
    return text;
  }

  #ownerOf(numbers: Float64Array, at: number): string {
    const uid = numbers[at + STAT.uid] ?? 0;
    const gid = numbers[at + STAT.gid] ?? 0;
    if (uid === this.#owner.uid && gid === this.#owner.gid) return this.#owner.text;
    const user = this.#options.userName(uid);
    const group = this.#options.groupName(gid);
    const text = ` uid=${uid} gid=${gid}` +
      (user === undefined ? "" : ` uname=${vis(user)}`) +
      (group === undefined ? "" : ` gname=${vis(group)}`);
    this.#owner = { uid, gid, text };
    return text;
  }

  #sizeOrDevice(stats: StatTable, row: number): string {
    const type = stats.type(row);
    if (type === "file") return ` size=${stats.sizeBytes(row)}`;
    if (type !== "char" && type !== "block") return "";
    return ` device=native,${stats.get(row, STAT.rdevMajor)},${stats.get(row, STAT.rdevMinor)}`;
  }

  #extras(numbers: Float64Array, at: number): string {
    const nlink = numbers[at + STAT.nlink] ?? 1;
    return timeText(numbers, at + STAT.ctimeSec) + " ino=" + inodeText(numbers, at) +
      this.#deviceOf(numbers, at) + (nlink === 1 ? "" : ` nlink=${nlink}`);
  }

  #deviceOf(numbers: Float64Array, at: number): string {
    const major = numbers[at + STAT.devMajor] ?? 0;
    const minor = numbers[at + STAT.devMinor] ?? 0;
    if (major === this.#device.major && minor === this.#device.minor) return this.#device.text;
    this.#device = { major, minor, text: ` dev=${major},${minor}` };
    return this.#device.text;
  }

  #flush(): void {
    const member = packMember(new TextEncoder().encode(this.#text), this.#options.level);
    this.#text = "";
    this.#bytes += member.length;
    this.#hash.update(member);
    this.#options.sink(member);
  }
}

interface LineEntry {
  readonly stats: StatTable;
  readonly row: number;
  readonly record: EntryRecord | undefined;
}

const NSEC_DIGITS = 1_000_000_000;

/** The seconds and nanoseconds that stand in this column and the next. */
function timeText(numbers: Float64Array, column: number): string {
  return `${numbers[column]}.${String(NSEC_DIGITS + (numbers[column + 1] ?? 0)).slice(1)}`;
}

/** Upper halves below this make a number that a double holds exactly. */
const EXACT_HIGH = 2 ** 21;

function inodeText(numbers: Float64Array, at: number): string {
  const high = numbers[at + STAT.inoHigh] ?? 0;
  const low = numbers[at + STAT.inoLow] ?? 0;
  if (high < EXACT_HIGH) return String(high * 2 ** 32 + low);
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

function recordText({ storedMtime, state, xattrs }: EntryRecord): string {
  let text = "";
  if (storedMtime !== undefined) {
    text += ` stored=${storedMtime.sec}.${String(NSEC_DIGITS + storedMtime.nsec).slice(1)}`;
  }
  if (state !== undefined) text += ` state=${state}`;
  for (const [name, value] of xattrs ?? []) {
    text += ` xattr.${vis(name)}=${Buffer.from(value).toString("base64")}`;
  }
  return text;
}
