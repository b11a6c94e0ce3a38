/**
 * Starts the threads of a run: one walker, some hashers, one linker.
 *
 * @module
 */
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import { type Lane, WorkerLane } from "./lane.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import type {
  HasherStart,
  LinkerStart,
  ThreadReport,
  ThreadStart,
  WalkCall,
  WalkerStart,
} from "./thread_messages.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** A started thread: its lane and what it reported. */
export interface Started<Call, Answer> {
  readonly lane: Lane<Call, Answer>;
  readonly report: ThreadReport;
}

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
      read: [start.sourceRoot],
      write: [],
    }),
  hasher: (start) =>
    startWorker(new URL("./hasher_worker.ts", import.meta.url), {
      start,
      read: [start.sourceRoot, start.snapshotDir],
      write: [start.snapshotDir],
    }),
  linker: (start) =>
    startWorker(new URL("./linker_worker.ts", import.meta.url), {
      start,
      read: [start.backupRoot],
      write: [start.backupRoot],
    }),
};

async function startWorker<Start extends ThreadStart, Call, Answer>(
  url: URL,
  { start, read, write }: { start: Start; read: string[]; write: string[] },
): Promise<Started<Call, Answer>> {
  const paths = start.fileSystem === "portable" ? { read, write } : { read: false, write: false };
  const worker = new Worker(url, {
    type: "module",
    deno: {
      permissions: {
        ...paths,
        ffi: start.fileSystem === "portable" ? false : "inherit",
        env: false,
        net: false,
        run: false,
        sys: false,
      },
    },
  });
  const lane = new WorkerLane<Call, Answer>(worker);
  try {
    return { lane, report: await lane.greet<Start, ThreadReport>(start) };
  } catch (error) {
    lane.close();
    throw error;
  }
}
