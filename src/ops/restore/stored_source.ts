import { createHash, hash } from "node:crypto";
import type { StoredFile } from "../../backup/hash/stored_file.ts";
import type { ProblemCode } from "../../base/problem.ts";
import {
  type Dir,
  type File,
  type FileSystem,
  FsError,
  type Xattrs,
} from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import type { CancelFlag } from "../../threads/cancel.ts";

/** A stored file is not what its record says, or cannot be had. Its entry becomes a problem. */
export class StoredFailure extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** What a stored file must hold. */
export interface WantedContent {
  readonly sizeBytes: number;
  /** `""` when nobody knows it. */
  readonly digest: string;
  /** Counts where there is no `digest`. */
  readonly sha512: string | undefined;
}

/** What copying a large file needs. */
export interface CopyOptions {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly cancel: CancelFlag;
  /** Called with the bytes done so far. */
  readonly onBytes: (bytes: number) => void;
  /** Gets the content, holes as holes. */
  readonly to?: StoredFile;
  /** A file that shares the content's blocks already: it is read instead. */
  readonly from?: StoredFile;
}

/**
 * A regular file that is read to be compared with its record: a stored one on its way to the target,
 * or a restored one. What the operating system refuses is a {@link StoredFailure}, so that it cannot
 * be mistaken for a failure of what is written.
 */
export class StoredSource {
  readonly #fs: FileSystem;
  readonly #sparse: boolean;
  readonly file: File;

  /**
   * Opens the file; `stats` is where its lstat row may be put.
   *
   * @throws {StoredFailure} also when its size is not the wanted one
   */
  constructor(
    fs: FileSystem,
    place: { readonly dir: () => Dir; readonly name: string; readonly stats: StatTable },
    { sizeBytes }: WantedContent,
  ) {
    this.#fs = fs;
    const { dir, name, stats } = place;
    this.file = asStored(() => fs.openFile(dir(), name));
    try {
      asStored(() => fs.fstat(this.file, stats, 0));
      if (stats.type(0) !== "file") throw new StoredFailure("damaged", "it is no regular file");
      if (stats.sizeBytes(0) !== sizeBytes) {
        const found = stats.sizeBytes(0);
        throw new StoredFailure("damaged", `it has ${found} bytes instead of ${sizeBytes}`);
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.#sparse = stats.get(0, STAT.allocatedBytes) < sizeBytes;
  }

  /** True when it has holes. */
  get sparse(): boolean {
    return this.#sparse;
  }

  xattrs(): Xattrs {
    return asStored(() => this.#fs.fileXattrs(this.file));
  }

  /** What was read and checked stays so, whatever closing says. */
  close(): void {
    try {
      this.#fs.closeFile(this.file);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
  }

  /**
   * The whole content, in the first bytes of `buffer`.
   *
   * @throws {StoredFailure} when it is not the wanted one
   */
  readWhole(wanted: WantedContent, buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const content = buffer.subarray(0, wanted.sizeBytes);
    if (this.#read(content, 0) < content.length) {
      throw new StoredFailure("damaged", "it was cut short");
    }
    const [algorithm, expected] = algorithmOf(wanted);
    if (algorithm !== undefined) checkDigest(hash(algorithm, content, "hex"), expected);
    return content;
  }

  /**
   * Reads the content, block by block, and copies it on the way.
   *
   * @throws {StoredFailure} when it is not the wanted one; what was written has to go then
   */
  stream(wanted: WantedContent, options: CopyOptions): void {
    const { to, from } = options;
    const read = (into: Uint8Array<ArrayBuffer>, at: number) =>
      from === undefined ? this.#read(into, at) : from.read(into, at);
    const [algorithm, expected] = algorithmOf(wanted);
    const digest = algorithm === undefined ? undefined : createHash(algorithm);
    let at = 0;
    for (const run of this.#dataRuns(wanted.sizeBytes)) {
      feedZeros(digest, run.start - at, options.cancel);
      for (at = run.start; at < run.end;) {
        options.cancel.check();
        const want = Math.min(options.buffer.length, run.end - at);
        const block = options.buffer.subarray(0, want);
        if (read(block, at) < want) {
          throw new StoredFailure("damaged", "it was cut short");
        }
        digest?.update(block);
        to?.write(block, at);
        at += want;
        options.onBytes(at);
      }
    }
    feedZeros(digest, wanted.sizeBytes - at, options.cancel);
    if (this.#sparse) to?.truncate(wanted.sizeBytes);
    if (digest !== undefined) checkDigest(digest.digest("hex"), expected);
    options.onBytes(wanted.sizeBytes);
  }

  #read(into: Uint8Array<ArrayBuffer>, at: number): number {
    return asStored(() => this.#fs.read(this.file, into, at));
  }

  *#dataRuns(sizeBytes: number): Generator<{ start: number; end: number }> {
    if (!this.#sparse) {
      yield { start: 0, end: sizeBytes };
      return;
    }
    for (let at = 0; at < sizeBytes;) {
      const run = asStored(() => this.#fs.nextData(this.file, at, sizeBytes));
      if (run === undefined || run.start >= sizeBytes) return;
      const end = Math.min(run.end, sizeBytes);
      yield { start: run.start, end };
      at = end;
    }
  }
}

/** Whether a content can be checked at all. */
export function isChecked({ digest, sha512 }: WantedContent): boolean {
  return digest !== "" || sha512 !== undefined;
}

/** Runs `step` and tells what the system refuses as a {@link StoredFailure}. */
export function asStored<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new StoredFailure(codeOf(error.code), error.message);
  }
}

function codeOf(errno: string): ProblemCode {
  if (errno === "ENOENT") return "missing";
  return ["ELOOP", "ENXIO", "ENOTDIR"].includes(errno) ? "damaged" : "unreadable";
}

function algorithmOf(
  { digest, sha512 }: WantedContent,
): [algorithm: "sha256" | "sha512" | undefined, expected: string] {
  if (digest !== "") return ["sha256", digest];
  return sha512 === undefined ? [undefined, ""] : ["sha512", sha512];
}

function checkDigest(found: string, expected: string): void {
  if (found === expected) return;
  throw new StoredFailure("damaged", "its content is not what its digest says");
}

const ZEROS = new Uint8Array(64 * 1024);

function feedZeros(
  digest: { update(bytes: Uint8Array): unknown } | undefined,
  count: number,
  cancel: CancelFlag,
): void {
  if (digest === undefined) return;
  for (let left = count; left > 0; left -= ZEROS.length) {
    cancel.check();
    digest.update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  }
}
