import type { Settings } from "../../config/schema.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import { CancelFlag, Cancelled } from "../../threads/cancel.ts";
import type { Lane } from "../../threads/lane.ts";
import type { CountAnswer } from "./count_batch.ts";
import type { CountCall, StartCounter } from "./count_threads.ts";
import type { LinkLimit } from "./link_limit.ts";

/** Directories that travel in one call at most. */
const CALL_DIRS = 64;

/** Calls that a lane has at a time: it works on one while main takes in another. */
const CALLS_PER_LANE = 2;

/** How the counting threads are started. */
export interface CountingOptions {
  readonly start: StartCounter;
  readonly threads: number;
  readonly fence: Settings["performance.fence"];
  readonly fileSystem: FileSystemKind;
  readonly backupRoot: string;
  readonly linkLimit: LinkLimit | undefined;
  readonly signal: AbortSignal;
}

/** Threads that count directory trees, shared out among them by the directory. */
export class CountingLanes {
  readonly #lanes: readonly Lane<CountCall, CountAnswer>[];
  readonly #cancel: CancelFlag;
  readonly #release: () => void;

  private constructor(
    lanes: readonly Lane<CountCall, CountAnswer>[],
    { cancel, release }: { cancel: CancelFlag; release: () => void },
  ) {
    this.#lanes = lanes;
    this.#cancel = cancel;
    this.#release = release;
  }

  /**
   * Starts the threads.
   *
   * @throws {FENCE_MISSING} when `fence` is `required` and there is none
   * @throws {Cancelled}
   */
  static async start(options: CountingOptions): Promise<CountingLanes> {
    const { signal, fence, fileSystem, backupRoot, linkLimit } = options;
    const cancel = new CancelFlag();
    const raise = () => cancel.raise();
    signal.addEventListener("abort", raise);
    const release = () => signal.removeEventListener("abort", raise);
    const start = {
      fileSystem,
      fence: fence !== "off",
      cancel: cancel.shared,
      backupRoot,
      linkLimit,
    };
    const started = await Promise.allSettled(
      Array.from({ length: options.threads }, () => options.start(start)),
    );
    const good = started.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const lanes = new CountingLanes(good.map(({ lane }) => lane), { cancel, release });
    try {
      for (const one of started) if (one.status === "rejected") throw one.reason;
      const bare = good.find(({ report }) => !report.fence.raised);
      if (bare !== undefined && fence === "required") throw fenceMissing(bare.report.fence);
      if (signal.aborted) throw new Cancelled();
      return lanes;
    } catch (error) {
      await lanes.close();
      throw error;
    }
  }

  /**
   * Counts `dirs` and all that is below them; `take` gets the answers in no order.
   *
   * @throws {Cancelled}
   */
  async count(
    { dirs, ownSums }: CountCall,
    take: (answer: CountAnswer) => void,
  ): Promise<void> {
    const pending = [...dirs];
    const callers = this.#lanes.length * CALLS_PER_LANE;
    let calls = 0;
    let wake = Promise.withResolvers<void>();
    const caller = async (lane: Lane<CountCall, CountAnswer>): Promise<void> => {
      for (;;) {
        this.#cancel.check();
        // The last ones, so that the list stays short: a thread goes depth first too.
        const share = Math.min(CALL_DIRS, Math.ceil(pending.length / callers));
        const next = pending.splice(pending.length - share);
        if (next.length === 0) {
          if (calls === 0) return;
          await wake.promise;
          continue;
        }
        calls++;
        const answer = await lane.call({ dirs: next, ownSums });
        pending.push(...answer.left);
        take(answer);
        calls--;
        wake.resolve();
        wake = Promise.withResolvers();
      }
    };
    await Promise.all(
      this.#lanes.flatMap((lane) => Array.from({ length: CALLS_PER_LANE }, () => caller(lane))),
    );
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.#release();
    this.#cancel.raise();
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}
