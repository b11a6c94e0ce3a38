import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";
import type { CountAnswer } from "./count_batch.ts";
import type { LinkLimit } from "./link_limit.ts";

/** First message to a counting thread: it may read below the backup root, nothing else. */
export interface CountStart extends ThreadStart {
  /** Absolute, without symlinks. */
  readonly backupRoot: string;
  readonly linkLimit: LinkLimit | undefined;
}

/** Directories to count, with as much of what is below them as is worth a message. */
export interface CountCall {
  /** Relative to the backup root. */
  readonly dirs: readonly string[];
  /** Whether each directory has a checksum file that is not the user's. */
  readonly ownSums: boolean;
}

/** Starts a counting thread; passed in so that tests can count in their own. */
export type StartCounter = (start: CountStart) => Promise<Started<CountCall, CountAnswer>>;

/** A real worker thread with no more Deno permissions than it needs. */
export const COUNT_THREAD: StartCounter = (start) =>
  startWorker(new URL("./count_worker.ts", import.meta.url), {
    start,
    reach: { read: [start.backupRoot], write: [] },
  });
