import { joinRel } from "../../base/path_bytes.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { InodeContent, InodeStore } from "../../store/inode_store.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import type { HashAnswer, HashCall, HashFailure } from "./hash_files.ts";

/** Files and bytes of a job at most. */
const JOB_FILES = 256;
const JOB_BYTES = 8 << 20;

/** What became of a file: its content, or why it could not be read. */
export type HashOutcome = InodeContent | HashFailure;

/** A file to be read. */
export interface FileToHash {
  /** The snapshot's directory, relative to the backup root, and its number. */
  readonly snapshotDir: string;
  readonly snapshot: number;
  /** Directory in the snapshot. */
  readonly dir: string;
  readonly name: string;
  /** Row `row` is the file's lstat. */
  readonly stats: StatTable;
  readonly row: number;
  readonly sha512: boolean;
}

interface Job {
  readonly files: FileToHash[];
  bytes: number;
  readonly done: PromiseWithResolvers<readonly HashOutcome[]>;
}

/** Reads files in the threads, and each inode once, however many ask for it. */
export class HashQueue {
  readonly #pool: LanePool<HashCall, HashAnswer>;
  readonly #store: InodeStore;
  readonly #onDone: (files: number, bytes: number) => void;
  /** Inodes that are being read. */
  readonly #inWork = new Map<string, Promise<HashOutcome>>();
  #job: Job | undefined;

  constructor(
    { pool, store, onDone }: {
      pool: LanePool<HashCall, HashAnswer>;
      store: InodeStore;
      onDone: (files: number, bytes: number) => void;
    },
  ) {
    this.#pool = pool;
    this.#store = store;
    this.#onDone = onDone;
  }

  /**
   * Reads a file, unless its inode is being read already; {@link flush} sees to the last ones.
   * `isFirst` says whether nobody has asked for it yet.
   */
  add(
    file: FileToHash,
    { again }: { again: boolean },
  ): { outcome: Promise<HashOutcome>; isFirst: boolean } {
    const key = `${file.stats.inodeKey(file.row)}:${file.sha512}`;
    const known = again ? undefined : this.#inWork.get(key);
    if (known !== undefined) return { outcome: known, isFirst: false };
    const size = file.stats.sizeBytes(file.row);
    const job = this.#jobFor(file, size);
    const index = job.files.push(file) - 1;
    job.bytes += size;
    const outcome = job.done.promise.then((all) => all[index] ?? NOT_READ);
    outcome.catch(() => undefined); // told to whoever waits for it
    if (again) return { outcome, isFirst: true };
    this.#inWork.set(key, outcome);
    const forget = () => void this.#inWork.delete(key);
    outcome.then(forget, forget);
    return { outcome, isFirst: true };
  }

  /** Starts what was put off to be read with more. */
  flush(): void {
    const job = this.#job;
    this.#job = undefined;
    if (job === undefined) return;
    this.#run(job).then(job.done.resolve, job.done.reject);
  }

  #jobFor({ sha512 }: FileToHash, size: number): Job {
    const job = this.#job;
    const fits = job !== undefined && job.files.length < JOB_FILES &&
      job.bytes + size <= JOB_BYTES && job.files[0]?.sha512 === sha512;
    if (!fits) this.flush();
    this.#job ??= { files: [], bytes: 0, done: Promise.withResolvers() };
    this.#job.done.promise.catch(() => undefined);
    return this.#job;
  }

  async #run({ files }: Job): Promise<readonly HashOutcome[]> {
    const call = { groups: groupsOf(files), sha512: files[0]?.sha512 === true };
    const answer = await this.#pool.lease((lane) => lane.call(call));
    const attributed = new Set(answer.attributed);
    const stats = new StatTable(answer.stats);
    let bytes = 0;
    const outcomes = files.map((file, i): HashOutcome => {
      const failure = answer.failures.get(i);
      if (failure !== undefined) return failure;
      if (!isSame(file, stats, i)) return CHANGED;
      bytes += stats.sizeBytes(i);
      const digest = answer.digests[i] ?? "";
      const content = { digest, sha512: answer.sha512s[i] ?? "", attributed: attributed.has(i) };
      const at = { snapshot: file.snapshot, relPath: joinRel(file.dir, file.name) };
      return { ...content, id: this.#store.put(content, { stats, row: i, at }) };
    });
    this.#onDone(files.length, bytes);
    return outcomes;
  }
}

const NOT_READ: HashFailure = { code: "unreadable", reason: "nobody read it" };
const CHANGED: HashFailure = { code: "changed", reason: "it is not the file any more that it was" };

const SAME = [STAT.inoHigh, STAT.inoLow, STAT.sizeBytes, STAT.mtimeSec, STAT.mtimeNsec] as const;

function isSame({ stats, row }: FileToHash, read: StatTable, index: number): boolean {
  return SAME.every((field) => stats.get(row, field) === read.get(index, field));
}

function groupsOf(files: readonly FileToHash[]): HashCall["groups"] {
  const groups: { dir: string; names: string[] }[] = [];
  for (const { snapshotDir, dir, name } of files) {
    const path = dir === "" ? snapshotDir : joinRel(snapshotDir, dir);
    const last = groups.at(-1);
    if (last?.dir === path) last.names.push(name);
    else groups.push({ dir: path, names: [name] });
  }
  return groups;
}
