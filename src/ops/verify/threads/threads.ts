import { type Started, startWorker } from "../../../threads/start_thread.ts";
import type {
  ReadAnswer,
  ReadCall,
  ReaderStart,
  TreeCall,
  TreeMessage,
  VerifyStart,
} from "./verify_messages.ts";

/** Starts each role; passed in so that tests can run the roles in their own thread. */
export interface VerifyThreads {
  tree(start: VerifyStart): Promise<Started<TreeCall, TreeMessage[] | undefined>>;
  reader(start: ReaderStart): Promise<Started<ReadCall, ReadAnswer>>;
}

/** Real worker threads, each with no more Deno permissions than its role needs. */
export const VERIFY_THREADS: VerifyThreads = {
  tree: (start) =>
    startWorker(new URL("./tree_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.root], write: [] },
    }),
  reader: (start) =>
    startWorker(new URL("./stored_reader_worker.ts", import.meta.url), {
      start,
      reach: { read: [start.root], write: [] },
    }),
};
