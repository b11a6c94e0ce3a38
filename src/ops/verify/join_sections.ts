import { compareNames, comparePaths } from "../../base/path_bytes.ts";
import type { ManifestSection, Section } from "../../store/section.ts";
import type { TreeSection } from "./threads/verify_messages.ts";

/** What {@link joinSections} meets, directory by directory in the order of a manifest. */
export interface JoinVisitor {
  /** A section of the tree comes; its rows follow. */
  section(found: TreeSection): void;
  /** In both. Row 0 is the directory. */
  both(recorded: EntryOf<ManifestSection>, found: EntryOf<TreeSection>): void;
  /** In the manifest only. */
  missing(recorded: EntryOf<ManifestSection>): void;
  /** In the tree only. */
  extra(found: EntryOf<TreeSection>): void;
  /** Between two sections: may wait, and throw to end it. */
  pause(): Promise<void>;
}

/** A row of a section. */
export interface EntryOf<S extends Section> {
  readonly section: S;
  readonly row: number;
}

/** Merges a manifest with a tree, both in walk order, in one pass and constant memory. */
export async function joinSections(
  recorded: AsyncIterator<ManifestSection>,
  found: AsyncIterator<TreeSection>,
  visitor: JoinVisitor,
): Promise<void> {
  const left = new Cursor(recorded);
  const right = new Cursor(found, (section) => visitor.section(section));
  for (;;) {
    await visitor.pause();
    const [a, b] = [await left.section(), await right.section()];
    if (a === undefined && b === undefined) return;
    const order = a === undefined ? 1 : b === undefined ? -1 : comparePaths(a.relPath, b.relPath);
    if (order === 0) mergeRows(left, right, visitor);
    else if (order < 0) left.takeAll((entry) => visitor.missing(entry));
    else right.takeAll((entry) => visitor.extra(entry));
  }
}

function mergeRows(
  left: Cursor<ManifestSection>,
  right: Cursor<TreeSection>,
  visitor: JoinVisitor,
): void {
  for (;;) {
    const [a, b] = [left.entry, right.entry];
    if (a === undefined || b === undefined) return;
    const order = compareRows(a, b);
    if (order <= 0) left.next();
    if (order >= 0) right.next();
    if (order === 0) visitor.both(a, b);
    else if (order < 0) visitor.missing(a);
    else visitor.extra(b);
  }
}

function compareRows(a: EntryOf<Section>, b: EntryOf<Section>): number {
  if (a.row === 0 || b.row === 0) return Math.min(a.row, 1) - Math.min(b.row, 1);
  const [left, right] = [a.section.names[a.row - 1] ?? "", b.section.names[b.row - 1] ?? ""];
  return left === right ? 0 : compareNames(left, right);
}

/** Goes through sections row by row. */
class Cursor<S extends Section> {
  readonly #sections: AsyncIterator<S>;
  readonly #onSection: (section: S) => void;
  #section: S | undefined;
  #row = 0;
  #ended = false;

  constructor(sections: AsyncIterator<S>, onSection: (section: S) => void = () => {}) {
    this.#sections = sections;
    this.#onSection = onSection;
  }

  /** The section at hand, or the next one when no row of it is left. */
  async section(): Promise<S | undefined> {
    while (this.entry === undefined && !this.#ended) {
      const { value, done } = await this.#sections.next();
      this.#ended = done === true;
      this.#section = done === true ? undefined : value;
      if (this.#section === undefined) continue;
      this.#row = this.#section.continues ? 1 : 0;
      this.#onSection(this.#section);
    }
    return this.#section;
  }

  /** The row at hand, as long as the section has one. */
  get entry(): EntryOf<S> | undefined {
    const section = this.#section;
    if (section === undefined || this.#row > section.names.length) return undefined;
    return { section, row: this.#row };
  }

  next(): void {
    this.#row++;
  }

  /** Hands out all rows that the section at hand has left. */
  takeAll(visit: (entry: EntryOf<S>) => void): void {
    for (let entry = this.entry; entry !== undefined; entry = this.entry) {
      this.next();
      visit(entry);
    }
  }
}
