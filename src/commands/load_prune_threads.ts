import type { PruneThreads } from "../ops/after_backup.ts";

/** The threads that a prune works with, loaded when the first one does. */
export async function loadPruneThreads(): Promise<PruneThreads> {
  const [{ VERIFY_THREADS: threads }, { READER_THREAD: startReader }, counting] = await Promise.all(
    [
      import("../ops/verify/threads/threads.ts"),
      import("../ops/compare/reader_thread.ts"),
      import("../ops/stats/count_threads.ts"),
    ],
  );
  return { threads, startReader, startCounter: counting.COUNT_THREAD };
}
