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
  readonly #before = new StatTable(1);
  readonly #after = new StatTable(1);

  /** @throws {SourceFailure} when it is gone, unreadable or no regular file any more. */
  constructor(fs: FileSystem, dir: () => Dir, name: string) {
    this.#fs = fs;
    this.#file = asSource(() => fs.openFile(dir(), name));
    this.restat();
    if (this.#before.type(0) !== "file") {
      this.close();
      throw new SourceFailure("replaced", "it is not a regular file any more");
    }
    if (this.sizeBytes === 0) this.#refuseVirtual();
  }

  /** Virtual files (as in /proc) say that they are empty: to store that would be to lose them. */
  #refuseVirtual(): void {
    try {
      if (this.read(new Uint8Array(1), 0) === 0) return;
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.changed()) return; // it grew just now: reading it will tell
    this.close();
    throw virtualFile();
  }

  get file(): File {
    return this.#file;
  }

  /** Size in bytes at the last {@link restat}. */
  get sizeBytes(): number {
    return this.#before.sizeBytes(0);
  }

  /** True when the file has holes, or a file system that packs its blocks. */
  get sparse(): boolean {
    return this.#before.get(0, STAT.allocatedBytes) < this.sizeBytes;
  }

  /** Stat row at the last {@link restat}. */
  get stats(): StatTable {
    return this.#before;
  }

  /** Looks at the file anew: from here on, {@link changed} compares with this moment. */
  restat(): void {
    asSource(() => this.#fs.fstat(this.#file, this.#before, 0));
  }

  /** Says how much was read of a file that never held still, so that the record fits what is stored. */
  settleSize(sizeBytes: number): void {
    this.#before.set(0, STAT.sizeBytes, sizeBytes);
  }

  /** Whether the file was written to since the last {@link restat}. */
  changed(): boolean {
    asSource(() => this.#fs.fstat(this.#file, this.#after, 0));
    return !sameStamp(this.#before, this.#after);
  }

  /** Fills `into` from `offset`; fewer bytes at the end of the file only. */
  read(into: Uint8Array<ArrayBuffer>, offset: number): number {
    return asSource(() => this.#fs.read(this.#file, into, offset));
  }

  nextData(offset: number): { start: number; end: number } | undefined {
    return asSource(() => this.#fs.nextData(this.#file, offset, this.sizeBytes));
  }

  xattrs(): Xattrs {
    return asSource(() => this.#fs.fileXattrs(this.#file));
  }

  /** A copy of the row, when it differs from what the walker saw in row `row` of `walked`. */
  rowUnless(walked: StatTable, row: number): Float64Array<ArrayBuffer> | undefined {
    const at = row * STAT_FIELDS;
    const now = this.#before.data;
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

function sameStamp(a: StatTable, b: StatTable): boolean {
  return a.get(0, STAT.sizeBytes) === b.get(0, STAT.sizeBytes) &&
    a.get(0, STAT.mtimeSec) === b.get(0, STAT.mtimeSec) &&
    a.get(0, STAT.mtimeNsec) === b.get(0, STAT.mtimeNsec) &&
    a.get(0, STAT.ctimeSec) === b.get(0, STAT.ctimeSec) &&
    a.get(0, STAT.ctimeNsec) === b.get(0, STAT.ctimeNsec);
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
