/**
 * Reads a manifest of ours raw: any member of it alone, as text in which lines are looked for, for
 * those who want few of many entries. Who wants all of them, checked for order and parents, reads
 * with `readManifest`.
 *
 * @module
 */
import { hash } from "node:crypto";
import { comparePaths } from "../base/path_bytes.ts";
import { type Dir, type File, type FileSystem, FsError } from "../fs/file_system.ts";
import { decodeAscii } from "./ascii.ts";
import {
  gunzipMember,
  gunzipStart,
  MEMBER_HEADER,
  memberBytes,
  UnpackError,
} from "./manifest_gzip.ts";
import { HeaderReader, MANIFEST_VERSION, type ManifestHeader } from "./manifest_header.ts";
import { LineError } from "./manifest_line.ts";
import { ManifestError } from "./manifest_reader.ts";
import { comparePlaces, type EntryPlace, isWithin, type Member, RawCursor } from "./raw_entry.ts";

/** Enough of a member to unpack its first entry, as a rule. */
const START_BYTES = 2048;

/** Unpacked members that are kept: those to which a search comes back. */
const KEPT_MEMBERS = 3;

/** Whether a manifest is damaged or cannot be read, as opposed to an error of the program. */
export function isManifestDamage(error: unknown): error is Error {
  return error instanceof ManifestError || error instanceof UnpackError ||
    error instanceof LineError || error instanceof FsError;
}

/**
 * Opens a manifest for raw reading; undefined when it is not one of phlb's in this format. Close it
 * when done. Where this says {@link isManifestDamage} errors, it means those for which that holds.
 *
 * @throws {isManifestDamage} when its first member cannot be read
 */
export function openManifestScan(
  fs: FileSystem,
  dir: Dir,
  name: string,
): ManifestScan | undefined {
  const file = fs.openFile(dir, name);
  try {
    const scan = new ManifestScan(fs, file);
    if (scan.members > 0 && scan.header?.formatVersion === MANIFEST_VERSION) return scan;
    fs.closeFile(file);
    return undefined;
  } catch (error) {
    fs.closeFile(file);
    throw error;
  }
}

/** An open manifest of ours. Made by {@link openManifestScan}. */
export class ManifestScan {
  /** What the manifest says of itself. */
  readonly header: ManifestHeader | undefined;
  readonly #fs: FileSystem;
  readonly #file: File;
  /** Where each member begins, and last where the last one ends. */
  readonly #offsets: readonly number[];
  /** The last member is not the end of the file: what follows is none of ours. */
  readonly #isCut: boolean;
  readonly #kept = new Map<number, Member>();
  readonly #starts = new Map<number, EntryPlace | undefined>();

  /** Reads the table of members and the header; `file` is closed with {@link close}. */
  constructor(fs: FileSystem, file: File) {
    this.#fs = fs;
    this.#file = file;
    const { offsets, isCut } = memberTable(fs, file);
    this.#offsets = offsets;
    this.#isCut = isCut;
    this.header = this.members === 0 ? undefined : headerOf(this.member(0));
  }

  /** How many members can be cut out of it. */
  get members(): number {
    return this.#offsets.length - 1;
  }

  /** Size of the file up to the end of the last member. */
  get bytes(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  close(): void {
    this.#kept.clear();
    this.#fs.closeFile(this.#file);
  }

  /**
   * A member as it lies on disk.
   *
   * @throws {isManifestDamage}
   */
  packed(index: number): Uint8Array<ArrayBuffer> {
    const length = (this.#offsets[index + 1] ?? 0) - (this.#offsets[index] ?? 0);
    return this.#read(index, length);
  }

  /**
   * A member, unpacked and checked.
   *
   * @throws {isManifestDamage}
   */
  member(index: number): Member {
    const known = this.#kept.get(index);
    if (known !== undefined) return known;
    const member = unpackMember(this.packed(index));
    this.#kept.set(index, member);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size > KEPT_MEMBERS) this.#kept.delete(oldest);
    }
    return member;
  }

  /**
   * The member in which the entry at `place` stands, if it stands anywhere.
   *
   * @throws {isManifestDamage}
   */
  seek(place: EntryPlace): number {
    return this.#lastWhere((first) => comparePlaces(first, place) <= 0, 0);
  }

  /**
   * The member in which the first entry stands that is neither `relPath` nor below it; `from` is one
   * that begins before or in it.
   *
   * @throws {isManifestDamage}
   */
  seekBehind(relPath: string, from: number): number {
    const isBefore = ({ relPath: first }: EntryPlace) =>
      isWithin(first, relPath) || comparePaths(first, relPath) < 0;
    return this.#lastWhere(isBefore, from);
  }

  /**
   * Takes notice that the last member was read.
   *
   * @throws {isManifestDamage} when something is missing behind it
   */
  checkEnd(): void {
    if (this.#isCut) throw new UnpackError("the file ends too early");
    const { text } = this.member(this.members - 1);
    const lastLine = text.slice(text.lastIndexOf("\n", text.length - 2) + 1);
    if (!/^# phlb end [0-9]+\n$/.test(lastLine)) {
      throw new LineError("the manifest ends too early");
    }
  }

  /** The last member whose first entry holds `test`, which is true up to somewhere. */
  #lastWhere(test: (first: EntryPlace) => boolean, from: number): number {
    let low = from;
    let high = this.members;
    // The next one is the most likely answer of those who read on.
    for (let middle = low + 1; high - low > 1; middle = (low + high) >> 1) {
      const start = this.#start(middle);
      if (start !== undefined && test(start)) low = middle;
      else high = middle;
    }
    this.#confirm(test, low);
    return low;
  }

  /** What led to a member was read without a look at its checksum. */
  #confirm(test: (first: EntryPlace) => boolean, found: number): void {
    const own = firstPlace(this.member(found));
    const next = found + 1 < this.members ? firstPlace(this.member(found + 1)) : undefined;
    const isRight = (found === 0 || own === undefined || test(own)) &&
      (next === undefined || !test(next));
    if (!isRight) throw new UnpackError("the compressed data is damaged");
  }

  /** The first entry of a member, not checked; undefined for a last member that has none. */
  #start(index: number): EntryPlace | undefined {
    if (this.#starts.has(index)) return this.#starts.get(index);
    const place = this.#unpackStart(index) ?? firstPlace(this.member(index));
    this.#starts.set(index, place);
    return place;
  }

  #unpackStart(index: number): EntryPlace | undefined {
    const length = (this.#offsets[index + 1] ?? 0) - (this.#offsets[index] ?? 0);
    if (this.#kept.has(index) || length <= START_BYTES) return undefined;
    const bytes = gunzipStart(this.#read(index, START_BYTES));
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    return firstPlace(memberOf(bytes.subarray(0, end)));
  }

  #read(index: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    const count = this.#fs.read(this.#file, bytes, this.#offsets[index] ?? 0);
    if (count < length) throw new UnpackError("the file ends too early");
    return bytes;
  }
}

/**
 * Unpacks what {@link ManifestScan.packed} gave.
 *
 * @throws {isManifestDamage}
 */
export function unpackMember(packed: Uint8Array): Member {
  return memberOf(gunzipMember(packed));
}

/** The same for the same bytes; nothing else has it. */
export function memberKey(packed: Uint8Array): string {
  return hash("sha256", packed, "base64");
}

function memberOf(plain: Uint8Array): Member {
  const text = decodeAscii(plain);
  if (text === undefined) throw new LineError("the text is not ASCII");
  return { text };
}

function firstPlace(member: Member): EntryPlace | undefined {
  const cursor = new RawCursor(member);
  return cursor.next() ? cursor.place : undefined;
}

function headerOf({ text }: Member): ManifestHeader | undefined {
  const reader = new HeaderReader();
  for (let at = 0; text.startsWith("#", at);) {
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    reader.add(text.slice(at, end));
    at = end + 1;
  }
  return reader.header;
}

function memberTable(fs: FileSystem, file: File): { offsets: number[]; isCut: boolean } {
  const offsets = [0];
  const header = new Uint8Array(MEMBER_HEADER);
  const input = { uint16: (at: number) => (header[at] ?? 0) | ((header[at + 1] ?? 0) << 8) };
  for (let at = 0;;) {
    const count = fs.read(file, header, at);
    if (count === 0) return { offsets, isCut: false };
    const length = count < header.length ? undefined : memberBytes(input);
    if (length === undefined) return { offsets, isCut: true };
    at += length;
    offsets.push(at);
  }
}

const NEWLINE = 0x0a;
