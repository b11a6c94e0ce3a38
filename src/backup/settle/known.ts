/**
 * Step 3 of 5 in one stroke: a directory of which the previous manifest says, letter for letter, what
 * the walk found. Nothing of it is taken apart: its lines go into the new manifest as they are, and
 * the linker gets its names.
 *
 * @module
 */
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { sumsFileName } from "../../store/checksum_file.ts";
import {
  DIGEST_WORD,
  type EntryText,
  pathText,
  recordText,
  stampIn,
  STORED_WORD,
} from "../../store/entry_text.ts";
import type { ManifestBlock, ManifestText } from "../../store/manifest_blocks.ts";
import { vis } from "../../store/vis.ts";
import type { KnownLinks, StoredMtime } from "../link/link_messages.ts";
import { previousParts, type PreviousSection, PreviousTree } from "./compare.ts";
import type { WalkedSection } from "../walk/walked.ts";
import { SettlingSection } from "./settling.ts";

/** A directory that is as it was. */
export interface KnownSection {
  /** Its `stats` have the row of the directory alone: those of the entries go to the linker. */
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
  const { stamp, problems } = walked;
  if (!isWhole(walked) || problems.length > 0 || stamp === undefined) return undefined;
  if (stamp.touchedSec >= options.trustBeforeSec) return undefined;
  const recorded = stampIn(firstLine(block.text));
  if (recorded === undefined) return readSection(walked, block, options);
  if (recorded !== options.entryText.stamp(stamp)) return undefined;
  return known(walked, { block, text: block.text, storedMtimes: NONE, options });
}

/** Entry by entry, for a directory without a stamp: it has files that share another file's inode. */
function readSection(
  walked: WalkedSection,
  block: ManifestBlock,
  options: KnownOptions,
): KnownSection | undefined {
  const reading = new Reading(walked, block.text, options);
  if (!reading.takeAll()) return undefined;
  return known(walked, { block, text: block.text, storedMtimes: reading.storedMtimes, options });
}

const NONE: ReadonlyMap<number, StoredMtime> = new Map();

function firstLine(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}

interface Known {
  readonly block: ManifestBlock;
  readonly text: string;
  readonly storedMtimes: ReadonlyMap<number, StoredMtime>;
  readonly options: KnownOptions;
}

function known(
  walked: WalkedSection,
  { block, text, storedMtimes, options }: Known,
): KnownSection {
  const { relPath, names, stats, stamp } = walked;
  const { files = 0, bytes = 0, sumsBytes = 0 } = stamp ?? {};
  const own = new StatTable(1);
  own.copyRow(0, stats, 0);
  return {
    walked: { ...walked, stats: own },
    block,
    text: { text, entries: names.length + 1, origin: block.origin },
    links: {
      relPath,
      names: names.join("/"),
      stats: stats.data,
      storedMtimes,
      sums: files === 0 ? undefined : {
        fileName: sumsFileName((name) => walked.reservedNames.includes(name)),
        sizeBytes: sumsBytes,
        mtime: { sec: stats.get(0, STAT.mtimeSec), nsec: stats.get(0, STAT.mtimeNsec) },
      },
      sameMetadataOnly: options.linkSameMetadataOnly,
    },
    files,
    bytes,
  };
}

/** A known section like any other, entry by entry: what the walk found is what the manifest says. */
export async function takenApart(known: KnownSection): Promise<SettlingSection> {
  const { walked } = known;
  const previous = await previousOf(known);
  const stats = new StatTable(walked.names.length + 1);
  stats.copyRow(0, walked.stats, 0);
  for (const [index, entry] of previous.entries.entries()) {
    if (entry !== undefined) stats.copyRow(index + 1, entry.stats, entry.row);
  }
  return new SettlingSection({ ...walked, stats }, previous);
}

async function previousOf({ walked, block }: KnownSection): Promise<PreviousSection> {
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
  readonly storedMtimes = new Map<number, StoredMtime>();
  readonly #walked: WalkedSection;
  readonly #text: string;
  readonly #options: KnownOptions;
  #at = 0;

  constructor(walked: WalkedSection, text: string, options: KnownOptions) {
    this.#walked = walked;
    this.#text = text;
    this.#options = options;
  }

  takeAll(): boolean {
    const { relPath, names } = this.#walked;
    const path = pathText(relPath);
    if (!this.#takeEntry(0, path)) return false;
    const prefix = `${path}/`;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? "";
      if (!this.#takeEntry(i + 1, prefix + vis(name))) return false;
    }
    return this.#at === this.#text.length;
  }

  #takeEntry(row: number, path: string): boolean {
    const { stats, linkTargets } = this.#walked;
    const { entryText } = this.#options;
    const type = stats.type(row);
    if (type !== "file" && type !== "link" && row > 0) return false;
    if (!this.#take(entryText.extras(stats, row))) return false;
    const tailed = type === "file" ? this.#takeFileTail(row) : this.#takeTail(row);
    if (!tailed || !this.#take(path)) return false;
    if (!this.#take(entryText.keywords(stats, row, linkTargets.get(row)))) return false;
    if (type === "file") {
      if (!this.#take(DIGEST_WORD)) return false;
      this.#at += DIGEST_CHARS;
    }
    return this.#text.charCodeAt(this.#at++) === NEWLINE;
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
  #takeFileTail(row: number): boolean {
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
    this.storedMtimes.set(row, { sec: Number(sec), nsec: Number(nsec) });
    return true;
  }
}
