import { STAT_FIELDS, StatTable } from "../fs/stat_table.ts";
import type { EntryRecord, ManifestSection } from "./section.ts";

/** Names in a section that is read from a manifest; a larger directory comes in several. */
export const SECTION_NAMES = 1000;

/** Gathers entries and cuts them into sections. */
export class SectionDraft {
  readonly relPath: string;
  /** The name that was added last, undefined at the start of a directory. */
  lastName: string | undefined;
  readonly #done: (section: ManifestSection) => void;
  /** Kept from slice to slice. */
  readonly #stats: StatTable;
  #continues: boolean;
  #names: string[] = [];
  #records: (EntryRecord | undefined)[];

  /** `done` is handed each section when it is complete; `stats` has room for one section. */
  constructor(
    relPath: string,
    { continues, stats, done }: {
      continues: boolean;
      stats: StatTable;
      done: (section: ManifestSection) => void;
    },
  ) {
    this.relPath = relPath;
    this.#continues = continues;
    this.#stats = stats;
    this.#done = done;
    this.#records = [undefined];
    stats.data.fill(0, 0, STAT_FIELDS);
  }

  /** Takes row 0 of `entry` as the directory itself. */
  setDirectory(entry: StatTable, record: EntryRecord | undefined): void {
    this.#stats.copyRow(0, entry, 0);
    this.#records[0] = record;
  }

  /** Takes row 0 of `entry` as the next entry of the directory. */
  add(
    name: string,
    { entry, record }: { entry: StatTable; record: EntryRecord | undefined },
  ): void {
    if (this.#names.length === SECTION_NAMES) this.#cut();
    this.#names.push(name);
    this.#records.push(record);
    this.#stats.copyRow(this.#names.length, entry, 0);
    this.lastName = name;
  }

  /** Hands out what is left. */
  finish(): void {
    this.#done({
      relPath: this.relPath,
      continues: this.#continues,
      names: this.#names,
      stats: new StatTable(this.#stats.data.slice(0, this.#records.length * STAT_FIELDS)),
      records: this.#records,
    });
  }

  #cut(): void {
    this.finish();
    this.#continues = true;
    this.#names = [];
    this.#records = this.#records.slice(0, 1);
  }
}
