/**
 * Step 3 of 5, in its own threads: files that are new or changed → digests, and contents in the
 * snapshot. Main decides between the two with the index (`dedup.ts`): a small file is read once and
 * held until main says "store" or "known already"; a large one is hashed while it is copied.
 *
 * @module
 */
import { createHash, hash } from "node:crypto";
import { joinRel } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { Dir, FileSystem, Xattrs } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { Protection } from "../../store/protection.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { copyContent, readForHash } from "./copy_content.ts";
import { FATE, type FileList, type HashAnswer, type HashCall } from "./hash_messages.ts";
import type { Handler } from "../../threads/lane.ts";
import {
  type SeenRow,
  SourceFailure,
  SourceFile,
  sourceProblemText,
  virtualFile,
} from "./source_file.ts";
import { Slab } from "./slab.ts";
import { asHoldable, attributesOf, refusalOf, StoredFile } from "./stored_file.ts";

/** Times a file that changes under our hands is read before we settle for what we have. */
const ATTEMPTS = 3;

/** Memory for the contents of one job, unless a single file needs more. */
const USUAL_JOB_BYTES = 8 << 20;

/** What a hasher works with. */
export interface HasherOptions {
  readonly fs: FileSystem;
  /** The source root, open. */
  readonly source: Dir;
  /** The `.partial` directory, open. */
  readonly snapshot: Dir;
  readonly bufferBytes: number;
  /** Of what is stored. Default: none. */
  readonly protection?: Protection | undefined;
  readonly cancel: CancelFlag;
  /** Called with the bytes done of the file in work. */
  readonly onBytes: (bytes: number) => void;
}

/** A file that was read and waits for main's decision. */
interface Held {
  readonly dir: string;
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly seen: SeenRow;
  readonly sparse: boolean;
  readonly xattrs: Xattrs;
}

/**
 * Makes the handler of a hasher lane. It throws only for failures of the backup root (and
 * `Cancelled`); whatever is wrong with a source file is in the answer.
 */
export function makeHasher(options: HasherOptions): Handler<HashCall, HashAnswer> {
  const hasher = new Hasher(options);
  return (call) => {
    if (call.kind === "store") return { answer: hasher.store(call.wanted) };
    if (call.kind === "copy") return { answer: hasher.copy(call.files, call.storedAs) };
    return { answer: hasher.hash(call.files, call) };
  };
}

class Hasher {
  readonly #options: HasherOptions;
  readonly #sourceDirs: DirCache;
  readonly #snapshotDirs: DirCache;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #refused = new Set<string>();
  readonly #heldJobs: HeldJob[] = [];
  /** Memory of jobs that are done, to be used again: fresh memory would grow until it is collected. */
  readonly #freeMemory: Uint8Array<ArrayBuffer>[] = [];

  constructor(options: HasherOptions) {
    this.#options = options;
    this.#sourceDirs = new DirCache(options.fs, options.source);
    this.#snapshotDirs = new DirCache(options.fs, options.snapshot);
    this.#buffer = new Uint8Array(options.bufferBytes);
  }

  hash(files: FileList, { hold }: { hold: boolean }): HashAnswer {
    const held: (Held | undefined)[] = [];
    const slab = hold ? new Slab(this.#memory(totalSize(files))) : undefined;
    const answer = this.#eachFile(files, (source, result) => {
      if (slab === undefined) {
        result.digest = this.#hashOnly(source, result);
        return FATE.hashed;
      }
      const content = this.#readWhole(source, { slab, result });
      if (content === undefined) {
        result.unsettled = false; // no reading of it is kept
        return FATE.grown;
      }
      result.digest = hash("sha256", content, "hex");
      held[result.index] = {
        dir: result.dir,
        name: result.name,
        content,
        seen: source.seen,
        sparse: source.sparse,
        xattrs: result.xattrs,
      };
      return FATE.hashed;
    });
    if (slab !== undefined) this.#heldJobs.push({ held, memory: slab.memory });
    return answer;
  }

  /** Names of attributes that were refused since the last answer. */
  #takeRefused(): string[] {
    const refused = [...this.#refused];
    this.#refused.clear();
    return refused;
  }

  #note(refused: readonly string[]): void {
    for (const name of refused) this.#refused.add(name);
  }

  store(wanted: Uint8Array<ArrayBuffer>): HashAnswer {
    const { held, memory } = this.#heldJobs.shift() ?? { held: [], memory: undefined };
    const fates = new Uint8Array(wanted.length);
    const problems: Problem[] = [];
    for (const [index, file] of held.entries()) {
      if (wanted[index] !== 1 || file === undefined) continue;
      const { fs, protection, cancel } = this.#options;
      cancel.check();
      const { dir, name, seen: { stats, row } } = file;
      const into = this.#snapshotDirs.get(dir);
      // Nobody else can get into a directory of a run that is under way.
      const mode = stats.permissions(row);
      const refusal = refusalOf(() => {
        const stored = new StoredFile(fs, into, { name, mode, protection });
        this.#note(stored.finish(() => {
          stored.writeWhole(file.content, { sparse: file.sparse });
          return attributesOf(file.seen.stats, file.seen.row, file.xattrs);
        }));
      });
      fates[index] = refusal === undefined ? FATE.stored : FATE.failed;
      if (refusal !== undefined) problems.push(problemOf({ dir, name }, refusal));
    }
    if (memory !== undefined) this.#freeMemory.push(memory);
    return { ...NOTHING, fates, problems, refused: this.#takeRefused() };
  }

  #memory(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const free = this.#freeMemory.pop();
    if (free !== undefined && free.length >= sizeBytes) return free;
    return new Uint8Array(Math.max(sizeBytes, USUAL_JOB_BYTES));
  }

  copy(files: FileList, storedAs?: readonly string[]): HashAnswer {
    return this.#eachFile(files, (source, result) => {
      const other = storedAs?.[result.index];
      result.digest = this.#untilSettled(source, result, () => {
        const into = this.#snapshotDirs.get(other === undefined ? result.dir : "");
        const { fs, protection, cancel, onBytes } = this.#options;
        const name = other ?? result.name;
        const stored = asHoldable(() => new StoredFile(fs, into, { name, protection }));
        const digest = createHash("sha256");
        let sizeBytes = 0;
        onBytes(0);
        const fill = () => {
          const stream = { buffer: this.#buffer, digest, cancel, onBytes };
          sizeBytes = copyContent(source, stored, stream);
          return attributesOf(source.seen.stats, source.seen.row, result.xattrs);
        };
        this.#note(asHoldable(() => stored.finish(fill)));
        return { value: digest.digest("hex"), sizeBytes, undo: () => stored.remove() };
      });
      return FATE.stored;
    });
  }

  #hashOnly(source: SourceFile, result: FileResult): string {
    return this.#untilSettled(source, result, () => {
      const digest = createHash("sha256");
      const { cancel, onBytes } = this.#options;
      onBytes(0);
      const sizeBytes = readForHash(source, { buffer: this.#buffer, digest, cancel, onBytes });
      return { value: digest.digest("hex"), sizeBytes };
    });
  }

  #readWhole(
    source: SourceFile,
    { slab, result }: { slab: Slab; result: FileResult },
  ): Uint8Array<ArrayBuffer> | undefined {
    return this.#untilSettled(source, result, () => {
      const room = slab.room(source.sizeBytes);
      if (room === undefined) return { value: undefined, sizeBytes: source.sizeBytes };
      const read = source.read(room, 0);
      slab.keep(read);
      return { value: room.subarray(0, read), sizeBytes: read };
    });
  }

  /** Repeats `attempt` while the file changes under it; after the last try the result stands. */
  #untilSettled<T>(source: SourceFile, result: FileResult, attempt: () => Attempt<T>): T {
    for (let left = ATTEMPTS - 1;; left--) {
      const { value, sizeBytes, undo } = attempt();
      const changed = changedMeanwhile(source, undo);
      if (!changed && sizeBytes === source.sizeBytes) return value;
      if (changed && left === 0) {
        result.unsettled = true;
        source.settleSize(sizeBytes);
        return value;
      }
      undo?.();
      if (!changed) throw virtualFile();
      source.restat();
    }
  }

  /** Runs `visit` on every file of the list and gathers the answer. */
  #eachFile(
    files: FileList,
    visit: (source: SourceFile, result: FileResult) => number,
  ): HashAnswer {
    const gathered = new Gathered(files);
    for (const group of files.groups) {
      for (const name of group.names) {
        this.#options.cancel.check();
        gathered.add(group.relPath, name, (result) => {
          const source = new SourceFile(
            this.#options.fs,
            () => this.#sourceDirs.get(group.relPath),
            { name, seen: { stats: gathered.walked, row: result.index } },
          );
          try {
            result.xattrs = source.xattrs();
            const fate = visit(source, result);
            result.source = source;
            return fate;
          } finally {
            source.close();
          }
        });
      }
    }
    return { ...gathered.answer, refused: this.#takeRefused() };
  }
}

function problemOf(
  { dir, name }: { dir: string; name: string },
  { code, message: reason }: SourceFailure,
): Problem {
  const relPath = joinRel(dir, name);
  const message = sourceProblemText(relPath, reason);
  return { relPath, step: "hash", code, message, stored: false };
}

/** Whether the file changed since it was opened; when that cannot be told, nothing of it is kept. */
function changedMeanwhile(source: SourceFile, undo: (() => void) | undefined): boolean {
  try {
    return source.changed();
  } catch (error) {
    undo?.();
    throw error;
  }
}

/** An answer that tells of no file. */
const NOTHING: Omit<HashAnswer, "fates" | "refused"> = {
  digests: [],
  rows: new Map(),
  xattrs: new Map(),
  problems: [],
  unsettled: [],
};

interface Attempt<T> {
  readonly value: T;
  /** What was read; less than the size that fstat told when the file was cut short. */
  readonly sizeBytes: number;
  /** Takes back what the attempt stored. */
  readonly undo?: () => void;
}

interface FileResult {
  readonly index: number;
  readonly dir: string;
  readonly name: string;
  digest: string;
  xattrs: Xattrs;
  unsettled: boolean;
  source: SourceFile | undefined;
}

interface HeldJob {
  readonly held: readonly (Held | undefined)[];
  readonly memory: Uint8Array<ArrayBuffer>;
}

/** Builds the columns of an answer file by file. */
class Gathered {
  /** The files as the walk saw them. */
  readonly walked: StatTable;
  readonly #fates: Uint8Array<ArrayBuffer>;
  readonly #digests: string[] = [];
  readonly #rows = new Map<number, Float64Array<ArrayBuffer>>();
  readonly #xattrs = new Map<number, Xattrs>();
  readonly #problems: Problem[] = [];
  readonly #unsettled: number[] = [];

  constructor(files: FileList) {
    this.walked = new StatTable(files.stats);
    this.#fates = new Uint8Array(this.walked.capacity);
  }

  get answer(): Omit<HashAnswer, "refused"> {
    return {
      fates: this.#fates,
      digests: this.#digests,
      rows: this.#rows,
      xattrs: this.#xattrs,
      problems: this.#problems,
      unsettled: this.#unsettled,
    };
  }

  add(dir: string, name: string, run: (result: FileResult) => number): void {
    const index = this.#digests.length;
    const result: FileResult = {
      index,
      dir,
      name,
      digest: "",
      xattrs: [],
      unsettled: false,
      source: undefined,
    };
    this.#fates[index] = this.#tryFile(result, run);
    this.#digests.push(result.digest);
    const row = result.source?.rowUnless(this.walked, index);
    if (row !== undefined) this.#rows.set(index, row);
    if (result.xattrs.length > 0) this.#xattrs.set(index, result.xattrs);
    if (result.unsettled) this.#noteUnsettled(result);
  }

  #tryFile(result: FileResult, run: (result: FileResult) => number): number {
    try {
      return run(result);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      this.#note(result, error.code, { reason: error.message, stored: false });
      return FATE.failed;
    }
  }

  #noteUnsettled(result: FileResult): void {
    this.#unsettled.push(result.index);
    const reason =
      `it changed each of the ${ATTEMPTS} times it was read; the last reading was kept`;
    this.#note(result, "changed", { reason, stored: true });
  }

  #note(
    result: FileResult,
    code: Problem["code"],
    { reason, stored }: { reason: string; stored: boolean },
  ): void {
    this.#problems.push({ ...problemOf(result, new SourceFailure(code, reason)), stored });
  }
}

function totalSize(files: FileList): number {
  const stats = new StatTable(files.stats);
  let total = 0;
  for (let row = 0; row < stats.capacity; row++) total += stats.sizeBytes(row);
  return total;
}
