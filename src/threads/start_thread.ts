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

/** Workers on the posix port that load their module before anybody wants them, by its URL. */
const ahead = new Map<string, Worker>();

/**
 * Lets workers on the posix port load their modules while main is busy with other things; the next
 * {@link startWorker} for one of these modules takes what is there. Returns what ends those that
 * nobody took.
 */
export function startAhead(urls: readonly URL[]): () => void {
  for (const url of urls) {
    if (!ahead.has(url.href)) ahead.set(url.href, makeWorker(url, POSIX_PERMISSIONS));
  }
  return () => {
    for (const { href } of urls) {
      ahead.get(href)?.terminate();
      ahead.delete(href);
    }
  };
}

/**
 * Starts a worker thread with no more Deno permissions than `reach` says; one on the posix port has
 * none but the C library, and is held by its own fence.
 */
export async function startWorker<Start extends ThreadStart, Call, Answer>(
  url: URL,
  { start, reach }: { start: Start; reach: WorkerReach },
): Promise<Started<Call, Answer>> {
  const lane = new WorkerLane<Call, Answer>(
    start.fileSystem === "portable"
      ? makeWorker(url, portablePermissions(reach))
      : takeAhead(url) ?? makeWorker(url, POSIX_PERMISSIONS),
  );
  try {
    return { lane, report: await lane.greet<Start, ThreadReport>(start) };
  } catch (error) {
    await lane.close();
    throw error;
  }
}

function takeAhead({ href }: URL): Worker | undefined {
  const worker = ahead.get(href);
  ahead.delete(href);
  return worker;
}

function makeWorker(url: URL, permissions: Deno.PermissionOptionsObject): Worker {
  return new Worker(url, { type: "module", deno: { permissions } });
}

const NOTHING = { env: false, net: false, run: false };

const POSIX_PERMISSIONS: Deno.PermissionOptionsObject = {
  ...NOTHING,
  read: false,
  write: false,
  sys: false,
  ffi: "inherit",
};

function portablePermissions(
  { read, write, makesSymlinks }: WorkerReach,
): Deno.PermissionOptionsObject {
  const paths = makesSymlinks === true ? { read: true, write: true } : { read, write };
  // Only root gives files away: for that it asks who it is.
  return { ...NOTHING, ...paths, sys: ["uid"], ffi: false };
}
