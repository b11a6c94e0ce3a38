import { printable } from "../../base/path_bytes.ts";
import type { Problem, ProblemCode } from "../../base/problem.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import type { LogLevel } from "../../backup/snapshot/run_log.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import type { InodeStore } from "../../store/inode_store.ts";
import { PRIVATE_DIR } from "../../store/layout.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { HashQueue } from "./hash_queue.ts";
import {
  noCounts,
  type PlanStep,
  type RebuildCounts,
  type RebuildDeps,
  type RebuildOptions,
} from "./rebuild_deps.ts";

/** What all steps of a rebuild share. */
export interface RebuildWorkParts {
  readonly fs: FileSystem;
  readonly root: RootDir;
  readonly deps: RebuildDeps;
  readonly options: RebuildOptions;
  readonly cancel: CancelFlag;
  readonly store: InodeStore;
}

/** A rebuild under way: what it works with, what it has done, and how that is told. */
export class RebuildWork {
  readonly fs: FileSystem;
  readonly root: RootDir;
  readonly deps: RebuildDeps;
  readonly options: RebuildOptions;
  readonly cancel: CancelFlag;
  readonly store: InodeStore;
  readonly counts: RebuildCounts = noCounts();
  readonly plan: PlanStep[] = [];
  /** Tells how many KiB the threads have read of what they have in work. */
  kibInWork: () => number = () => 0;
  /** How many bytes the inodes that were met and not read yet have. */
  bytesFound = 0;
  walkDone = false;
  /** Set while duplicates are linked: what there is to be linked. */
  linking: { readonly entries: number; readonly bytes: number } | undefined;
  currentPath = "";
  readonly #told = new Set<string>();
  #privateDir: Dir | undefined;
  #hashers: HashQueue | undefined;

  constructor({ fs, root, deps, options, cancel, store }: RebuildWorkParts) {
    this.fs = fs;
    this.root = root;
    this.deps = deps;
    this.options = options;
    this.cancel = cancel;
    this.store = store;
  }

  /** `.phlb`, open as long as the root is locked. */
  get privateDir(): Dir {
    if (this.#privateDir === undefined) throw new Error("The root is not locked");
    return this.#privateDir;
  }

  /** Opens {@link privateDir}; returns what closes it. */
  openPrivateDir(): () => void {
    const dir = this.#privateDir = this.fs.openDir(this.root.dir, PRIVATE_DIR);
    return () => {
      this.#privateDir = undefined;
      this.fs.closeDir(dir);
    };
  }

  get dryRun(): boolean {
    return this.options.dryRun;
  }

  get hashers(): HashQueue {
    if (this.#hashers === undefined) throw new Error("The hashers were not started");
    return this.#hashers;
  }

  set hashers(queue: HashQueue) {
    this.#hashers = queue;
  }

  log(level: LogLevel, message: string): void {
    this.deps.onEvent({ kind: "log", level, message });
  }

  /** The same, but each message only once. */
  tellOnce(level: LogLevel, message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.log(level, message);
  }

  /** Tells of one entry; `relPath` is relative to the backup root. */
  problem(
    relPath: string,
    { code, action, reason, stored = true }: {
      code: ProblemCode;
      /** Up to the path: `Cannot read`. */
      action: string;
      reason: string;
      stored?: boolean;
    },
  ): void {
    const message = `${action} "${printable(relPath)}": ${reason}`;
    this.tell({ relPath, step: "rebuild", code, message, stored });
  }

  /** Tells of a problem that somebody else put into words. */
  tell(problem: Problem): void {
    this.counts.problems++;
    if (problem.code === "damaged") this.counts.damaged++;
    this.deps.onEvent({ kind: "problem", problem });
  }

  progress(): void {
    const { files, bytesHashed, linked, bytesSaved, problems } = this.counts;
    const done = this.linking === undefined
      ? {
        entriesDone: files,
        bytesDone: Math.min(this.bytesFound, bytesHashed + this.kibInWork() * 1024),
        entriesFound: files,
        bytesFound: this.bytesFound,
        walkDone: this.walkDone,
      }
      : {
        entriesDone: linked,
        bytesDone: bytesSaved,
        entriesFound: this.linking.entries,
        bytesFound: this.linking.bytes,
        walkDone: true,
      };
    const { currentPath } = this;
    this.deps.onEvent({ kind: "progress", ...done, problems, currentPath });
  }

  /**
   * Gives signals and timers their turn.
   *
   * @throws {Cancelled} when the user wants the work to stop
   */
  async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.cancel.check();
  }
}
