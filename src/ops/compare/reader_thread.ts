import type { HashAnswer, HashCall } from "../../backup/hash/hash_messages.ts";
import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";

/** First message to a reading thread: it may read below the directory, nothing else. */
export interface ReaderStart extends ThreadStart {
  /** Absolute, without symlinks. */
  readonly dir: string;
  readonly bufferBytes: number;
  /** One Int32: KiB done of the file in work. */
  readonly progress: SharedArrayBuffer;
}

/** What a reading thread is asked for: digests, nothing else. */
export type ReadCall = Pick<Extract<HashCall, { kind: "hash" }>, "files">;

/** Starts a reading thread; passed in so that tests can read in their own. */
export type StartReader = (start: ReaderStart) => Promise<Started<ReadCall, HashAnswer>>;

/** A real worker thread with no more Deno permissions than it needs. */
export const READER_THREAD: StartReader = (start) =>
  startWorker(new URL("./reader_worker.ts", import.meta.url), {
    start,
    reach: { read: [start.dir], write: [] },
  });
