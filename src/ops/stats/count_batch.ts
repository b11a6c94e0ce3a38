/**
 * What the counting threads hand on: one row of numbers for each directory, and one for each name
 * of an inode that has other names. An inode with one name needs no row: whoever has the name is
 * its only holder.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";

/** Columns of a row for a name. */
export const ROW = {
  /** Major number × 2^32 + minor number. */
  device: 0,
  inoHigh: 1,
  inoLow: 2,
  /** Hard links that the inode has. */
  links: 3,
  allocatedBytes: 4,
  /** 1 for the content of a backed-up file, 0 for checksum files and everything else. */
  isContent: 5,
} as const;
/** Numbers in a row for a name. */
export const ROW_FIELDS = 6;

/** Columns of a row for a directory; all count its own entries alone. */
export const DIR = {
  /** Backed-up regular files. */
  files: 0,
  /** Sizes of them. */
  apparentBytes: 1,
  directories: 2,
  /** Symlinks and special files. */
  others: 3,
  /** Allocated bytes and number of inodes with one name: contents, and everything else. */
  loneContentBytes: 4,
  loneContents: 5,
  loneOtherBytes: 6,
  loneOthers: 7,
  /** How many rows for names follow for it. */
  rows: 8,
} as const;
/** Numbers in a row for a directory. */
export const DIR_FIELDS = 9;

/** A file that has almost as many links as the file system allows. */
export interface NearLimit {
  /** Relative to the backup root. */
  readonly relPath: string;
  /** `device:inode`. */
  readonly inode: string;
  readonly links: number;
}

/** Directories that were counted. */
export interface CountAnswer {
  /** Paths of the directories, relative to the backup root. */
  readonly paths: readonly string[];
  readonly dirs: Float64Array<ArrayBuffer>;
  readonly rows: Float64Array<ArrayBuffer>;
  readonly nearLimit: readonly NearLimit[];
  /** Directories that were found and not gone into yet. */
  readonly left: readonly string[];
  readonly problems: readonly Problem[];
}

/** Collects the numbers of an answer. */
export class CountBatch {
  readonly paths: string[] = [];
  /** Entries that were added. */
  entries = 0;
  #dirs = new Float64Array(64 * DIR_FIELDS);
  #dirCount = 0;
  #rows = new Float64Array(512 * ROW_FIELDS);
  #rowCount = 0;

  /** What is added from here on belongs to this directory. */
  beginDir(relPath: string): void {
    this.paths.push(relPath);
    this.#dirs = withRoom(this.#dirs, (this.#dirCount + 1) * DIR_FIELDS);
    this.#dirCount++;
  }

  /** Adds an entry; `isContent` says whether a regular file is one that was backed up. */
  add(stats: StatTable, row: number, { isContent }: { isContent: boolean }): void {
    this.entries++;
    const type = stats.type(row);
    if (type === "dir") this.#count(DIR.directories, 1);
    else if (type !== "file") this.#count(DIR.others, 1);
    else if (isContent) {
      this.#count(DIR.files, 1);
      this.#count(DIR.apparentBytes, stats.sizeBytes(row));
    }
    const holdsContent = isContent && type === "file";
    // The links of a directory are its own "." and its subdirectories' "..".
    if (type !== "dir" && stats.get(row, STAT.nlink) > 1) {
      this.#addRow(stats, row, { isContent: holdsContent });
    } else {
      const bytes = stats.get(row, STAT.allocatedBytes);
      this.#count(holdsContent ? DIR.loneContentBytes : DIR.loneOtherBytes, bytes);
      this.#count(holdsContent ? DIR.loneContents : DIR.loneOthers, 1);
    }
  }

  /** All numbers so far, in buffers of their own. */
  numbers(): Pick<CountAnswer, "paths" | "dirs" | "rows"> {
    return {
      paths: this.paths,
      dirs: this.#dirs.slice(0, this.#dirCount * DIR_FIELDS),
      rows: this.#rows.slice(0, this.#rowCount * ROW_FIELDS),
    };
  }

  #count(column: number, value: number): void {
    const at = (this.#dirCount - 1) * DIR_FIELDS + column;
    this.#dirs[at] = (this.#dirs[at] ?? 0) + value;
  }

  #addRow(stats: StatTable, row: number, { isContent }: { isContent: boolean }): void {
    this.#rows = withRoom(this.#rows, (this.#rowCount + 1) * ROW_FIELDS);
    const at = this.#rowCount++ * ROW_FIELDS;
    const rows = this.#rows;
    rows[at + ROW.device] = stats.get(row, STAT.devMajor) * 2 ** 32 + stats.get(row, STAT.devMinor);
    rows[at + ROW.inoHigh] = stats.get(row, STAT.inoHigh);
    rows[at + ROW.inoLow] = stats.get(row, STAT.inoLow);
    rows[at + ROW.links] = stats.get(row, STAT.nlink);
    rows[at + ROW.allocatedBytes] = stats.get(row, STAT.allocatedBytes);
    rows[at + ROW.isContent] = isContent ? 1 : 0;
    this.#count(DIR.rows, 1);
  }
}

function withRoom(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
