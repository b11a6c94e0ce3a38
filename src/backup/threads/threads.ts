/**
 * Starts the threads of a run: one walker, some hashers, one linker.
 *
 * @module
 */
import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import type { HasherStart, LinkerStart, WalkCall, WalkerStart } from "./thread_messages.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** Starts each role; passed in so that tests can run the roles in their own thread. */
export interface Threads {
  walker(start: WalkerStart): Promise<Started<WalkCall, WalkedMessage[] | undefined>>;
  hasher(start: HasherStart): Promise<Started<HashCall, HashAnswer>>;
  linker(start: LinkerStart): Promise<Started<LinkCall, LinkAnswer>>;
}

/** Real worker threads, each with no more Deno permissions than its role needs. */
export const WORKER_THREADS: Threads = {
  walker: (start) =>
    startWorker(new URL("./walker_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.sourceRoot], write: [] },
    }),
  hasher: (start) =>
    startWorker(new URL("./hasher_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.sourceRoot, start.snapshotDir], write: [start.snapshotDir] },
    }),
  linker: (start) =>
    startWorker(new URL("./linker_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.backupRoot], write: [start.backupRoot], makesSymlinks: true },
    }),
};
