/**
 * Reads stored files of a backup root and tells their digests, in threads of its own that cannot
 * write anything.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { ProblemCode } from "../../base/problem.ts";
import type { FenceRules } from "../../fs/fence.ts";
import { type Dir, type File, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { Handler } from "../../threads/lane.ts";
import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";

/** First message to a thread: it may read below the backup root, nothing else. */
export interface HashStart extends ThreadStart {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly bufferBytes: number;
  /** One Int32: KiB done of the job in work. */
  readonly progress: SharedArrayBuffer;
}

/** Files to be read, by directory. */
export interface HashCall {
  readonly groups: readonly { readonly dir: string; readonly names: readonly string[] }[];
  /** Whether to compute SHA-512 as well, for the checksum files of PyHardLinkBackup 0.x. */
  readonly sha512: boolean;
}

/** Index `i` is the i-th file of the call. */
export interface HashAnswer {
  /** 64 hex digits, `""` for a file that could not be read. */
  readonly digests: readonly string[];
  /** 128 hex digits, `""` where nobody asked. */
  readonly sha512s: readonly string[];
  readonly failures: ReadonlyMap<number, HashFailure>;
  /** Files with extended attributes. */
  readonly attributed: readonly number[];
  /** A stat row for each file as it was read. */
  readonly stats: Float64Array<ArrayBuffer>;
}

/** Why a file has no digest. */
export interface HashFailure {
  readonly code: ProblemCode;
  readonly reason: string;
  /** This user may not read it; another one may. */
  readonly denied?: boolean;
}

/** Starts a thread that hashes; passed in so that tests can do without threads. */
export type StartHasher = (start: HashStart) => Promise<Started<HashCall, HashAnswer>>;

/** A real worker thread. */
export const startHashWorker: StartHasher = (start) =>
  startWorker(new URL("./hash_worker.ts", import.meta.url), {
    start,
    reach: { read: [start.root], write: [] },
  });

/** What the kernel lets the thread reach. */
export function hashFence({ root }: Pick<HashStart, "root">): FenceRules {
  return { read: [root], write: [] };
}

/** Makes the handler of the thread. Only `Cancelled` is thrown; failures are in the answer. */
export function hashRole(fs: FileSystem, start: HashStart): Handler<HashCall, HashAnswer> {
  const root = fs.openRoot(start.root);
  const reader = new Reader(fs, { root, start });
  return (call) => {
    const answer = reader.hash(call);
    return { answer, transfer: [answer.stats.buffer] };
  };
}

interface ReadFile {
  readonly digest: string;
  readonly sha512: string;
  readonly attributed: boolean;
}

class Reader {
  readonly #fs: FileSystem;
  readonly #dirs: DirCache;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #cancel: CancelFlag;
  readonly #progress: Int32Array;
  readonly #before = new StatTable(1);
  readonly #after = new StatTable(1);
  #jobBytes = 0;

  constructor(fs: FileSystem, { root, start }: { root: Dir; start: HashStart }) {
    this.#fs = fs;
    this.#dirs = new DirCache(fs, root);
    this.#buffer = new Uint8Array(start.bufferBytes);
    this.#cancel = new CancelFlag(start.cancel);
    this.#progress = new Int32Array(start.progress);
  }

  hash({ groups, sha512 }: HashCall): HashAnswer {
    const count = groups.reduce((sum, { names }) => sum + names.length, 0);
    const stats = new StatTable(count);
    const digests: string[] = [];
    const sha512s: string[] = [];
    const attributed: number[] = [];
    const failures = new Map<number, HashFailure>();
    this.#jobBytes = 0;
    for (const { dir, names } of groups) {
      for (const name of names) {
        this.#cancel.check();
        const index = digests.length;
        const read = this.#tryRead(dir, name, { sha512 });
        digests.push("digest" in read ? read.digest : "");
        sha512s.push("digest" in read ? read.sha512 : "");
        if (!("digest" in read)) failures.set(index, read);
        else if (read.attributed) attributed.push(index);
        stats.copyRow(index, this.#after, 0);
      }
    }
    Atomics.store(this.#progress, 0, 0);
    return { digests, sha512s, failures, attributed, stats: stats.data };
  }

  #tryRead(
    dir: string,
    name: string,
    { sha512 }: { sha512: boolean },
  ): ReadFile | HashFailure {
    this.#after.data.fill(0, 0, STAT_FIELDS);
    try {
      const file = this.#fs.openFile(this.#dirs.get(dir), name);
      try {
        return this.#read(file, sha512 ? createHash("sha512") : undefined);
      } finally {
        this.#fs.closeFile(file);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const denied = error.code === "EACCES" || error.code === "EPERM";
      return { code: codeOf(error), reason: error.message, denied };
    }
  }

  #read(file: File, second: Hash | undefined): ReadFile | HashFailure {
    const fs = this.#fs;
    fs.fstat(file, this.#before, 0);
    if (this.#before.type(0) !== "file") {
      return { code: "replaced", reason: "it is not a regular file any more" };
    }
    const first = createHash("sha256");
    let offset = 0;
    for (;;) {
      this.#cancel.check();
      const count = fs.read(file, this.#buffer, offset);
      if (count === 0) break;
      const bytes = this.#buffer.subarray(0, count);
      first.update(bytes);
      second?.update(bytes);
      offset += count;
      this.#jobBytes += count;
      Atomics.store(this.#progress, 0, Math.floor(this.#jobBytes / 1024));
      if (count < this.#buffer.length) break;
    }
    fs.fstat(file, this.#after, 0);
    if (offset !== this.#after.sizeBytes(0) || !sameStamp(this.#before, this.#after)) {
      return { code: "changed", reason: "it was written to while it was read" };
    }
    return {
      digest: first.digest("hex"),
      sha512: second?.digest("hex") ?? "",
      attributed: fs.fileXattrs(file).length > 0,
    };
  }
}

const STAMP = [STAT.sizeBytes, STAT.mtimeSec, STAT.mtimeNsec] as const;

function sameStamp(a: StatTable, b: StatTable): boolean {
  return STAMP.every((field) => a.get(0, field) === b.get(0, field));
}

function codeOf({ code }: FsError): ProblemCode {
  if (code === "ENOENT" || code === "ESTALE") return "vanished";
  return code === "ELOOP" || code === "ENOTDIR" || code === "ENXIO" ? "replaced" : "unreadable";
}
