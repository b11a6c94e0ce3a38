/**
 * Step 3 of 5, first half, on main: merges the walk with the previous manifest, both in the same
 * order, in one pass and constant memory. An entry with the same type, size, times and inode is
 * unchanged: nobody reads it.
 *
 * @module
 */
import { compareNames, comparePaths } from "../../base/path_bytes.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
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
}

/** Reads a previous manifest alongside a walk. */
export class PreviousTree {
  readonly #sections: AsyncIterator<ManifestSection> | undefined;
  readonly #onBroken: (error: unknown) => void;
  #current: ManifestSection | undefined;
  #position = 0;
  /** Names of the previous directory that the walk did not find. */
  #passed = 0;
  #ended = false;

  /** `onBroken` hears why the manifest ends early; what comes after counts as new. */
  constructor(
    sections: AsyncIterable<ManifestSection> | undefined,
    onBroken: (error: unknown) => void,
  ) {
    this.#sections = sections?.[Symbol.asyncIterator]();
    this.#onBroken = onBroken;
    this.#ended = sections === undefined;
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
    await this.#sections?.return?.();
  }

  /** Goes to the directory; false when the manifest has none of that path. */
  async #seek(relPath: string): Promise<boolean> {
    for (;;) {
      if (this.#current === undefined && !await this.#load()) return false;
      const order = this.#current === undefined ? 1 : comparePaths(this.#current.relPath, relPath);
      if (order === 0) return true;
      if (order > 0) return false;
      this.#current = undefined;
    }
  }

  async #load(): Promise<boolean> {
    if (this.#ended || this.#sections === undefined) return false;
    try {
      const { value, done } = await this.#sections.next();
      this.#position = 0;
      this.#ended = done === true;
      this.#current = done === true ? undefined : value;
    } catch (error) {
      this.#ended = true;
      this.#current = undefined;
      this.#onBroken(error);
    }
    return !this.#ended;
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
    if (this.#current === undefined || this.#current.relPath !== section.relPath) return false;
    return await this.#load() && this.#current.relPath === section.relPath;
  }

  async #passRest(section: WalkedSection): Promise<void> {
    while (this.#current?.relPath === section.relPath) {
      this.#passed += this.#current.names.length - this.#position;
      this.#position = this.#current.names.length;
      if (!await this.#loadSlice(section)) break;
    }
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
