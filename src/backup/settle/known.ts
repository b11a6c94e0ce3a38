/**
 * Step 3 of 5 in one stroke: a directory of which the previous manifest says what the walk found.
 * Nothing of it is taken apart: its lines go into the new manifest as they are, and the linker gets
 * its names. Where some entries differ, the lines of the others still do.
 *
 * @module
 */
import { compareNames } from "../../base/path_bytes.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { sumsFileName } from "../../store/checksum_file.ts";
import { EntryLines } from "../../store/entry_lines.ts";
import { type EntryText, pathText, stampIn } from "../../store/entry_text.ts";
import type { ManifestBlock, ManifestText } from "../../store/manifest_blocks.ts";
import { LineError } from "../../store/manifest_line.ts";
import type { KeptLines } from "../../store/manifest_writer.ts";
import type { EntryRecord } from "../../store/section.ts";
import { vis } from "../../store/vis.ts";
import type { KnownLinks, StoredMtime } from "../link/link_messages.ts";
import {
  type PreviousEntry,
  previousParts,
  type PreviousSection,
  PreviousTree,
} from "./compare.ts";
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

/**
 * A whole directory beside what the previous manifest says of it: known, if that is what it would
 * say again of every entry, else what it says of each. Files touched after the previous run began
 * are not believed. Undefined when the text cannot be made sense of.
 */
export function compareText(
  walked: WalkedSection,
  block: ManifestBlock,
  options: KnownOptions,
): KnownSection | PreviousSection | undefined {
  if (!isWhole(walked)) return undefined;
  try {
    return knownByStamp(walked, block, options) ?? readEntries(walked, block, options);
  } catch (error) {
    if (error instanceof LineError) return undefined;
    throw error;
  }
}

function knownByStamp(
  walked: WalkedSection,
  block: ManifestBlock,
  options: KnownOptions,
): KnownSection | undefined {
  const { stamp, problems } = walked;
  if (problems.length > 0 || stamp === undefined) return undefined;
  if (stamp.touchedSec >= options.trustBeforeSec) return undefined;
  const recorded = stampIn(firstLine(block.text));
  if (recorded !== options.entryText.stamp(stamp)) return undefined;
  return known(walked, { block, text: block.text, storedMtimes: NONE, options });
}

function readEntries(
  walked: WalkedSection,
  block: ManifestBlock,
  options: KnownOptions,
): KnownSection | PreviousSection {
  const reading = new Reading(walked, block.text, options);
  const previous = reading.takeAll();
  const { storedMtimes } = reading;
  const { stamp, problems } = walked;
  const isKnown = reading.isAllSame && problems.length === 0 &&
    stamp !== undefined && stamp.touchedSec < options.trustBeforeSec &&
    !(options.linkSameMetadataOnly && storedMtimes.size > 0);
  return isKnown ? known(walked, { block, text: block.text, storedMtimes, options }) : previous;
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

/** Reads the text beside the section, entry by entry. */
class Reading {
  readonly storedMtimes = new Map<number, StoredMtime>();
  isAllSame = true;
  readonly #walked: WalkedSection;
  readonly #lines: EntryLines;
  readonly #kept: KeptLines;
  readonly #prefix: string;
  #isSameNames = true;

  constructor(walked: WalkedSection, text: string, { entryText }: KnownOptions) {
    const rows = walked.names.length + 1;
    this.#walked = walked;
    this.#lines = new EntryLines(text, entryText);
    this.#kept = { text, starts: new Uint32Array(rows), ends: new Uint32Array(rows) };
    this.#prefix = `${pathText(walked.relPath)}/`;
  }

  takeAll(): PreviousSection {
    const { names } = this.#walked;
    const dir = this.#takeEntry(0, "");
    const entries = names.map((name, i) => this.#takeEntry(i + 1, name));
    while (!this.#lines.isAtEnd) this.#pass();
    return { dir, entries, sameNames: this.#isSameNames, kept: this.#kept };
  }

  #takeEntry(row: number, name: string): PreviousEntry | undefined {
    const start = this.#lines.at;
    const record = this.#takeSame(row, name);
    if (record === undefined) return this.#takeOther(row, name);
    this.#kept.starts[row] = start;
    this.#kept.ends[row] = this.#lines.at;
    if (record.state !== undefined) this.isAllSame = false;
    if (record.storedMtime !== undefined) this.storedMtimes.set(row, record.storedMtime);
    return { stats: this.#walked.stats, row, record };
  }

  #takeSame(row: number, name: string): EntryRecord | undefined {
    const { stats, linkTargets, xattrs } = this.#walked;
    const own = xattrs.get(row);
    const linkTarget = linkTargets.get(row);
    return this.#lines.takeSame({
      stats,
      row,
      prefix: row === 0 ? this.#prefix.slice(0, -1) : this.#prefix,
      name: vis(name),
      linkTarget,
      record: own === undefined && linkTarget === undefined ? undefined : {
        ...(own === undefined ? {} : { xattrs: own }),
        ...(linkTarget === undefined ? {} : { linkTarget }),
      },
    });
  }

  /** The entry called `name`, if there is one; passes over the names before it. */
  #takeOther(row: number, name: string): PreviousEntry | undefined {
    this.isAllSame = false;
    while (!this.#lines.isAtEnd) {
      const { stats, record, relPath } = this.#lines.parse();
      const order = row === 0 ? 0 : compareNames(this.#nameOf(relPath), name);
      if (order > 0) break;
      if (order < 0) {
        this.#pass();
        continue;
      }
      this.#lines.leave();
      return { stats, row: 0, record };
    }
    this.#isSameNames = false;
    return undefined;
  }

  #nameOf(relPath: string): string {
    const slash = relPath.lastIndexOf("/");
    if (relPath.slice(0, Math.max(slash, 0)) !== this.#walked.relPath) {
      throw new LineError("the entry is not in the directory above it");
    }
    return relPath.slice(slash + 1);
  }

  #pass(): void {
    this.isAllSame = false;
    this.#isSameNames = false;
    this.#lines.leave();
  }
}
