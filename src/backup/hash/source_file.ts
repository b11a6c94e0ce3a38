import { printable } from "../../base/path_bytes.ts";
import type { ProblemCode } from "../../base/problem.ts";
import {
  type Dir,
  type File,
  type FileSystem,
  FsError,
  type Xattrs,
} from "../../fs/file_system.ts";
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";

/** A source file could not be had. The entry becomes a problem; the run goes on. */
export class SourceFailure extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/**
 * A regular file of the source, open for reading, with its stat before and after. Everything that
 * the operating system refuses is a {@link SourceFailure}, so that it cannot be mistaken for a
 * failure of the backup root.
 */
export class SourceFile {
  readonly #fs: FileSystem;
  readonly #file: File;
  /** The row that {@link changed} compares with. */
  #before: SeenRow;
  #isSeen: boolean;

  /**
   * `seen` is how the walk saw it. That goes for its state at the beginning: when it has changed since
   * then, {@link changed} says so like of any other change. Without it, the file is looked at now.
   *
   * @throws {SourceFailure} when it is gone, unreadable or no regular file any more.
   */
  constructor(fs: FileSystem, dir: () => Dir, { name, seen }: { name: string; seen?: SeenRow }) {
    this.#fs = fs;
    this.#file = asSource(() => fs.openFile(dir(), name));
    this.#isSeen = seen !== undefined && seen.stats.sizeBytes(seen.row) > 0;
    this.#before = seen ?? { stats: new StatTable(1), row: 0 };
    try {
      if (!this.#isSeen) this.restat();
      if (this.sizeBytes === 0) this.#refuseVirtual();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Virtual files (as in /proc) say that they are empty: to store that would be to lose them. */
  #refuseVirtual(): void {
    if (this.read(new Uint8Array(1), 0) === 0) return;
    if (this.changed()) return; // it grew just now: reading it will tell
    throw virtualFile();
  }

  get file(): File {
    return this.#file;
  }

  /** Size in bytes at the last {@link restat}. */
  get sizeBytes(): number {
    return this.#before.stats.sizeBytes(this.#before.row);
  }

  /** True when the file has holes, or a file system that packs its blocks. */
  get sparse(): boolean {
    const { stats, row } = this.#before;
    return stats.get(row, STAT.allocatedBytes) < this.sizeBytes;
  }

  /** Its stat row: as the walk saw it, or at the last {@link restat}. */
  get seen(): SeenRow {
    return this.#before;
  }

  /**
   * Looks at the file anew: from here on, {@link changed} compares with this moment.
   *
   * @throws {SourceFailure} when it is no regular file
   */
  restat(): void {
    const stats = new StatTable(1);
    asSource(() => this.#fs.fstat(this.#file, stats, 0));
    this.#before = { stats, row: 0 };
    this.#isSeen = false;
    if (stats.type(0) === "file") return;
    throw new SourceFailure("replaced", "it is not a regular file any more");
  }

  /** Says how much was read of a file that never held still, so that the record fits what is stored. */
  settleSize(sizeBytes: number): void {
    if (this.#isSeen) this.restat();
    this.#before.stats.set(0, STAT.sizeBytes, sizeBytes);
  }

  /** Whether the file was written to, or is another one, since it was {@link seen}. */
  changed(): boolean {
    asSource(() => this.#fs.fstat(this.#file, AFTER, 0));
    return !sameStamp(this.#before, AFTER);
  }

  /** Fills `into` from `offset`; fewer bytes at the end of the file only. */
  read(into: Uint8Array<ArrayBuffer>, offset: number): number {
    try {
      return asSource(() => this.#fs.read(this.#file, into, offset));
    } catch (error) {
      // What is no file any more tells that better than by how it refuses to be read.
      if (this.#isSeen) this.restat();
      throw error;
    }
  }

  nextData(offset: number): { start: number; end: number } | undefined {
    return asSource(() => this.#fs.nextData(this.#file, offset, this.sizeBytes));
  }

  xattrs(): Xattrs {
    return asSource(() => this.#fs.fileXattrs(this.#file));
  }

  /** A copy of the row, when it differs from what the walker saw in row `row` of `walked`. */
  rowUnless(walked: StatTable, row: number): Float64Array<ArrayBuffer> | undefined {
    if (this.#isSeen) return undefined;
    const at = row * STAT_FIELDS;
    const now = this.#before.stats.data;
    for (let field = 0; field < STAT_FIELDS; field++) {
      // Reading sets the access time; that is no news.
      if (field === STAT.atimeSec || field === STAT.atimeNsec) continue;
      if (now[field] !== walked.data[at + field]) return now.slice();
    }
    return undefined;
  }

  close(): void {
    this.#fs.closeFile(this.#file);
  }
}

/** A file whose size says nothing about its content. */
export function virtualFile(): SourceFailure {
  return new SourceFailure(
    "unreadable",
    "it is a virtual file: its size is not that of its content",
  );
}

/** What one row of a table says of a file. */
export interface SeenRow {
  readonly stats: StatTable;
  readonly row: number;
}

/** Of the file that is looked at; each thread has its own. */
const AFTER = new StatTable(1);

/** What is another number when the content is another one, or the file. */
const STAMP = [
  STAT.sizeBytes,
  STAT.mtimeSec,
  STAT.mtimeNsec,
  STAT.ctimeSec,
  STAT.ctimeNsec,
  STAT.inoLow,
  STAT.inoHigh,
  STAT.devMajor,
  STAT.devMinor,
];

function sameStamp({ stats, row }: SeenRow, after: StatTable): boolean {
  return STAMP.every((field) => stats.get(row, field) === after.get(0, field)) &&
    stats.type(row) === after.type(0);
}

function asSource<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new SourceFailure(problemCode(error.code), error.message);
  }
}

function problemCode(errno: string): ProblemCode {
  if (errno === "ENOENT" || errno === "ESTALE") return "vanished";
  if (errno === "ELOOP" || errno === "ENXIO" || errno === "ENOTDIR") return "replaced";
  return "unreadable";
}

/** The message of a problem with a source file. */
export function sourceProblemText(relPath: string, reason: string): string {
  return `Cannot back up "${printable(relPath)}": ${reason}`;
}
