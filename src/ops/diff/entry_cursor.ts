/**
 * One tree, entry by entry, in the order of a manifest: what a comparison of two trees goes along.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { comparePaths, joinRel } from "../../base/path_bytes.ts";
import { comparePlaces, type EntryPlace, isWithin } from "../../store/raw_entry.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { ManifestSection } from "../../store/section.ts";

/** An entry of one of two trees that are compared. */
export interface TreeEntry extends SnapshotEntry {
  /** Where it stands in the order of the part of the tree that is compared. */
  readonly place: EntryPlace;
  /** Mode, owner and times are those of the stored file, which entries may share. */
  readonly isStored: boolean;
}

/**
 * The entries of a tree or of a part of it. Look at `needsLoad` first: while it is true, `load` has
 * to be awaited.
 */
export interface EntryCursor {
  readonly needsLoad: boolean;
  load(): Promise<void>;
  /** The entry at hand, good until the cursor goes on; undefined at the end. */
  readonly entry: TreeEntry | undefined;
  /** Goes on to the next entry. */
  advance(): void;
  /** Ends reading early. */
  close(): Promise<void>;
}

/** `place` in the tree below `scope`; `scope` itself is the root there, whatever it is. */
export function placeBelow(scope: string, place: EntryPlace): EntryPlace {
  if (scope === "") return place;
  const { relPath, name } = place;
  if (!isWithin(relPath, scope)) return { relPath: "", name: undefined };
  return { relPath: relPath.slice(scope.length + 1), name };
}

/** Path of the entry at `place`. */
export function pathOf({ relPath, name }: EntryPlace): string {
  return name === undefined ? relPath : joinRel(relPath, name);
}

/** What a {@link SectionCursor} goes along. */
export interface SectionCursorOptions {
  /** The part of the tree that is wanted: an entry and all below it; `""` is everything. */
  readonly scope: string;
  /** Asked for each section, see {@link TreeEntry.isStored}. */
  readonly isStored: () => boolean;
  /** Hears of each section before its entries are looked at. */
  readonly onSection?: (section: ManifestSection) => void;
}

/** The entries of sections, which come in the order of a manifest. */
export class SectionCursor implements EntryCursor {
  readonly #sections: AsyncIterator<ManifestSection> | Iterator<ManifestSection>;
  readonly #options: SectionCursorOptions;
  #section: ManifestSection | undefined;
  #row = 0;
  #entry: TreeEntry | undefined;
  #last: EntryPlace | undefined;
  #ended = false;

  constructor(
    sections: AsyncIterable<ManifestSection> | Iterable<ManifestSection>,
    options: SectionCursorOptions,
  ) {
    this.#sections = Symbol.asyncIterator in sections
      ? sections[Symbol.asyncIterator]()
      : sections[Symbol.iterator]();
    this.#options = options;
  }

  get needsLoad(): boolean {
    return !this.#ended && this.#entry === undefined;
  }

  get entry(): TreeEntry | undefined {
    return this.#entry;
  }

  async load(): Promise<void> {
    while (this.needsLoad) {
      const { value, done } = await this.#sections.next();
      if (done === true) this.#ended = true;
      else if (this.#isBehind(value)) await this.close();
      else {
        this.#options.onSection?.(value);
        this.#section = value;
        this.#row = value.continues ? 0 : -1;
        this.advance();
      }
    }
  }

  advance(): void {
    this.#entry = undefined;
    const section = this.#section;
    while (section !== undefined && this.#row < section.names.length) {
      const found = this.#entryAt(section, ++this.#row);
      if (found === undefined) continue;
      this.#entry = found;
      return;
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#entry = undefined;
    await this.#sections.return?.();
  }

  /** Whether nothing of the scope can follow from this section on. */
  #isBehind({ relPath }: ManifestSection): boolean {
    const { scope } = this.#options;
    return comparePaths(relPath, scope) > 0 && !isWithin(relPath, scope);
  }

  #entryAt(section: ManifestSection, row: number): TreeEntry | undefined {
    if (row > section.names.length) return undefined;
    const { scope, isStored } = this.#options;
    const name = row === 0 ? undefined : section.names[row - 1];
    const place = { relPath: section.relPath, name };
    this.#checkOrder(place);
    const relPath = pathOf(place);
    if (!isWithin(relPath, scope)) return undefined;
    return {
      relPath,
      place: placeBelow(scope, place),
      stats: section.stats,
      row,
      record: section.records[row],
      isStored: isStored(),
    };
  }

  /** Those of another program's manifest come as they stand there. */
  #checkOrder(place: EntryPlace): void {
    if (this.#last !== undefined && comparePlaces(this.#last, place) >= 0) {
      throw new AppError("Cannot compare: a manifest is not in the order of a walk", {
        code: "MANIFEST_UNORDERED",
        exitCode: EXIT.failed,
        hint: "Did another program write it? Without it, the files themselves are looked at",
      });
    }
    this.#last = place;
  }
}
