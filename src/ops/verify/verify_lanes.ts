import type { Settings } from "../../config/schema.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { type Lane, LazyLane } from "../../threads/lane.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import type { ReaderCount } from "../../threads/reader_count.ts";
import type { Started } from "../../threads/start_thread.ts";
import type { VerifyThreads } from "./threads/threads.ts";
import {
  fromTreeMessage,
  type ReadAnswer,
  type ReadCall,
  type TreeCall,
  type TreeMessage,
  type TreePlan,
  type TreeSection,
} from "./threads/verify_messages.ts";

/** What the threads of a verify are started with. */
export interface LaneOptions {
  readonly threads: VerifyThreads;
  /** Absolute path of the backup root. */
  readonly root: string;
  readonly fileSystem: FileSystemKind;
  readonly fence: Settings["performance.fence"];
  readonly bufferBytes: number;
  readonly readers: ReaderCount;
  readonly cancel: CancelFlag;
  /** Raised when the time is up. */
  readonly stop: CancelFlag;
  /** What the readers together may read; undefined: all they can. */
  readonly budget: SharedArrayBuffer | undefined;
}

/** Batches that the tree's thread is asked for in advance. */
const AHEAD = 2;

/** The threads of a verify; each is started by its first call. */
export class VerifyLanes {
  readonly #options: LaneOptions;
  readonly #lanes: Lane<never, unknown>[] = [];
  readonly #tree: Lane<TreeCall, TreeMessage[] | undefined>;
  readonly #kibDone: Int32Array[] = [];
  /** Those that read contents. */
  readonly readers: LanePool<ReadCall, ReadAnswer>;

  /** The first call of each throws FENCE_MISSING when there must be a fence and is none. */
  constructor(options: LaneOptions) {
    this.#options = options;
    const { threads, root, fileSystem, fence, cancel } = options;
    const start = { root, fileSystem, fence: fence !== "off", cancel: cancel.shared };
    this.#tree = this.#lazy(() => threads.tree(start));
    this.readers = new LanePool(
      Array.from({ length: options.readers.most }, () => {
        const progress = new SharedArrayBuffer(4);
        this.#kibDone.push(new Int32Array(progress));
        const { bufferBytes, stop, budget } = options;
        const own = { bufferBytes, progress, stop: stop.shared, budget };
        return this.#lazy<ReadCall, ReadAnswer>(() => threads.reader({ ...start, ...own }));
      }),
      { open: options.readers.count },
    );
  }

  /** Bytes done of the large files in work. */
  get bytesUnderWay(): number {
    return this.#kibDone.reduce((sum, cell) => sum + Atomics.load(cell, 0) * 1024, 0);
  }

  /**
   * The tree that `plan` names, with the thread a few batches ahead. One tree at a time.
   *
   * @throws {FsError} when the snapshot's directory cannot be read
   */
  async *tree(plan: TreePlan): AsyncGenerator<TreeSection> {
    const asked: Promise<TreeMessage[] | undefined>[] = [];
    const ask = (call: TreeCall) => {
      const answer = this.#tree.call(call);
      answer.catch(() => undefined); // reported when its turn comes
      asked.push(answer);
    };
    ask(plan);
    for (let i = 0; i < AHEAD; i++) ask("next");
    for (let batch = await asked.shift(); batch !== undefined; batch = await asked.shift()) {
      ask("next");
      for (const message of batch) yield fromTreeMessage(message);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #lazy<Call, Answer>(begin: () => Promise<Started<Call, Answer>>): Lane<Call, Answer> {
    const lane = new LazyLane(async () => {
      const started = await begin();
      if (this.#options.fence !== "required" || started.report.fence.raised) return started.lane;
      await started.lane.close();
      throw fenceMissing(started.report.fence);
    });
    this.#lanes.push(lane);
    return lane;
  }
}
