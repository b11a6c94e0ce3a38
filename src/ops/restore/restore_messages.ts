/**
 * What main and the restoring threads tell one another. Plain data.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";

/** First message to a restoring thread: it may read the snapshot and write below the target. */
export interface RestoreStart extends ThreadStart {
  /** Absolute path of the snapshot's directory. */
  readonly snapshotDir: string;
  /** Absolute, without symlinks. */
  readonly target: string;
  /** Part of the names of files that are not complete yet; new in every run. */
  readonly token: string;
  readonly reflink: boolean;
  /** Whether a directory that is in the way of a file may be removed with all that is in it. */
  readonly deletes: boolean;
  /** One Int32: KiB done of the call in work. */
  readonly progress: SharedArrayBuffer;
}

/** Entries of one directory; row and index `i` belong to `names[i]`. */
export interface SectionWork {
  /** Below the target. */
  readonly relPath: string;
  /** Of the same directory, below the snapshot. */
  readonly storedPath: string;
  /** Whether this run makes the directory. */
  readonly isNew: boolean;
  readonly names: readonly string[];
  /** Of `ACTION`: create, replace or metadata. */
  readonly actions: Uint8Array<ArrayBuffer>;
  readonly stats: Float64Array<ArrayBuffer>;
  /** `""` where there is none. */
  readonly digests: readonly string[];
  readonly sha512s: ReadonlyMap<number, string>;
  readonly linkTargets: ReadonlyMap<number, string>;
  readonly xattrs: ReadonlyMap<number, Xattrs>;
  /** Those that the snapshot has only in its manifest. */
  readonly recorded: ReadonlySet<number>;
  /** Path below the target of the restored file that the entry is one more name of. */
  readonly linkTo: ReadonlyMap<number, string>;
  /** Whether the attributes of files have to be read from the stored files. */
  readonly readsXattrs: boolean;
  /** The directory's own line; only where it is to be compared. */
  readonly dir?: FinishedDir;
}

/** A directory in which nothing is left to be done, with what it is to be like. */
export interface FinishedDir {
  readonly relPath: string;
  readonly storedPath: string;
  /** One row. */
  readonly stats: Float64Array<ArrayBuffer>;
  readonly xattrs: Xattrs;
  /** Whether it was there before, perhaps with attributes that it is not to have. */
  readonly existed: boolean;
}

/** What a restoring thread is asked to do. */
export type RestoreCall =
  | { readonly kind: "restore"; readonly sections: readonly SectionWork[] }
  /** Gives directories their attributes, in this order. */
  | { readonly kind: "finish"; readonly dirs: readonly FinishedDir[] }
  /** Makes way for what goes into a directory. */
  | {
    readonly kind: "prepare";
    readonly relPath: string;
    readonly storedPath: string;
    readonly how: "replace" | "open-up";
  }
  | { readonly kind: "remove"; readonly relPath: string; readonly names: readonly string[] }
  /** Reads again what was restored, but for attributes that are not kept (see `refused`). */
  | {
    readonly kind: "verify";
    readonly sections: readonly SectionWork[];
    readonly refused: readonly string[];
  };

/** What became of a call. */
export interface RestoreAnswer {
  /** Indices of entries that failed, counted through all sections of the call. */
  readonly failed: readonly number[];
  /** Paths below the snapshot of directories that could not be had. */
  readonly failedDirs: readonly string[];
  readonly problems: readonly Problem[];
  /** Entries that were restored, directories not among them. */
  readonly entriesDone: number;
  /** Content that was written, or read again. */
  readonly bytesDone: number;
  /** Names made as hard links of a restored file. */
  readonly hardLinks: number;
  /** Names that should have been, and got a file of their own. */
  readonly unlinked: number;
  readonly removed: number;
  /** Files whose content could not be checked for want of a digest. */
  readonly unchecked: number;
  /** Entries that belong to this process's user or group and should belong to others. */
  readonly otherOwners: number;
  /** What the target's file system does not keep: names of xattrs, or "owner", "mode", "times". */
  readonly refused: readonly string[];
}
