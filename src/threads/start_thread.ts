import { type Lane, WorkerLane } from "./lane.ts";
import type { ThreadReport, ThreadStart } from "./thread_start.ts";

/** A started thread: its lane and what it reported. */
export interface Started<Call, Answer> {
  readonly lane: Lane<Call, Answer>;
  readonly report: ThreadReport;
}

/** What a thread may reach when it works with Deno's own file APIs; absolute paths. */
export interface WorkerReach {
  readonly read: string[];
  readonly write: string[];
  /** It makes symlinks: Deno asks for all of the file system then, wherever they lead. */
  readonly makesSymlinks?: true;
}

/**
 * Starts a worker thread with no more Deno permissions than `reach` says; one on the posix port has
 * none but the C library, and is held by its own fence.
 */
export async function startWorker<Start extends ThreadStart, Call, Answer>(
  url: URL,
  { start, reach }: { start: Start; reach: WorkerReach },
): Promise<Started<Call, Answer>> {
  const paths = start.fileSystem === "portable" ? denoPaths(reach) : NO_PATHS;
  const worker = new Worker(url, {
    type: "module",
    deno: {
      permissions: {
        ...paths,
        ffi: start.fileSystem === "portable" ? false : "inherit",
        env: false,
        net: false,
        run: false,
        // Only root gives files away.
        sys: start.fileSystem === "portable" ? ["uid"] : false,
      },
    },
  });
  const lane = new WorkerLane<Call, Answer>(worker);
  try {
    return { lane, report: await lane.greet<Start, ThreadReport>(start) };
  } catch (error) {
    await lane.close();
    throw error;
  }
}

const NO_PATHS = { read: false, write: false };

function denoPaths({ read, write, makesSymlinks }: WorkerReach) {
  return makesSymlinks === true ? { read: true, write: true } : { read, write };
}
