/**
 * The entries of a manifest of ours, of which only those are parsed that differ from those of
 * another one: lines that two manifests share are passed over as bytes, and members that they share
 * are not even unpacked.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { gunzipMember } from "../../store/manifest_gzip.ts";
import { EXTRAS } from "../../store/manifest_header.ts";
import { LineError } from "../../store/manifest_line.ts";
import type { ManifestScan } from "../../store/manifest_scan.ts";
import {
  comparePlaces,
  encodePath,
  type EntryPlace,
  isWithin,
  parseRaw,
} from "../../store/raw_entry.ts";
import { type EntryCursor, placeBelow, type TreeEntry } from "./entry_cursor.ts";

const NEWLINE = 0x0a;
const HASH = 0x23;
/** The x of `xattr`; no other word of a comment has one. */
const LETTER_OF_XATTR = 0x78;
const NOTHING = Buffer.alloc(0);
const EXTRAS_BYTES = Buffer.from(EXTRAS);

/** Members that are unpacked until signals and timers get their turn: some 30 ms. */
const MEMBERS_AT_A_TIME = 8;

/** Bytes that are compared first, and at most, in one step. */
const FIRST_STEP = 256;
const LAST_STEP = 256 * 1024;

/** See the module text. Throws what `isManifestDamage` holds for when the manifest is damaged. */
export class ManifestCursor implements EntryCursor {
  readonly #scan: ManifestScan;
  readonly #scope: string;
  /** Whole lines; what is before `#at` was passed. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** The member to be unpacked next, and the one after the last that is wanted. */
  #next = 0;
  readonly #end: number;
  #entry: TreeEntry | undefined;
  /** Where the entry at hand ends. */
  #entryEnd = 0;
  #last: EntryPlace | undefined;
  #ended = false;
  #loads = 0;

  /**
   * `scope` is the part of the tree that is wanted: an entry and all below it; `""` is everything.
   *
   * @throws {isManifestDamage}
   */
  constructor(scan: ManifestScan, scope: string) {
    this.#scan = scan;
    this.#scope = scope;
    this.#end = scan.members;
    if (scope === "") return;
    this.#ended = !this.#goTo(scope);
    if (!this.#ended) this.#end = scan.seekBehind(scope, this.#next - 1) + 1;
  }

  get needsLoad(): boolean {
    if (this.#ended || this.#entry !== undefined) return false;
    this.#find();
    return !this.#ended && this.#entry === undefined;
  }

  get entry(): TreeEntry | undefined {
    return this.#entry;
  }

  async load(): Promise<void> {
    while (this.needsLoad) {
      if (this.#loads % MEMBERS_AT_A_TIME === MEMBERS_AT_A_TIME - 1) await nextTurn();
      this.#loadMember();
    }
  }

  advance(): void {
    this.#at = this.#entryEnd;
    this.#entry = undefined;
  }

  close(): Promise<void> {
    this.#ended = true;
    this.#entry = undefined;
    this.#bytes = NOTHING;
    return Promise.resolve();
  }

  /** Where the manifest is known up to: the place of the entry that was passed last. */
  get passed(): EntryPlace | undefined {
    const here = lastPlace(this.#bytes.subarray(0, this.#at));
    if (here !== undefined) return here;
    for (let index = this.#next - (this.#bytes.length > 0 ? 2 : 1); index >= 0; index--) {
      const place = lastPlace(unpacked(this.#scan.packed(index)));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Passes over the entries that both have at the same place with the same words. */
  async skipShared(other: ManifestCursor): Promise<void> {
    if (this.#scope !== other.#scope) return;
    for (let skipped = true; skipped;) {
      await this.#skipMembers(other);
      skipped = this.#skipLines(other);
    }
  }

  async #skipMembers(other: ManifestCursor): Promise<void> {
    while (this.#isBetween && other.#isBetween) {
      // The last one is read: it has to say that the manifest ends.
      if (this.#next + 1 >= this.#end || other.#next + 1 >= other.#end) return;
      const own = this.#scan.packed(this.#next);
      if (!sameBytes(own, other.#scan.packed(other.#next))) return;
      if (++this.#loads % MEMBERS_AT_A_TIME === 0) await nextTurn();
      for (const cursor of [this, other]) {
        cursor.#next++;
        cursor.#bytes = NOTHING;
        cursor.#at = 0;
      }
    }
  }

  /** Whether all of what was unpacked is passed, and more follows. */
  get #isBetween(): boolean {
    return !this.#ended && this.#at >= this.#bytes.length && this.#next < this.#end;
  }

  /** Returns true when both are through with what was unpacked, and more follows. */
  #skipLines(other: ManifestCursor): boolean {
    let moved = false;
    while (this.#skipBytes(other) || this.#skipAlike(other)) moved = true;
    return moved && this.#isBetween && other.#isBetween;
  }

  /** Passes over entries that are the same to the byte. */
  #skipBytes(other: ManifestCursor): boolean {
    const shared = sharedLength(
      this.#bytes.subarray(this.#at),
      other.#bytes.subarray(other.#at),
    );
    if (shared === 0) return false;
    const start = entryStart(this.#bytes, this.#at, this.#at + shared);
    const passed = start - this.#at;
    if (passed === 0) return false;
    this.#pass(passed);
    other.#pass(passed);
    return true;
  }

  /** Passes over an entry that is the same but for inode, links and time of change. */
  #skipAlike(other: ManifestCursor): boolean {
    const own = findLines(this.#bytes, this.#at);
    if (own === undefined) return false;
    const its = findLines(other.#bytes, other.#at);
    if (its === undefined || own.end - own.line !== its.end - its.line) return false;
    for (let i = own.line, j = its.line; i < own.end; i++, j++) {
      if (this.#bytes[i] !== other.#bytes[j]) return false;
    }
    this.#pass(own.end - this.#at);
    other.#pass(its.end - other.#at);
    return true;
  }

  #pass(bytes: number): void {
    this.#at += bytes;
    this.#entry = undefined;
  }

  #loadMember(): void {
    if (this.#next >= this.#end) {
      this.#ended = true;
      if (this.#scope === "") this.#scan.checkEnd();
      return;
    }
    this.#loads++;
    const plain = unpacked(this.#scan.packed(this.#next));
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? plain : Buffer.concat([rest, plain]);
    this.#at = 0;
    this.#next++;
  }

  /** Parses the entry at hand, if all of it is there. */
  #find(): void {
    const bytes = this.#bytes;
    for (let at = this.#at; at < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, at) + 1;
      if (end === 0) return;
      if (bytes[at] === HASH) {
        if (!startsWith(bytes, at, EXTRAS_BYTES)) this.#at = end; // of the header, or the last line
        at = end;
        continue;
      }
      const raw = bytes.toString("latin1", this.#at, end - 1);
      this.#entryEnd = end;
      this.#take(raw);
      return;
    }
  }

  #take(raw: string): void {
    const parsed = parseRaw(raw);
    const isDir = parsed.stats.isDir(parsed.row);
    const place = placeOfEntry(parsed.relPath, { isDir });
    if (!isWithin(parsed.relPath, this.#scope)) {
      this.#ended = true;
      return;
    }
    if (this.#last !== undefined && comparePlaces(this.#last, place) >= 0) {
      throw new LineError("the entries are not in order");
    }
    this.#last = place;
    this.#entry = { ...parsed, place: placeBelow(this.#scope, place), isStored: false };
  }

  /** Goes to the entry `relPath`; false when there is none. */
  #goTo(relPath: string): boolean {
    const line = Buffer.from(`\n${encodePath(relPath)} `);
    for (const isDir of [true, false]) {
      const index = this.#scan.seek(placeOfEntry(relPath, { isDir }));
      const bytes = unpacked(this.#scan.packed(index));
      const found = startsWith(bytes, 0, line.subarray(1)) ? 0 : bytes.indexOf(line) + 1;
      if (found === 0 && !startsWith(bytes, 0, line.subarray(1))) continue;
      this.#bytes = bytes;
      this.#at = entryStart(bytes, 0, found);
      this.#next = index + 1;
      return true;
    }
    return false;
  }
}

function placeOfEntry(relPath: string, { isDir }: { isDir: boolean }): EntryPlace {
  if (isDir) return { relPath, name: undefined };
  const slash = relPath.lastIndexOf("/");
  return { relPath: relPath.slice(0, Math.max(slash, 0)), name: relPath.slice(slash + 1) };
}

function unpacked(packed: Uint8Array): Buffer {
  const plain = gunzipMember(packed);
  return Buffer.from(plain.buffer, plain.byteOffset, plain.length);
}

/** Where the entry begins that has the byte at `at`, or that begins there; not before `from`. */
function entryStart(bytes: Buffer, from: number, at: number): number {
  const line = lineStart(bytes, from, at);
  if (line === from) return line;
  const above = lineStart(bytes, from, line - 1);
  return startsWith(bytes, above, EXTRAS_BYTES) ? above : line;
}

function lineStart(bytes: Buffer, from: number, at: number): number {
  let start = at;
  while (start > from && bytes[start - 1] !== NEWLINE) start--;
  return Math.max(start, from);
}

/**
 * Where the entry that begins at `at` has its own line, and where that ends. Undefined when it is not
 * all there, or its comment says more than inode, links and times: attributes are part of an entry.
 */
function findLines(bytes: Buffer, at: number): { line: number; end: number } | undefined {
  if (!startsWith(bytes, at, EXTRAS_BYTES)) return undefined;
  let line = at;
  for (; bytes[line] !== NEWLINE; line++) {
    if (line >= bytes.length || bytes[line] === LETTER_OF_XATTR) return undefined;
  }
  let end = ++line;
  while (end < bytes.length && bytes[end] !== NEWLINE) end++;
  return end < bytes.length ? { line, end: end + 1 } : undefined;
}

function startsWith(bytes: Buffer, at: number, wanted: Buffer): boolean {
  if (bytes.length - at < wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[at + i] !== wanted[i]) return false;
  }
  return true;
}

/** The place of the last entry in whole lines. */
function lastPlace(bytes: Buffer): EntryPlace | undefined {
  for (let end = bytes.length; end > 0;) {
    const start = lineStart(bytes, 0, end - 1);
    if (bytes[start] !== HASH) {
      const { relPath, stats, row } = parseRaw(bytes.toString("latin1", start, end - 1));
      return placeOfEntry(relPath, { isDir: stats.isDir(row) });
    }
    end = start;
  }
  return undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** How many bytes both begin with. */
function sharedLength(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  let step = FIRST_STEP;
  while (at < most) {
    const end = Math.min(most, at + step);
    if (Buffer.compare(a.subarray(at, end), b.subarray(at, end)) === 0) {
      at = end;
      step = Math.min(step * 2, LAST_STEP);
    } else if (end - at <= FIRST_STEP) {
      while (a[at] === b[at]) at++;
      return at;
    } else step = Math.max(FIRST_STEP, (end - at) >> 1);
  }
  return most;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
