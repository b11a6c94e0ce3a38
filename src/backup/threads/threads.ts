/**
 * Starts the threads of a run: one walker, some hashers, one linker.
 *
 * @module
 */
import type { FileSystem } from "../../fs/file_system.ts";
import { startAhead, type Started, startWorker } from "../../threads/start_thread.ts";
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import type { HasherStart, LinkerStart, WalkCall, WalkerStart } from "./thread_messages.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** Starts each role; passed in so that tests can run the roles in their own thread. */
export interface Threads {
  /**
   * Lets the threads that every run has load what they need, before it is known what they are to do.
   * Returns what ends those that were not started after all.
   */
  ahead?(kind: FileSystem["kind"]): () => void;
  walker(start: WalkerStart): Promise<Started<WalkCall, WalkedMessage[] | undefined>>;
  hasher(start: HasherStart): Promise<Started<HashCall, HashAnswer>>;
  linker(start: LinkerStart): Promise<Started<LinkCall, LinkAnswer>>;
}

const WALKER = new URL("./walker_worker.ts", import.meta.url);
const LINKER = new URL("./linker_worker.ts", import.meta.url);

/** Real worker threads, each with no more Deno permissions than its role needs. */
export const WORKER_THREADS: Threads = {
  // On the portable port their permissions depend on what they are to do.
  ahead: (kind) => kind === "posix" ? startAhead([WALKER, LINKER]) : () => {},
  walker: (start) =>
    startWorker(WALKER, {
      start,
      reach: { read: [start.sourceRoot], write: [] },
    }),
  hasher: (start) =>
    startWorker(new URL("./hasher_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.sourceRoot, start.snapshotDir], write: [start.snapshotDir] },
    }),
  linker: (start) =>
    startWorker(LINKER, {
      start,
      reach: { read: [start.backupRoot], write: [start.backupRoot], makesSymlinks: true },
    }),
};
