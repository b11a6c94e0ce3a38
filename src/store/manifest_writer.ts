/**
 * Writes a manifest: sections in walk order → lines of mtree(5) → gzip members. FORMAT.md has the
 * grammar.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { StatTable } from "../fs/stat_table.ts";
import {
  DIGEST_WORD,
  EntryText,
  type OwnerNames,
  pathText,
  recordText,
  STAMP_WORD,
} from "./entry_text.ts";
import type { ManifestText } from "./manifest_blocks.ts";
import { MEMBER_BYTES, type PackedMember, packMember } from "./manifest_gzip.ts";
import { formatEnd, formatHeader, type ManifestHeader } from "./manifest_header.ts";
import type { EntryRecord, ManifestSection } from "./section.ts";
import { vis } from "./vis.ts";

/** What {@link ManifestWriter} needs. */
export interface ManifestWriterOptions extends OwnerNames {
  readonly header: ManifestHeader;
  /** Takes the file's bytes in order; what it throws comes out of `add` or `finish`. */
  readonly sink: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** gzip level, 1 (fast) to 9 (small). */
  readonly level: number;
}

/** A section to write. */
export interface NewSection extends ManifestSection {
  /**
   * What tells the whole directory when it is met again. Only for one that has every entry of it,
   * with nothing said of any that the walk did not see, but for the digests of its files.
   */
  readonly stamp?: string | undefined;
  readonly kept?: KeptLines | undefined;
}

/** Entries that stand in another manifest already, as they are to be written. */
export interface KeptLines {
  readonly text: string;
  /** By row: where the lines of the entry begin and end in `text`; twice the same for none. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** What was written. */
export interface ManifestTotals {
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** Where a member ends within a directory, if need be. */
const MAX_MEMBER_CHARS = 2 * MEMBER_BYTES;

/** See the module text. */
export class ManifestWriter {
  readonly #options: ManifestWriterOptions;
  readonly #hash = createHash("sha256");
  readonly #entryText: EntryText;
  #text: string;
  #entries = 0;
  #bytes = 0;
  /** A member of another manifest of which everything so far was added as it stands there. */
  #copying: { readonly packed: PackedMember; end: number } | undefined;

  constructor(options: ManifestWriterOptions) {
    this.#options = options;
    this.#entryText = new EntryText(options);
    this.#text = formatHeader(options.header);
  }

  /** Adds a section; sections come in the order that {@link ManifestSection} describes. */
  add(section: NewSection): void {
    const { relPath, continues, names, stats, records, stamp, kept } = section;
    if (!continues) this.#beforeDirectory();
    const path = pathText(relPath);
    if (!continues) this.#addLine(path, { stats, row: 0, record: records[0], stamp });
    const prefix = `${path}/`;
    for (let row = 1; row <= names.length; row++) {
      if (kept !== undefined) row = this.#addKept(kept, row);
      if (row > names.length) break;
      this.#addLine(prefix + vis(names[row - 1] ?? ""), { stats, row, record: records[row] });
    }
  }

  /** Adds the entries from `row` on that stand there one behind the other; returns the next row. */
  #addKept({ text, starts, ends }: KeptLines, row: number): number {
    const start = starts[row] ?? 0;
    let end = start;
    let next = row;
    while (starts[next] === end && (ends[next] ?? 0) > end) end = ends[next++] ?? 0;
    if (next === row) return row;
    this.#copying = undefined;
    this.#text += text.slice(start, end);
    this.#entries += next - row;
    if (this.#text.length >= MAX_MEMBER_CHARS) this.#flush();
    return next;
  }

  /** Adds a whole directory as another manifest of ours has it. */
  addText({ text, entries, origin }: ManifestText): void {
    if (origin?.start === 0 && this.#text.length >= MEMBER_BYTES / 2) this.#flush();
    else this.#beforeDirectory();
    const follows = this.#text === ""
      ? origin?.start === 0
      : this.#copying !== undefined && this.#copying.packed === origin?.packed &&
        this.#copying.end === origin.start;
    this.#copying = follows && origin !== undefined
      ? { packed: origin.packed, end: origin.start + text.length }
      : undefined;
    this.#text += text;
    this.#entries += entries;
    if (this.#copying?.end === origin?.packed.plainBytes) this.#flush();
  }

  /** Writes what is left. Nothing may be added after. */
  finish(): ManifestTotals {
    this.#copying = undefined;
    this.#text += formatEnd(this.#entries);
    this.#flush();
    return { entries: this.#entries, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Members end between directories, so that they are the same again where nothing changed. */
  #beforeDirectory(): void {
    if (this.#text.length >= MEMBER_BYTES) this.#flush();
  }

  #addLine(path: string, { stats, row, record, stamp }: LineEntry): void {
    this.#copying = undefined;
    let line = this.#entryText.extras(stats, row);
    if (record !== undefined) line += recordText(record);
    if (stamp !== undefined) line += STAMP_WORD + stamp;
    line += "\n" + path + this.#entryText.keywords(stats, row, record?.linkTarget);
    if (record?.digest !== undefined) line += DIGEST_WORD + record.digest;
    if (record?.state === "recorded") line += " optional";
    this.#text += line + "\n";
    this.#entries++;
    if (this.#text.length >= MAX_MEMBER_CHARS) this.#flush();
  }

  #flush(): void {
    const { level, sink } = this.#options;
    const copied = this.#copying;
    const member = copied !== undefined && copied.end === copied.packed.plainBytes
      ? copied.packed.bytes
      : packMember(new TextEncoder().encode(this.#text), level);
    this.#copying = undefined;
    this.#text = "";
    this.#bytes += member.length;
    this.#hash.update(member);
    sink(member);
  }
}

interface LineEntry {
  readonly stats: StatTable;
  readonly row: number;
  readonly record: EntryRecord | undefined;
  readonly stamp?: string | undefined;
}
