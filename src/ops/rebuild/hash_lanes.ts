import type { FenceState } from "../../fs/fence.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import { type Lane, LazyLane } from "../../threads/lane.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import type { HashAnswer, HashCall, HashStart } from "./hash_files.ts";
import { HashQueue } from "./hash_queue.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** Threads beyond this gain nothing by default; as in a backup. */
const MAX_DEFAULT_HASHERS = 8;

/** Threads that hash. */
export interface HashLanes {
  /** See `Lane.close`. */
  close(): Promise<void>;
}

/**
 * Sets the threads up that `work.hashers` has; each is started when there is something for it.
 *
 * @throws {FENCE_MISSING} from the first call, when `performance.fence` is `required`
 */
export function openHashLanes(work: RebuildWork): HashLanes {
  const { options: { settings }, deps, counts } = work;
  const count = settings["performance.hashers"] || Math.min(deps.host.cores, MAX_DEFAULT_HASHERS);
  const progress = Array.from({ length: count }, () => new SharedArrayBuffer(4));
  const lanes = progress.map((cell) => openLane(work, cell));
  const kib = progress.map((cell) => new Int32Array(cell));
  work.kibInWork = () => kib.reduce((sum, cell) => sum + Atomics.load(cell, 0), 0);
  work.hashers = new HashQueue({
    pool: new LanePool(lanes),
    store: work.store,
    onDone: (files, bytes) => {
      counts.filesHashed += files;
      counts.bytesHashed += bytes;
    },
  });
  return { close: async () => void await Promise.all(lanes.map((lane) => lane.close())) };
}

function openLane(work: RebuildWork, progress: SharedArrayBuffer): Lane<HashCall, HashAnswer> {
  const { fs, root, cancel, deps, options: { settings } } = work;
  const start: HashStart = {
    fileSystem: fs.kind,
    fence: settings["performance.fence"] !== "off",
    cancel: cancel.shared,
    root: root.path,
    bufferBytes: settings["performance.buffer"],
    progress,
  };
  return new LazyLane(async () => {
    const { lane, report } = await deps.startHasher(start);
    try {
      checkFence(work, report.fence);
    } catch (error) {
      await lane.close();
      throw error;
    }
    return lane;
  });
}

function checkFence(work: RebuildWork, fence: FenceState): void {
  const { raised, reason = "the kernel refused it" } = fence;
  if (raised) return;
  const wanted = work.options.settings["performance.fence"];
  if (wanted === "required") throw fenceMissing(fence);
  if (wanted === "auto") work.tellOnce("warning", `The threads run without a fence: ${reason}`);
}
