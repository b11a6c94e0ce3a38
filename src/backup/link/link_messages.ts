/**
 * What main and the linker thread say to each other.
 *
 * @module
 */
import type { Xattrs } from "../../fs/file_system.ts";

/** What the linker does with an entry of a section. */
export const ACTION = {
  /** Nothing: a hasher stores its content. */
  leave: 0,
  /** Link it to the entry of the same path in the previous snapshot. */
  linkPrevious: 1,
  /** Create it anew: a symlink, fifo, socket or device node. */
  create: 2,
} as const;

/** A section of the tree to make; `actions[i]` is for name `i`, whose stat row is `i + 1`. */
export interface LinkSection {
  readonly relPath: string;
  /** With a `/` between them: one text goes over to another thread faster than many. */
  readonly names: string;
  readonly stats: Float64Array<ArrayBuffer>;
  readonly actions: Uint8Array<ArrayBuffer>;
  /** Row to mtime of the stored inode, where it is not the entry's own. */
  readonly storedMtimes: ReadonlyMap<number, StoredMtime>;
  /** Row to text of a symlink. */
  readonly linkTargets: ReadonlyMap<number, string>;
  readonly xattrs: ReadonlyMap<number, Xattrs>;
  /** `dedup.metadata = "inode"`: an inode with another mode or owner than the entry is not linked. */
  readonly sameMetadataOnly: boolean;
}

/** A whole directory that is as it was: all of it is linked to the previous snapshot. */
export interface KnownLinks {
  readonly relPath: string;
  /** The names of its files and symlinks, with a `/` between them. */
  readonly names: string;
  /** As in {@link LinkSection}: what each of them is, and must be. */
  readonly stats: Float64Array<ArrayBuffer>;
  readonly storedMtimes: ReadonlyMap<number, StoredMtime>;
  /** Its checksum file, linked when everything else was; undefined when it needs none. */
  readonly sums: KnownSums | undefined;
  readonly sameMetadataOnly: boolean;
}

/** A checksum file that says what it said. */
export interface KnownSums {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly mtime: StoredMtime;
}

/** mtime of an inode: whole seconds and nanoseconds. */
export interface StoredMtime {
  readonly sec: number;
  readonly nsec: number;
}

/** A file whose content the root holds already, under another path. */
export interface LinkToStored {
  /** Directory and name of the stored file, relative to the backup root. */
  readonly fromDir: string;
  readonly fromName: string;
  /** Where it is to appear, relative to the snapshot. */
  readonly toDir: string;
  readonly toName: string;
  /** What the stored file must still be. */
  readonly sizeBytes: number;
  readonly mtime: StoredMtime;
  /** With `dedup.metadata = "inode"`: what else it must be. */
  readonly metadata?: InodeMetadata;
}

/** What an inode says beside its content. */
export interface InodeMetadata {
  /** Permission bits 0–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: StoredMtime;
}

/** A SHA256SUMS file to write. */
export interface SumsFile {
  readonly relPath: string;
  readonly fileName: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** mtime to give, also the sign that the previous one still is what we wrote. */
  readonly mtime: StoredMtime;
  /** Whether the previous snapshot's file of that name may be equal. */
  readonly linkPrevious: boolean;
}

/** A directory whose content is complete; gets its attributes. */
export interface FinishedDir {
  readonly relPath: string;
  readonly stats: Float64Array<ArrayBuffer>;
  readonly xattrs: Xattrs;
}

/** What the linker can be asked to do. */
export type LinkCall =
  /** Make these directories, open to their owner alone until they are finished; parents first. */
  | { readonly kind: "dirs"; readonly relPaths: readonly string[] }
  /** Fill directories that were made. */
  | { readonly kind: "sections"; readonly sections: readonly (LinkSection | KnownLinks)[] }
  | { readonly kind: "stored"; readonly links: readonly LinkToStored[] }
  | {
    readonly kind: "finish";
    readonly sums: readonly SumsFile[];
    readonly dirs: readonly FinishedDir[];
  };

/** Why an entry was not made. */
export type LinkFailureKind =
  /** The stored file is not what its record says (or is gone): the content is to be stored again. */
  | "damaged"
  /** The file system takes no further link to it: a new copy becomes the link target. */
  | "refused"
  /** Its mode or owner differs and `dedup.metadata` is `inode`. */
  | "metadata"
  /** The entry cannot be created here (a device node without the right to, a name). */
  | "unsupported";

/**
 * An entry that was not made. `section` and `index` say which; for `stored`, `index` alone. Of
 * {@link KnownLinks}, the index behind the last name is the checksum file.
 */
export interface LinkFailure {
  readonly section: number;
  readonly index: number;
  readonly kind: LinkFailureKind;
  readonly reason: string;
}

/** Answer to every {@link LinkCall}. */
export interface LinkAnswer {
  readonly failures: readonly LinkFailure[];
  /** Names of attributes that the backup root does not keep. */
  readonly refused: readonly string[];
}
