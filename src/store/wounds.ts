/**
 * What a repair notes of damaged stored files, see `wound_store.ts`.
 *
 * @module
 */
import type { Xattrs } from "../fs/file_system.ts";
import { STAT, type StatTable } from "../fs/stat_table.ts";
import type { StoredName } from "./inode_store.ts";

/** Something that is not as it should be, at one path of a snapshot. */
export interface Finding extends StoredName {
  /** Words of a verify, separated by spaces. */
  readonly codes: string;
  readonly reason: string;
  /** Why it stays as it is; `""` while nobody knows. */
  readonly why: string;
}

/** What an inode should have that is made anew. */
export interface UnitAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly xattrs: Xattrs;
}

/** Names that share one damaged inode (or one that is gone) and should have one content. */
export interface Unit {
  readonly id: number;
  /** Whether there is an inode: it is in the place of the right one. */
  readonly hasInode: boolean;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mtime: { readonly sec: number; readonly nsec: number };
  /** Whether the content was not found to be wrong. */
  readonly isContentRight: boolean;
  readonly attributes: UnitAttributes;
}

/** A name of a {@link Unit}. */
export interface UnitName extends StoredName {
  /** There is nothing, or something that is no regular file. */
  readonly isLost: boolean;
  /** Recorded mtime of its directory. */
  readonly dirMtime: { readonly sec: number; readonly nsec: number };
}

/** A stored file that may have a wanted content. */
export interface Origin extends StoredName {
  /** 0: the root that is repaired, and in its order the replicas. */
  readonly root: number;
}

/** How sure it is that attributes are those that the inode had. */
export const TRUST = {
  /** Of any entry that names it. */
  entry: 1,
  /** Of an entry with the mtime of the inode. */
  own: 2,
  /** Of the damaged inode itself. */
  inode: 3,
} as const;

/** What a name says of its unit. */
export interface NamedUnit {
  readonly at: StoredName;
  /** lstat row 0 of what has the name; undefined when that is no regular file. */
  readonly found: StatTable | undefined;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mtime: { readonly sec: number; readonly nsec: number };
  readonly dirMtime: { readonly sec: number; readonly nsec: number };
}

/** A directory that was made, or that has wrong attributes. */
export interface WoundedDir {
  readonly at: StoredName;
  readonly isMade: boolean;
  readonly attributes: UnitAttributes;
  readonly mtime: { readonly sec: number; readonly nsec: number };
}

/** The recorded or found mtime in a row. */
export function mtimeIn(stats: StatTable, row: number): { sec: number; nsec: number } {
  return { sec: stats.get(row, STAT.mtimeSec), nsec: stats.get(row, STAT.mtimeNsec) };
}

/** Tables of the store. */
export const WOUND_SCHEMA = `
      CREATE TEMP TABLE finding (
        snapshot INTEGER, path BLOB, codes TEXT, reason TEXT, healed INTEGER DEFAULT 0,
        why TEXT DEFAULT '', PRIMARY KEY (snapshot, path)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE unit (
        id INTEGER PRIMARY KEY, dev INTEGER, ino INTEGER, digest BLOB, size INTEGER,
        msec INTEGER, mnsec INTEGER, wrong INTEGER DEFAULT 0, healed INTEGER DEFAULT 0,
        trust INTEGER DEFAULT 0, changed INTEGER DEFAULT 0, mode INTEGER, uid INTEGER, gid INTEGER, xattrs TEXT,
        UNIQUE (dev, ino, digest, size, msec, mnsec)
      );
      CREATE TEMP TABLE name (
        unit INTEGER, snapshot INTEGER, path BLOB, lost INTEGER, dsec INTEGER, dnsec INTEGER,
        PRIMARY KEY (unit, snapshot, path)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE origin (
        digest BLOB, root INTEGER, dev INTEGER, ino INTEGER, snapshot INTEGER, path BLOB,
        PRIMARY KEY (digest, root, dev, ino)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE dir (
        snapshot INTEGER, path BLOB, made INTEGER, mode INTEGER, uid INTEGER, gid INTEGER,
        msec INTEGER, mnsec INTEGER, xattrs TEXT, PRIMARY KEY (snapshot, path)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE sums (
        snapshot INTEGER, path BLOB, PRIMARY KEY (snapshot, path)
      ) WITHOUT ROWID;
`;
