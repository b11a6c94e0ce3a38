import { createHash, hash } from "node:crypto";
import { type Dir, type File, type FileSystem, FsError } from "../../../fs/file_system.ts";
import { DirCache } from "../../../fs/open_path.ts";
import { StatTable } from "../../../fs/stat_table.ts";
import type { CancelFlag } from "../../../threads/cancel.ts";
import type { Handler } from "../../../threads/lane.ts";
import { IDENTITY, READ, type ReadAnswer, type ReadCall } from "./verify_messages.ts";

/** What a reader works with. */
export interface ReaderOptions {
  readonly fs: FileSystem;
  /** The backup root, open. */
  readonly root: Dir;
  readonly bufferBytes: number;
  readonly cancel: CancelFlag;
  readonly stop: CancelFlag;
  /** Called with the bytes done of the file in work. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Makes the handler of a reader lane: it reads files and compares their digests. It throws
 * `Cancelled` alone; whatever is wrong with a file is in the answer.
 */
export function makeReader(options: ReaderOptions): Handler<ReadCall, ReadAnswer> {
  const reader = new Reader(options);
  return (call) => ({ answer: reader.read(call) });
}

interface Outcome {
  readonly outcome: number;
  readonly detail?: string;
}

const OK: Outcome = { outcome: READ.ok };
const STOPPED: Outcome = { outcome: READ.stopped };

/** Hex digits of a SHA-512. */
const SHA512_DIGITS = 128;

class Reader {
  readonly #options: ReaderOptions;
  readonly #dirs: DirCache;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #now = new StatTable(1);

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#dirs = new DirCache(options.fs, options.root);
    this.#buffer = new Uint8Array(options.bufferBytes);
  }

  read({ groups, identities, digests: lines }: ReadCall): ReadAnswer {
    const digests = lines.split("\n");
    const outcomes = new Uint8Array(digests.length);
    const details = new Map<number, string>();
    const { cancel, stop } = this.#options;
    let index = 0;
    for (const { dir, names } of groups) {
      for (const name of names.split("/")) {
        cancel.check();
        const wanted = { identities, index, digest: digests[index] ?? "" };
        const { outcome, detail } = stop.raised ? STOPPED : this.#readFile({ dir, name }, wanted);
        outcomes[index] = outcome;
        if (detail !== undefined) details.set(index, detail);
        index++;
      }
    }
    return { outcomes, details };
  }

  #readFile(place: { dir: string; name: string }, wanted: Wanted): Outcome {
    const { fs } = this.#options;
    try {
      const file = fs.openFile(this.#dirs.get(place.dir), place.name);
      try {
        fs.fstat(file, this.#now, 0);
        if (!isSameInode(this.#now, wanted)) return { outcome: READ.replaced };
        return this.#compare(file, wanted.digest);
      } finally {
        fs.closeFile(file);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (GONE.has(error.code)) return { outcome: READ.replaced };
      return { outcome: READ.unreadable, detail: error.message };
    }
  }

  #compare(file: File, digest: string): Outcome {
    const sizeBytes = this.#now.sizeBytes(0);
    const algorithm = digest.length === SHA512_DIGITS ? "sha512" : "sha256";
    const found = sizeBytes <= this.#buffer.length
      ? this.#hashSmall(file, { sizeBytes, algorithm })
      : this.#hashLarge(file, { sizeBytes, algorithm });
    if (found === undefined) return STOPPED;
    return found === digest || digest === "" ? OK : { outcome: READ.damaged, detail: found };
  }

  #hashSmall(file: File, { sizeBytes, algorithm }: Hashing): string {
    const room = this.#buffer.subarray(0, sizeBytes);
    const count = this.#options.fs.read(file, room, 0);
    return hash(algorithm, count === sizeBytes ? room : room.subarray(0, count), "hex");
  }

  /** Undefined when the time was up before the end. */
  #hashLarge(file: File, { sizeBytes, algorithm }: Hashing): string | undefined {
    const { fs, cancel, stop, onBytes } = this.#options;
    const digest = createHash(algorithm);
    for (let at = 0; at < sizeBytes;) {
      cancel.check();
      if (stop.raised) return undefined;
      onBytes(at);
      const count = fs.read(file, this.#buffer, at);
      if (count === 0) break; // cut short meanwhile: the digest will tell
      digest.update(count === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, count));
      at += count;
    }
    onBytes(0);
    return digest.digest("hex");
  }
}

interface Wanted {
  readonly identities: Float64Array;
  readonly index: number;
  readonly digest: string;
}

interface Hashing {
  readonly sizeBytes: number;
  readonly algorithm: "sha256" | "sha512";
}

/** The file went away, or is something else. */
const GONE = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ESTALE", "ENXIO"]);

function isSameInode(now: StatTable, { identities, index }: Wanted): boolean {
  const at = index * IDENTITY.length;
  for (let i = 0; i < IDENTITY.length; i++) {
    if (now.data[IDENTITY[i] ?? 0] !== identities[at + i]) return false;
  }
  return true;
}
