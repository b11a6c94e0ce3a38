import type { EntryType } from "../../fs/stat_table.ts";
import type { MetadataField } from "../diff/judge_pair.ts";

/**
 * How an entry of the source differs from the backup: only in the source, only in the backup, of
 * another type, a file of another size or content, a symlink with another target (or a device node
 * with another number), or the same with other metadata.
 */
export type DifferenceKind =
  | "new"
  | "missing"
  | "type"
  | "size"
  | "content"
  | "target"
  | "metadata";

/** One entry that differs. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Below the source. */
  readonly relPath: string;
  /** In the source, if it is there; else in the backup. */
  readonly type: EntryType;
  /** Bytes in the source, if it is there; else in the backup; 0 for what is no regular file. */
  readonly sizeBytes: number;
  /** What the backup has, where both have something. */
  readonly stored?: { readonly type: EntryType; readonly sizeBytes: number };
  /** For `content`: size and time of change are the same, so nobody meant to change it. */
  readonly suspect?: true;
  /** For `metadata`. */
  readonly fields?: readonly MetadataField[];
}

/** What a comparison found, in numbers. */
export interface CompareTotals {
  /** Entries of the source, directories among them, and those that only the backup has. */
  readonly entries: number;
  readonly files: number;
  readonly dirs: number;
  /** Content of the source's regular files. */
  readonly bytes: number;
  /** Entries without a difference. */
  readonly equal: number;
  readonly differences: Readonly<Record<DifferenceKind, number>>;
  /** Of those with other content: those of which size and time of change are the same. */
  readonly suspect: number;
  /** Entries of the source that could not be compared; a problem tells why. */
  readonly failed: number;
  /** Entries of the source that a rule left out. */
  readonly excluded: number;
  /** Stored files that are not what is recorded of them. */
  readonly damaged: number;
  /** Files whose content was read in the source, and their bytes. */
  readonly filesRead: number;
  readonly bytesRead: number;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Counts what a comparison finds. */
export class CompareCounter {
  readonly #differences = {
    new: 0,
    missing: 0,
    type: 0,
    size: 0,
    content: 0,
    target: 0,
    metadata: 0,
  } satisfies Record<DifferenceKind, number>;
  readonly #counts: Draft<Omit<CompareTotals, "differences">> = {
    entries: 0,
    files: 0,
    dirs: 0,
    bytes: 0,
    equal: 0,
    suspect: 0,
    failed: 0,
    excluded: 0,
    damaged: 0,
    filesRead: 0,
    bytesRead: 0,
  };

  /** Counts an entry by its type, whatever came out. */
  entry({ type, sizeBytes }: { type: EntryType; sizeBytes: number }): void {
    this.#counts.bytes += sizeBytes;
    if (type === "file") this.#counts.files++;
    if (type === "dir") this.#counts.dirs++;
  }

  /** Counts what came out for an entry. */
  outcome(outcome: Difference | "equal" | "failed"): void {
    this.#counts.entries++;
    if (outcome === "equal") this.#counts.equal++;
    else if (outcome === "failed") this.#counts.failed++;
    else {
      this.#differences[outcome.kind]++;
      if (outcome.suspect === true) this.#counts.suspect++;
    }
  }

  excluded(entries: number): void {
    this.#counts.excluded += entries;
  }

  damaged(): void {
    this.#counts.damaged++;
  }

  read(sizeBytes: number): void {
    this.#counts.filesRead++;
    this.#counts.bytesRead += sizeBytes;
  }

  get totals(): CompareTotals {
    return { ...this.#counts, differences: { ...this.#differences } };
  }
}

/** How many entries differ. */
export function differenceCount({ differences }: CompareTotals): number {
  return Object.values(differences).reduce((sum, count) => sum + count, 0);
}
