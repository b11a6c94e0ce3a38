/**
 * Step 3 of 5, first half, on main: merges the walk with the previous manifest, both in the same
 * order, in one pass and constant memory. An entry with the same type, size, times and inode is
 * unchanged: nobody reads it.
 *
 * @module
 */
import { compareNames, comparePaths } from "../../base/path_bytes.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { type ManifestBlock, parseBlock } from "../../store/manifest_blocks.ts";
import type { KeptLines } from "../../store/manifest_writer.ts";
import type { EntryRecord, ManifestSection } from "../../store/section.ts";
import type { WalkedSection } from "../walk/walked.ts";

/** An entry as the previous snapshot has it. */
export interface PreviousEntry {
  readonly stats: StatTable;
  readonly row: number;
  readonly record: EntryRecord | undefined;
}

/** What the previous snapshot has of a section. */
export interface PreviousSection {
  /** The directory itself; absent for a slice that continues one, and for a new directory. */
  readonly dir: PreviousEntry | undefined;
  /** `entries[i]` is for `names[i]` of the walked section. */
  readonly entries: readonly (PreviousEntry | undefined)[];
  /** True when the previous directory had the very same names. */
  readonly sameNames: boolean;
  /** Where the entries that say what they said stand in the manifest, if that is known. */
  readonly kept?: KeptLines;
}

/** A directory of the previous snapshot, or a part of a large one, that is taken apart when needed. */
export interface PreviousPart {
  readonly relPath: string;
  /** As it stands in the manifest, when it is a whole directory. */
  readonly whole?: ManifestBlock;
  /** Throws when it cannot be what it should be. */
  readonly sections: () => readonly ManifestSection[];
}

/** Reads a previous manifest alongside a walk. */
export class PreviousTree {
  readonly #parts: AsyncIterator<PreviousPart> | undefined;
  readonly #onBroken: (error: unknown) => void;
  /** The part that comes next, not taken apart yet. */
  #part: PreviousPart | undefined;
  /** What follows of a part that was taken apart. */
  #sections: ManifestSection[] = [];
  #current: ManifestSection | undefined;
  #position = 0;
  /** Names of the previous directory that the walk did not find. */
  #passed = 0;
  #ended = false;

  /** `onBroken` hears why the manifest ends early; what comes after counts as new. */
  constructor(
    parts: AsyncIterable<PreviousPart> | undefined,
    onBroken: (error: unknown) => void,
  ) {
    this.#parts = parts?.[Symbol.asyncIterator]();
    this.#onBroken = onBroken;
    this.#ended = parts === undefined;
  }

  /**
   * The directory of that path as it stands in the manifest, when it does so in one piece; call it
   * before {@link match}, and {@link pass} instead of it when the text is all that is needed.
   */
  async whole(relPath: string): Promise<ManifestBlock | undefined> {
    this.#current = undefined;
    this.#sections = [];
    return await this.#seekPart(relPath) ? this.#part?.whole : undefined;
  }

  /** Leaves the directory that {@link whole} found behind. */
  pass(): void {
    this.#part = undefined;
  }

  /** Must be called with the sections of a walk in their order. */
  async match(section: WalkedSection): Promise<PreviousSection> {
    const entries: (PreviousEntry | undefined)[] = new Array(section.names.length).fill(undefined);
    if (!await this.#seek(section.relPath)) return { dir: undefined, entries, sameNames: false };
    const dir = section.continues || this.#current?.continues !== false
      ? undefined
      : entryOf(this.#current, 0);
    this.#passed = 0;
    let found = 0;
    for (const [i, name] of section.names.entries()) {
      const entry = this.#take(section, name) ?? await this.#takeFromNextSlice(section, name);
      if (entry !== undefined) found++;
      entries[i] = entry;
    }
    if (section.ends) await this.#passRest(section);
    const sameNames = this.#passed === 0 && found === section.names.length && !section.continues;
    return { dir, entries, sameNames };
  }

  /** Ends reading early; the manifest's file can be closed then. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#parts?.return?.();
  }

  /** Goes to the directory; false when the manifest has none of that path. */
  async #seek(relPath: string): Promise<boolean> {
    if (this.#current?.relPath === relPath) return true;
    this.#current = undefined;
    this.#sections = [];
    return await this.#seekPart(relPath) && this.#open();
  }

  /** Goes to the next part of that directory; a part that comes after it is left where it is. */
  async #seekPart(relPath: string): Promise<boolean> {
    for (;;) {
      this.#part ??= await this.#pull();
      if (this.#part === undefined) return false;
      const order = comparePaths(this.#part.relPath, relPath);
      if (order >= 0) return order === 0;
      this.#part = undefined;
    }
  }

  async #pull(): Promise<PreviousPart | undefined> {
    if (this.#ended || this.#parts === undefined) return undefined;
    try {
      const { value, done } = await this.#parts.next();
      if (done !== true) return value;
      this.#ended = true;
    } catch (error) {
      this.#break(error);
    }
    return undefined;
  }

  #break(error: unknown): void {
    this.#ended = true;
    this.#onBroken(error);
  }

  /** Takes the part at hand apart and goes to its first section. */
  #open(): boolean {
    try {
      this.#sections = [...this.#part?.sections() ?? []];
    } catch (error) {
      this.#break(error);
    }
    this.#part = undefined;
    this.#current = this.#sections.shift();
    this.#position = 0;
    return this.#current !== undefined;
  }

  /** The entry called `name`, if the slice at hand has it; passes over the names before it. */
  #take(section: WalkedSection, name: string): PreviousEntry | undefined {
    const current = this.#current;
    if (current === undefined || current.relPath !== section.relPath) return undefined;
    for (; this.#position < current.names.length; this.#position++, this.#passed++) {
      const next = current.names[this.#position] ?? "";
      if (next === name) return entryOf(current, ++this.#position);
      if (compareNames(next, name) > 0) return undefined;
    }
    return undefined;
  }

  async #takeFromNextSlice(
    section: WalkedSection,
    name: string,
  ): Promise<PreviousEntry | undefined> {
    while (this.#sliceDone(section) && await this.#loadSlice(section)) {
      const entry = this.#take(section, name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #sliceDone(section: WalkedSection): boolean {
    const current = this.#current;
    return current?.relPath === section.relPath && this.#position >= current.names.length;
  }

  /** Goes on to the next slice of the same directory, if there is one. */
  async #loadSlice(section: WalkedSection): Promise<boolean> {
    const next = this.#sections.shift();
    if (next === undefined) return await this.#seekPart(section.relPath) && this.#open();
    this.#current = next;
    this.#position = 0;
    return true;
  }

  async #passRest(section: WalkedSection): Promise<void> {
    while (this.#current?.relPath === section.relPath) {
      this.#passed += this.#current.names.length - this.#position;
      this.#position = this.#current.names.length;
      if (!await this.#loadSlice(section)) break;
    }
  }
}

/** The parts of a manifest of ours, see {@link PreviousPart}. */
export async function* previousParts(
  blocks: AsyncIterable<ManifestBlock>,
): AsyncGenerator<PreviousPart> {
  for await (const block of blocks) {
    const { relPath, continues, ends } = block;
    const sections = () => parseBlock(block);
    yield { relPath, sections, ...(continues || !ends ? {} : { whole: block }) };
  }
}

function entryOf(section: ManifestSection, row: number): PreviousEntry {
  return { stats: section.stats, row, record: section.records[row] };
}

/** What {@link changeTest} takes for a sign of change. */
export interface UnchangedOptions {
  /** Trust nothing: every file is read. */
  readonly checksum: boolean;
  readonly ignoreCtime: boolean;
  readonly ignoreInode: boolean;
  /**
   * Wall clock, seconds since 1970, when the previous run began: a file touched after that may
   * have been written to in the same clock tick in which it was read.
   */
  readonly trustBeforeSec: number;
}

/** Tells, by lstat alone, whether an entry still has the content that a previous entry recorded. */
export function changeTest(
  options: UnchangedOptions,
): (now: StatTable, row: number, previous: PreviousEntry) => boolean {
  const { checksum, ignoreCtime, ignoreInode, trustBeforeSec } = options;
  return (now, row, { stats, row: old, record }) => {
    if (checksum || record === undefined || record.state !== undefined) return false;
    const same = (field: number) => now.get(row, field) === stats.get(old, field);
    const recorded = (field: number) => stats.get(old, field) !== 0;
    if (now.type(row) !== stats.type(old)) return false;
    if (!same(STAT.sizeBytes) || !same(STAT.mtimeSec) || !same(STAT.mtimeNsec)) return false;
    const inodeCounts = !ignoreInode && (recorded(STAT.inoLow) || recorded(STAT.inoHigh));
    if (inodeCounts && !(same(STAT.inoLow) && same(STAT.inoHigh))) return false;
    const touched = (sec: number, nsec: number) => now.get(row, sec) + now.get(row, nsec) / 1e9;
    if (ignoreCtime || !recorded(STAT.ctimeSec)) {
      return touched(STAT.mtimeSec, STAT.mtimeNsec) < trustBeforeSec;
    }
    if (!same(STAT.ctimeSec) || !same(STAT.ctimeNsec)) return false;
    return touched(STAT.ctimeSec, STAT.ctimeNsec) < trustBeforeSec;
  };
}

const METADATA = [STAT.mode, STAT.uid, STAT.gid, STAT.mtimeSec, STAT.mtimeNsec];

/** Whether mode, owner and times say the same too. */
export function isSameMetadata(now: StatTable, row: number, previous: PreviousEntry): boolean {
  return METADATA.every((field) => now.get(row, field) === previous.stats.get(previous.row, field));
}
