/**
 * What main and the hasher threads say to each other. Per-file facts travel in columns: a message
 * for five hundred files is two strings and a few numbers each, not five hundred objects.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import type { Xattrs } from "../../fs/file_system.ts";

/** Regular files of the source, grouped by directory, in walk order. */
export interface FileList {
  readonly groups: readonly { readonly relPath: string; readonly names: readonly string[] }[];
  /** Stat rows as the walker saw them, one for each file. */
  readonly stats: Float64Array<ArrayBuffer>;
}

/** What a hasher can be asked to do. */
export type HashCall =
  /** Read every file once and tell its digest; with `hold` keep the contents for a `store` call. */
  | { readonly kind: "hash"; readonly files: FileList; readonly hold: boolean }
  /** Write those held files whose byte is 1 into the snapshot, forget all of the oldest held job. */
  | { readonly kind: "store"; readonly wanted: Uint8Array<ArrayBuffer> }
  /** Hash and copy in one pass; to the same path, or to `storedAs[i]` at the top of the snapshot. */
  | {
    readonly kind: "copy";
    readonly files: FileList;
    readonly storedAs?: readonly string[];
  };

/** What became of a file in a hasher. */
export const FATE = {
  /** The digest is known; the content is held when that was asked for. */
  hashed: 0,
  /** It lies in the snapshot under its name, with its attributes. */
  stored: 1,
  /** Nothing was stored; there is a problem for it. */
  failed: 2,
  /** It outgrew the memory set aside for it: ask again with `copy`. */
  grown: 3,
} as const;

/** Answer to every {@link HashCall}; index `i` is the i-th file of the list. */
export interface HashAnswer {
  readonly fates: Uint8Array<ArrayBuffer>;
  /** 64 hex digits, `""` where there is none. */
  readonly digests: readonly string[];
  /** Stat rows of files that were not as the walker saw them any more: the truth at reading time. */
  readonly rows: ReadonlyMap<number, Float64Array<ArrayBuffer>>;
  readonly xattrs: ReadonlyMap<number, Xattrs>;
  readonly problems: readonly Problem[];
  /** Names of attributes that the backup root does not keep. */
  readonly refused: readonly string[];
  /** Files that kept changing: the digest is that of what was read last. */
  readonly unsettled: readonly number[];
}
