/**
 * What main and the threads of a verify say to each other. Plain data in columns, see
 * `backup/hash/hash_messages.ts`.
 *
 * @module
 */
import type { Problem } from "../../../base/problem.ts";
import { STAT, StatTable } from "../../../fs/stat_table.ts";
import type { EntryRecord, Section } from "../../../store/section.ts";
import type { ThreadStart } from "../../../threads/thread_start.ts";
import type { Position } from "../../read/tree_sections.ts";

/** First message to both kinds of thread: they may read below the backup root and write nothing. */
export interface VerifyStart extends ThreadStart {
  /** Absolute, without symlinks. */
  readonly root: string;
}

/** First message to a reader. */
export interface ReaderStart extends VerifyStart {
  readonly bufferBytes: number;
  /** One Int32: KiB done of the file in work. */
  readonly progress: SharedArrayBuffer;
  /** Raised when the time is up: what is not read yet is answered with {@link READ.stopped}. */
  readonly stop: SharedArrayBuffer;
}

/** A tree to go through. */
export interface TreePlan {
  /** The snapshot's directory, relative to the backup root. */
  readonly snapshotDir: string;
  /** The only part that is wanted: a directory or another entry. `""`: all. */
  readonly below: string;
  /** Set when there is no (more) manifest, so that the tree's own checksum files are all there is. */
  readonly bare: BarePlan | undefined;
}

/** How a tree without a manifest is read, see `tree_sections.ts`. */
export interface BarePlan {
  readonly ownSums: boolean;
  readonly after: Position | undefined;
}

/** To the thread that goes through trees: begin with one, or hand over what comes next. */
export type TreeCall = TreePlan | "next";

/** A checksum file as it was read. */
export type FoundSums =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly reason: string };

/** A directory of a snapshot as it was found, or a slice of a large one. */
export interface TreeSection extends Section {
  /** Row to text, for symlinks. */
  readonly linkTargets: ReadonlyMap<number, string>;
  /** Without a manifest: what checksum files say of the row. */
  readonly records: readonly (EntryRecord | undefined)[];
  /** Files that are named like checksum files, in the first slice of a directory. */
  readonly sums: ReadonlyMap<string, FoundSums>;
  readonly problems: readonly Problem[];
}

/** A {@link TreeSection} on its way between threads. */
export type TreeMessage = Omit<TreeSection, "stats"> & {
  readonly stats: Float64Array<ArrayBuffer>;
};

/** For `postMessage`; the buffers can be transferred. */
export function toTreeMessage(section: TreeSection): TreeMessage {
  return { ...section, stats: section.stats.data };
}

/** The inverse of {@link toTreeMessage}. */
export function fromTreeMessage(message: TreeMessage): TreeSection {
  return { ...message, stats: new StatTable(message.stats) };
}

/** Files to read, grouped by directory; texts in one piece, because many cost more to send. */
export interface ReadCall {
  /** `dir` is relative to the backup root, `names` are separated by `/`. */
  readonly groups: readonly { readonly dir: string; readonly names: string }[];
  /** {@link IDENTITY} of each as it was found, one after the other. */
  readonly identities: Float64Array<ArrayBuffer>;
  /** What each should have: SHA-256 or SHA-512 in hex; empty: not known, it is only read. By lines. */
  readonly digests: string;
}

/** The fields of a stat row that tell whether a file is still the one that was found. */
export const IDENTITY = [
  STAT.sizeBytes,
  STAT.inoLow,
  STAT.inoHigh,
  STAT.devMinor,
  STAT.devMajor,
  STAT.mode,
] as const;

/** What became of a file in a reader. */
export const READ = {
  /** The content has its digest. */
  ok: 0,
  /** It has another one. */
  damaged: 1,
  /** The system would not let us read it. */
  unreadable: 2,
  /** It is not the inode, or not of the size, that was found before. */
  replaced: 3,
  /** It was not read, because the time is up. */
  stopped: 4,
} as const;

/** Answer to a {@link ReadCall}; index `i` is the i-th file. */
export interface ReadAnswer {
  readonly outcomes: Uint8Array<ArrayBuffer>;
  /** For what is not ok: the digest that was found, or the reason. */
  readonly details: ReadonlyMap<number, string>;
}
