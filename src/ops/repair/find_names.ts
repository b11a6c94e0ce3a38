/**
 * Step 3 of a repair: all names that share a damaged inode, and all other files that should have the
 * same content.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { ManifestSection } from "../../store/section.ts";
import { namedUnit, offerAttributes } from "./describe_wounds.ts";
import { sourcePathOf } from "./origins.ts";
import { readRecords } from "./read_records.ts";
import type { RepairWork } from "./repair_work.ts";

/** Looks through the snapshots of the root, and through its trash for contents alone. */
export async function findNames(
  work: RepairWork,
  { trashFrom }: {
    /** The number of the first snapshot that lies in the trash. */
    trashFrom: number;
  },
): Promise<void> {
  for (const [number, ref] of work.snapshots.entries()) {
    let finder: NameFinder | undefined;
    const isTrash = number >= trashFrom;
    try {
      await readRecords(work, { root: work.root.path, ref }, {
        open: async (opened) => {
          const dirs = new DirCache(work.fs, opened.dir);
          finder = new NameFinder(work, { number, isTrash }, dirs);
          work.sourcePaths.set(number, await sourcePathOf(work.fs, opened));
        },
        section: ({ section }) => finder?.section(section),
      });
    } finally {
      finder?.close();
    }
  }
}

class NameFinder {
  readonly #work: RepairWork;
  readonly #number: number;
  readonly #isTrash: boolean;
  readonly #dirs: DirCache;

  constructor(
    work: RepairWork,
    { number, isTrash }: { number: number; isTrash: boolean },
    dirs: DirCache,
  ) {
    this.#work = work;
    this.#number = number;
    this.#isTrash = isTrash;
    this.#dirs = dirs;
  }

  section(section: ManifestSection): void {
    const { relPath, names, stats, records } = section;
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      const digest = records[row]?.digest;
      if (digest === undefined || stats.type(row) !== "file") continue;
      if (!this.#work.store.wants(digest)) continue;
      const found = this.#look(relPath, name);
      if (found?.type(0) === "file") this.#file({ section, row, relPath, name, digest, found });
    }
  }

  close(): void {
    this.#dirs.close();
  }

  #file(
    { section, row, relPath: dir, name, digest, found }: {
      section: ManifestSection;
      row: number;
      relPath: string;
      name: string;
      digest: string;
      found: StatTable;
    },
  ): void {
    const { store } = this.#work;
    const relPath = joinRel(dir, name);
    const entry = { section, row, record: section.records[row], relPath };
    const named = namedUnit(entry, { snapshot: this.#number, digest, found });
    const unit = this.#isTrash ? undefined : store.unitOf(named);
    if (unit !== undefined) {
      store.addName(unit, named);
      offerAttributes(this.#work, unit, entry);
    }
    if (store.isWounded(found) || found.sizeBytes(0) !== named.sizeBytes) return;
    store.addOrigin(digest, { root: 0, snapshot: this.#number, relPath }, found);
  }

  #look(relPath: string, name: string): StatTable | undefined {
    const stats = new StatTable(1);
    try {
      this.#work.fs.lstat(this.#dirs.get(relPath), name, stats, 0);
      return stats;
    } catch (error) {
      if (error instanceof FsError) return undefined; // missing, or told by the verify
      throw error;
    }
  }
}
