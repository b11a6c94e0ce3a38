import type { Job } from "../../config/config.ts";
import type { FenceState } from "../../fs/fence.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import { type CancelFlag, Cancelled } from "../../threads/cancel.ts";
import { type Lane, LazyLane } from "../../threads/lane.ts";
import type { Started } from "../../threads/start_thread.ts";
import type { LogLevel } from "../snapshot/run_log.ts";
import type { ThreadProfile } from "../snapshot/thread_profile.ts";

/** What {@link RunLanes} needs beside the job. */
export interface RunLanesOptions {
  readonly cancel: CancelFlag;
  /** Hears once how the threads are fenced. */
  readonly note: (level: LogLevel, message: string) => void;
  /** Hears of each thread, and what its role is. */
  readonly profile?: Pick<ThreadProfile, "add">;
}

/** All threads of a run: the fence of each is looked at before its first call, and they end together. */
export class RunLanes {
  readonly #wanted: Job["settings"]["performance.fence"];
  readonly #options: RunLanesOptions;
  readonly #lanes: Pick<Lane<unknown, unknown>, "close">[] = [];
  readonly #told = new Set<LogLevel>();
  #closed = false;

  constructor(job: Job, options: RunLanesOptions) {
    this.#wanted = job.settings["performance.fence"];
    this.#options = options;
  }

  /**
   * Starts a thread.
   *
   * @throws {AppError} FENCE_MISSING when `performance.fence` is `required` and it has none
   */
  async start<Call, Answer>(
    begin: () => Promise<Started<Call, Answer>>,
    role = "",
  ): Promise<Lane<Call, Answer>> {
    if (this.#closed) throw new Cancelled();
    const { lane, report } = await begin();
    this.#lanes.push(lane);
    this.#options.profile?.add(role, lane);
    // The run ended while the thread was starting; its end is nobody's concern any more.
    if (this.#closed) void lane.close();
    this.#checkFence(report.fence);
    return lane;
  }

  /** The same for a thread that is started by its first call, which then may throw so. */
  lazy<Call, Answer>(
    begin: () => Promise<Started<Call, Answer>>,
    role?: string,
  ): Lane<Call, Answer> {
    return new LazyLane(() => this.start(begin, role));
  }

  /** Stops what is under way, for good; see {@link Lane.close} for when it resolves. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#options.cancel.raise();
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #checkFence(fence: FenceState): void {
    const { raised, abi, reason = "the kernel refused it" } = fence;
    if (raised) return this.#tell("debug", `Each thread is fenced by Landlock (ABI ${abi})`);
    if (this.#wanted === "required") throw fenceMissing(fence);
    if (this.#wanted === "auto") {
      this.#tell("warning", `The threads run without a fence: ${reason}`);
    }
  }

  #tell(level: LogLevel, message: string): void {
    if (this.#told.has(level)) return;
    this.#told.add(level);
    this.#options.note(level, message);
  }
}
