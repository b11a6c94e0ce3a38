import type { EntryType } from "../../fs/stat_table.ts";
import type { MetadataField } from "./judge_pair.ts";

/**
 * What happened to an entry: new, gone, content changed, content changed behind the back of size and
 * mtime, type changed, metadata changed, renamed.
 */
export type Modifier = "+" | "-" | "M" | "?" | "T" | "U" | "R";

/** One difference between two snapshots. */
export interface Change {
  readonly modifier: Modifier;
  /** Below the snapshot that has the entry: the second one, but for `-`. */
  readonly relPath: string;
  readonly type: EntryType;
  /** 0 for what is no regular file. */
  readonly sizeBytes: number;
  /** In the first snapshot; for `M`, `?`, `T`, `U` and `R`. */
  readonly before?: {
    readonly relPath: string;
    readonly type: EntryType;
    readonly sizeBytes: number;
  };
  /** For `U`. */
  readonly metadata?: readonly MetadataField[];
}

/** How many entries of each kind. */
export interface EntryCounts {
  readonly files: number;
  readonly dirs: number;
  readonly others: number;
  /** Content of regular files. */
  readonly bytes: number;
}

/** What a comparison of two snapshots found, in numbers. */
export interface DiffTotals {
  /** Regular files with other content, suspects among them. */
  readonly changedFiles: number;
  /** Of these, those of which size and mtime are as they were. */
  readonly suspectFiles: number;
  /** Symlinks with another target, device nodes with other numbers. */
  readonly changedOthers: number;
  readonly changedTypes: number;
  /** Entries of which nothing but metadata changed. */
  readonly changedMetadata: number;
  readonly renamed: EntryCounts;
  /** Entries without counterpart; bytes are also those of changed files as they are now. */
  readonly added: EntryCounts;
  /** Entries without counterpart; bytes are also those of changed files as they were. */
  readonly removed: EntryCounts;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Counts changes. */
export class DiffCounter {
  readonly #added = noEntries();
  readonly #removed = noEntries();
  readonly #renamed = noEntries();
  #changedFiles = 0;
  #suspectFiles = 0;
  #changedOthers = 0;
  #changedTypes = 0;
  #changedMetadata = 0;

  add({ modifier, type, sizeBytes, before }: Change): void {
    switch (modifier) {
      case "+":
        return countEntry(this.#added, { type, sizeBytes });
      case "-":
        return countEntry(this.#removed, { type, sizeBytes });
      case "R":
        return countEntry(this.#renamed, { type, sizeBytes });
      case "U":
        this.#changedMetadata++;
        return;
      case "T":
        this.#changedTypes++;
        break;
      default:
        if (modifier === "?") this.#suspectFiles++;
        if (type === "file") this.#changedFiles++;
        else this.#changedOthers++;
    }
    this.#added.bytes += sizeBytes;
    this.#removed.bytes += before?.sizeBytes ?? 0;
  }

  get totals(): DiffTotals {
    return {
      changedFiles: this.#changedFiles,
      suspectFiles: this.#suspectFiles,
      changedOthers: this.#changedOthers,
      changedTypes: this.#changedTypes,
      changedMetadata: this.#changedMetadata,
      renamed: { ...this.#renamed },
      added: { ...this.#added },
      removed: { ...this.#removed },
    };
  }
}

function noEntries(): Draft<EntryCounts> {
  return { files: 0, dirs: 0, others: 0, bytes: 0 };
}

function countEntry(
  counts: Draft<EntryCounts>,
  { type, sizeBytes }: { type: EntryType; sizeBytes: number },
): void {
  if (type === "file") counts.files++;
  else if (type === "dir") counts.dirs++;
  else counts.others++;
  counts.bytes += sizeBytes;
}
