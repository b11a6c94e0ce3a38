/**
 * Has stored files read by the reader threads, in jobs of a few MiB.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import type { StatTable } from "../../fs/stat_table.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import { IDENTITY, READ, type ReadAnswer, type ReadCall } from "./threads/verify_messages.ts";

/** Content of a job, unless a single file has more. Source: as for hashing, own measurement. */
const JOB_BYTES = 8 << 20;
const JOB_FILES = 1000;

/** A file that is to be read. */
export interface FileToRead {
  /** Directory, relative to the caller's choice: see {@link ContentCheck}. */
  readonly dir: string;
  readonly name: string;
  readonly stats: StatTable;
  readonly row: number;
  /** What it should have; `""`: it is only read. */
  readonly digest: string;
}

/** Whose file it is, and which inode it has; numbers of the caller's. */
export interface FileOwner<Target> {
  readonly target: Target;
  readonly inode: number;
}

/** What became of it: one of {@link READ}, with the digest found or the reason. */
export interface ReadResult<Target> extends FileOwner<Target> {
  readonly outcome: number;
  readonly detail: string;
}

/** How a {@link ContentCheck} goes about it. */
export interface ContentOptions<Target> {
  /** Jobs that are under way at most. */
  readonly maxJobs: number;
  /** The directory, relative to the backup root, that the target's files are relative to. */
  readonly dirOf: (target: Target | undefined) => string;
  readonly onResult: (file: FileToRead, result: ReadResult<Target>) => void;
}

/** See the module text. `Target` is what the caller keeps of a snapshot. */
export class ContentCheck<Target> {
  readonly #pool: LanePool<ReadCall, ReadAnswer>;
  readonly #options: ContentOptions<Target>;
  readonly #running = new Set<Promise<void>>();
  #batch = new Batch<Target>();
  #batchBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(pool: LanePool<ReadCall, ReadAnswer>, options: ContentOptions<Target>) {
    this.#pool = pool;
    this.#options = options;
  }

  /** Puts a file into the next job; `await` {@link room} now and then. */
  add(file: FileToRead, target: Target, { inode }: { inode: number }): void {
    const sizeBytes = file.stats.sizeBytes(file.row);
    if (this.#batchBytes + sizeBytes > JOB_BYTES) this.#start();
    this.#batch.files.push(file);
    this.#batch.targets.push(target);
    this.#batch.inodes.push(inode);
    this.#batchBytes += sizeBytes;
    if (this.#batch.files.length >= JOB_FILES) this.#start();
  }

  /** Waits while more jobs are under way than the threads need. */
  async room(): Promise<void> {
    while (this.#running.size >= this.#options.maxJobs) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Waits for all that was added, also meanwhile. */
  async settled(): Promise<void> {
    do {
      this.#start();
      await Promise.all(this.#running);
      if (this.#failure !== undefined) throw this.#failure.error;
    } while (this.#running.size > 0 || this.#batch.files.length > 0);
  }

  #start(): void {
    const batch = this.#batch;
    if (batch.files.length === 0) return;
    this.#batch = new Batch();
    this.#batchBytes = 0;
    const job: Promise<void> = this.#run(batch).catch((error: unknown) => {
      this.#failure ??= { error };
    }).finally(() => this.#running.delete(job));
    this.#running.add(job);
  }

  async #run({ files, targets, inodes }: Batch<Target>): Promise<void> {
    const { dirOf, onResult } = this.#options;
    const call = callOf(files, (index) => dirOf(targets[index]));
    const transfer = [call.identities.buffer];
    const { outcomes, details } = await this.#pool.lease((lane) => lane.call(call, transfer));
    for (let index = 0; index < files.length; index++) {
      const [file, target] = [files[index], targets[index]];
      if (file === undefined || target === undefined) continue;
      const outcome = outcomes[index] ?? READ.stopped;
      const detail = outcome === READ.ok ? "" : details.get(index) ?? "";
      onResult(file, { target, inode: inodes[index] ?? 0, outcome, detail });
    }
  }
}

/** Files of one job, in columns. */
class Batch<Target> {
  readonly files: FileToRead[] = [];
  readonly targets: Target[] = [];
  readonly inodes: number[] = [];
}

function callOf(files: readonly FileToRead[], rootOf: (index: number) => string): ReadCall {
  const identities = new Float64Array(files.length * IDENTITY.length);
  const groups: { dir: string; names: string }[] = [];
  let [at, from] = [0, 0];
  for (const [i, { dir, stats, row }] of files.entries()) {
    for (const field of IDENTITY) identities[at++] = stats.get(row, field);
    const next = files[i + 1];
    if (next?.dir === dir && rootOf(i + 1) === rootOf(i)) continue;
    const names = files.slice(from, i + 1).map(({ name }) => name).join("/");
    groups.push({ dir: dir === "" ? rootOf(i) : joinRel(rootOf(i), dir), names });
    from = i + 1;
  }
  return { groups, identities, digests: files.map(({ digest }) => digest).join("\n") };
}
