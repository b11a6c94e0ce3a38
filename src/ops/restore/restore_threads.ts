/**
 * Starts the threads of a restore, each behind a fence of its own.
 *
 * @module
 */
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import type { FenceRules } from "../../fs/fence.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { Handler, Lane } from "../../threads/lane.ts";
import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { RestoreAnswer, RestoreCall, RestoreStart } from "./restore_messages.ts";
import { makeRestorer } from "./restorer.ts";

/** Starts a restoring thread; passed in so that tests can run it in their own. */
export type StartRestorer = (start: RestoreStart) => Promise<Started<RestoreCall, RestoreAnswer>>;

/** A real worker thread. */
export const startRestorer: StartRestorer = (start) =>
  startWorker(new URL("./restore_worker.ts", import.meta.url), {
    start,
    reach: { read: [start.snapshotDir, start.target], write: [start.target], makesSymlinks: true },
  });

/** A restoring thread reads the snapshot and writes below the target. */
export function restorerFence({ snapshotDir, target }: RestoreStart): FenceRules {
  return { read: [snapshotDir], write: [target] };
}

/** Read at a time, and the largest file that is read at once. Source: own measurement, 2026-11-21. */
const BUFFER_BYTES = 256 * 1024;

/** What a restoring thread runs. */
export function restorerRole(
  fs: FileSystem,
  start: RestoreStart,
): Handler<RestoreCall, RestoreAnswer> {
  const progress = new Int32Array(start.progress);
  const snapshot: Dir = fs.openRoot(start.snapshotDir);
  return makeRestorer({
    fs,
    snapshot,
    target: fs.openRoot(start.target),
    token: start.token,
    reflink: start.reflink,
    deletes: start.deletes,
    bufferBytes: BUFFER_BYTES,
    cancel: new CancelFlag(start.cancel),
    onBytes: (bytes) => Atomics.store(progress, 0, Math.floor(bytes / 1024)),
  });
}

/** The threads of a restore. */
export interface RestoreLanes {
  readonly lanes: readonly Lane<RestoreCall, RestoreAnswer>[];
  /** Content bytes done of the calls in work. */
  readonly bytesInWork: () => number;
  close(): Promise<void>;
}

/** How {@link startRestorers} starts them. */
export interface RestorersOptions {
  readonly startRestorer: StartRestorer;
  readonly count: number;
  readonly start: Omit<RestoreStart, "progress" | "token" | "fence">;
  readonly fence: "auto" | "required" | "off";
  readonly onWarning: (message: string) => void;
}

/**
 * Starts `count` threads.
 *
 * @throws {FENCE_MISSING} when `performance.fence` is `required` and there is none
 */
export async function startRestorers(options: RestorersOptions): Promise<RestoreLanes> {
  const { count, fence } = options;
  const token = newToken();
  const cells = Array.from({ length: count }, () => new SharedArrayBuffer(4));
  const results = await Promise.allSettled(
    cells.map((progress, number) =>
      options.startRestorer({
        ...options.start,
        fence: fence !== "off",
        progress,
        token: `${token}-${number}`,
      })
    ),
  );
  const started = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const close = async () => {
    await Promise.all(started.map(({ lane }) => lane.close()));
  };
  try {
    for (const result of results) if (result.status === "rejected") throw result.reason;
    checkFences(started, options);
  } catch (error) {
    await close();
    throw error;
  }
  const kib = cells.map((cell) => new Int32Array(cell));
  return {
    lanes: started.map(({ lane }) => lane),
    bytesInWork: () => kib.reduce((sum, [done = 0]) => sum + done * 1024, 0),
    close,
  };
}

function checkFences(
  started: readonly Started<RestoreCall, RestoreAnswer>[],
  { fence, onWarning }: RestorersOptions,
): void {
  const open = started.find(({ report }) => !report.fence.raised);
  if (open === undefined || fence === "off") return;
  const reason = open.report.fence.reason ?? "the kernel refused it";
  if (fence === "auto") return onWarning(`The threads run without a fence: ${reason}`);
  throw fenceMissing(open.report.fence);
}

/** Eight hex digits that no other run has. */
function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(4)).toHex();
}
