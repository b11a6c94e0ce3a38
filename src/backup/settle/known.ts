/**
 * Step 3 of 5 in one stroke: a directory of which the previous manifest says, letter for letter, what
 * the walk found. Nothing of it is taken apart: its lines go into the new manifest as they are, and
 * the linker gets its names.
 *
 * @module
 */
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { sumLineBytes, sumsFileName } from "../../store/checksum_file.ts";
import {
  DIGEST_WORD,
  type EntryText,
  pathText,
  recordText,
  STORED_WORD,
} from "../../store/entry_text.ts";
import type { ManifestBlock, ManifestText } from "../../store/manifest_blocks.ts";
import { vis } from "../../store/vis.ts";
import { EXPECTED, EXPECTED_FIELDS, type KnownLinks } from "../link/link_messages.ts";
import { previousParts, type PreviousSection, PreviousTree } from "./compare.ts";
import type { WalkedSection } from "../walk/walked.ts";

/** A directory that is as it was. */
export interface KnownSection {
  readonly walked: WalkedSection;
  readonly block: ManifestBlock;
  readonly text: ManifestText;
  /** What the linker is to do. */
  readonly links: KnownLinks;
  readonly files: number;
  /** Sizes of the files together. */
  readonly bytes: number;
}

/** What {@link KnownMatcher} needs to know of the run. */
export interface KnownOptions {
  readonly entryText: EntryText;
  /** See `UnchangedOptions`. */
  readonly trustBeforeSec: number;
  /** `dedup.metadata = "inode"`. */
  readonly linkSameMetadataOnly: boolean;
}

const NEWLINE = 0x0a;
/** Hex digits of a SHA-256. */
const DIGEST_CHARS = 64;

/**
 * The section as a known one, if the whole of the directory is in it and `block` says of every entry
 * what it would say again. Files touched after the previous run began are not believed.
 */
export function knownSection(
  walked: WalkedSection,
  block: ManifestBlock,
  options: KnownOptions,
): KnownSection | undefined {
  if (!isWhole(walked) || walked.problems.length > 0) return undefined;
  const reading = new Reading(walked, block.text, options);
  if (!reading.takeAll()) return undefined;
  const { relPath, names, stats } = walked;
  const entries = names.length + 1;
  return {
    walked,
    block,
    text: { text: block.text, entries, origin: block.origin },
    links: {
      relPath,
      names: names.join("/"),
      expected: reading.expected,
      sums: reading.files === 0 ? undefined : {
        fileName: sumsFileName((name) => walked.reservedNames.includes(name)),
        sizeBytes: reading.sumsBytes,
        mtime: { sec: stats.get(0, STAT.mtimeSec), nsec: stats.get(0, STAT.mtimeNsec) },
      },
      sameMetadataOnly: options.linkSameMetadataOnly,
    },
    files: reading.files,
    bytes: reading.bytes,
  };
}

/** What the previous snapshot has of a known section, entry by entry. */
export async function previousOf({ walked, block }: KnownSection): Promise<PreviousSection> {
  const parts = previousParts((async function* () {
    yield await Promise.resolve(block);
  })());
  const tree = new PreviousTree(parts, (error) => {
    throw error;
  });
  return await tree.match(walked);
}

/** Whether all of the directory is in the section. */
export function isWhole({ continues, ends }: WalkedSection): boolean {
  return !continues && ends;
}

/** Reads the text beside the section, entry by entry, as long as they agree. */
class Reading {
  readonly expected: Float64Array<ArrayBuffer>;
  files = 0;
  bytes = 0;
  sumsBytes = 0;
  readonly #walked: WalkedSection;
  readonly #text: string;
  readonly #options: KnownOptions;
  #at = 0;
  #storedSec = 0;
  #storedNsec = 0;

  constructor(walked: WalkedSection, text: string, options: KnownOptions) {
    this.#walked = walked;
    this.#text = text;
    this.#options = options;
    this.expected = new Float64Array(walked.names.length * EXPECTED_FIELDS);
  }

  takeAll(): boolean {
    const { relPath, names } = this.#walked;
    const path = pathText(relPath);
    if (!this.#takeEntry(0, path)) return false;
    const prefix = `${path}/`;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? "";
      if (!this.#takeEntry(i + 1, prefix + vis(name))) return false;
      this.#expect(i, name);
    }
    return this.#at === this.#text.length;
  }

  #takeEntry(row: number, path: string): boolean {
    const { stats, linkTargets } = this.#walked;
    const { entryText } = this.#options;
    const type = stats.type(row);
    if (type !== "file" && type !== "link" && row > 0) return false;
    if (row > 0 && !this.#isTrusted(stats, row)) return false;
    if (!this.#take(entryText.extras(stats, row))) return false;
    this.#storedSec = stats.get(row, STAT.mtimeSec);
    this.#storedNsec = stats.get(row, STAT.mtimeNsec);
    const tailed = type === "file" ? this.#takeFileTail() : this.#takeTail(row);
    if (!tailed || !this.#take(path)) return false;
    if (!this.#take(entryText.keywords(stats, row, linkTargets.get(row)))) return false;
    if (type === "file") {
      if (!this.#take(DIGEST_WORD)) return false;
      this.#at += DIGEST_CHARS;
    }
    return this.#text.charCodeAt(this.#at++) === NEWLINE;
  }

  /** Where there is no change time, the time of modification has to do, as in `changeTest`. */
  #isTrusted(stats: StatTable, row: number): boolean {
    const hasCtime = stats.get(row, STAT.ctimeSec) !== 0;
    const [sec, nsec] = hasCtime
      ? [STAT.ctimeSec, STAT.ctimeNsec]
      : [STAT.mtimeSec, STAT.mtimeNsec];
    return stats.get(row, sec) + stats.get(row, nsec) / 1e9 < this.#options.trustBeforeSec;
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** What the comment line says of no regular file beyond the stat row, and its end. */
  #takeTail(row: number): boolean {
    const xattrs = this.#walked.xattrs.get(row);
    return this.#take(`${xattrs === undefined ? "" : recordText({ xattrs })}\n`);
  }

  /** Attributes of files are read when the file is; ctime tells that they are as they were. */
  #takeFileTail(): boolean {
    if (this.#text.charCodeAt(this.#at) === NEWLINE) {
      this.#at++;
      return true;
    }
    const end = this.#text.indexOf("\n", this.#at);
    const tail = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    if (!/^(?: stored=-?[0-9]+\.[0-9]{9})?(?: xattr\.[!-~]+)*$/.test(tail)) return false;
    if (!tail.startsWith(STORED_WORD)) return true;
    if (this.#options.linkSameMetadataOnly) return false;
    const [sec = "", nsec = ""] = tail.slice(STORED_WORD.length).split(" ", 1)[0]?.split(".") ?? [];
    this.#storedSec = Number(sec);
    this.#storedNsec = Number(nsec);
    return true;
  }

  #expect(index: number, name: string): void {
    const { stats } = this.#walked;
    const row = index + 1;
    const at = index * EXPECTED_FIELDS;
    const { expected } = this;
    expected[at + EXPECTED.mode] = stats.get(row, STAT.mode);
    expected[at + EXPECTED.sizeBytes] = stats.get(row, STAT.sizeBytes);
    expected[at + EXPECTED.mtimeSec] = this.#storedSec;
    expected[at + EXPECTED.mtimeNsec] = this.#storedNsec;
    expected[at + EXPECTED.uid] = stats.get(row, STAT.uid);
    expected[at + EXPECTED.gid] = stats.get(row, STAT.gid);
    if (stats.type(row) !== "file") return;
    this.files++;
    this.bytes += stats.sizeBytes(row);
    this.sumsBytes += sumLineBytes(name);
  }
}
