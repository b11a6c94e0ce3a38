import type { Xattrs } from "../fs/file_system.ts";
import type { StatTable } from "../fs/stat_table.ts";

/**
 * One directory of a tree, or a slice of a large one: the unit in which a tree passes through the
 * pipeline and stands in a manifest. Row 0 of `stats` is the directory itself, row `i + 1` is
 * `names[i]`. Subdirectories are not among the names: each has a section of its own.
 *
 * Order of sections: the root, then depth first, siblings in byte order (`comparePaths`). Order of
 * names in a section: byte order (`compareNames`).
 */
export interface Section {
  /** Path of the directory below the root, `""` for the root itself. */
  readonly relPath: string;
  /** True when this section goes on with the directory of the section before. */
  readonly continues: boolean;
  readonly names: readonly string[];
  readonly stats: StatTable;
}

/** What a manifest says of an entry beyond its stat row. */
export interface EntryRecord {
  /** SHA-256 of the content, 64 lower-case hex digits; every stored regular file has one. */
  readonly digest?: string;
  /** SHA-512 in hex, as PyHardLinkBackup 0.x has it beside each file; never in a manifest of ours. */
  readonly sha512?: string;
  /** Text of a symlink. */
  readonly linkTarget?: string;
  /** mtime of the inode that holds the content, where it is not the entry's own (shared inode). */
  readonly storedMtime?: { readonly sec: number; readonly nsec: number };
  readonly xattrs?: Xattrs;
  /**
   * `recorded`: the snapshot has no such file, only this line (a special file or a link that could
   * not be made here, a directory's entry that is a mount point is still made).
   * `unsettled`: the content changed while it was read; the digest is that of what was stored.
   */
  readonly state?: "recorded" | "unsettled";
}

/** A section of a manifest: `records[row]` belongs to row `row` of `stats`. */
export interface ManifestSection extends Section {
  readonly records: readonly (EntryRecord | undefined)[];
}
