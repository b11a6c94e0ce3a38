import { join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import type { Job } from "../../config/config.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { PRIVATE_DIR, QUEUE_FILE } from "../../store/layout.ts";
import type { BackupDeps } from "../deps.ts";
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import { type Lane, LazyLane } from "../../threads/lane.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import { adoptLeftover, type Leftover, leftoverPath } from "./leftovers.ts";
import { storeNewestFirst } from "../settle/newest_first.ts";
import type { OpenedRoot } from "./open_root.ts";
import { planOptions } from "../settle/plan_links.ts";
import type { SelectRules } from "../select/select.ts";
import type { SnapshotInWork } from "../snapshot/snapshot_in_work.ts";
import type { ThreadReport, ThreadStart } from "../../threads/thread_start.ts";
import type { HasherStart, WalkCall } from "../threads/thread_messages.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** Hashers beyond this gain nothing by default. Source: own measurement, 2026-11-21, two cores. */
const MAX_DEFAULT_HASHERS = 8;

/** The threads of a run. */
export interface RunThreads {
  readonly walker: Lane<WalkCall, WalkedMessage[] | undefined>;
  readonly hashers: LanePool<HashCall, HashAnswer>;
  readonly linker: Lane<LinkCall, LinkAnswer>;
  /** By hasher: one Int32, KiB done of the file in work. */
  readonly kibDone: readonly Int32Array[];
  close(): void;
}

/** What {@link startThreads} needs beside the job. */
export interface StartOptions {
  readonly deps: BackupDeps;
  readonly root: OpenedRoot;
  readonly work: SnapshotInWork;
  readonly cancel: CancelFlag;
  readonly rules: SelectRules;
}

/**
 * Starts the threads behind their fences, after the leftovers of earlier runs were adopted.
 *
 * @throws {AppError} FENCE_MISSING when `performance.fence` is `required` and there is none
 */
export async function startThreads(job: Job, options: StartOptions): Promise<RunThreads> {
  const { deps, root, work, cancel, rules } = options;
  const base: ThreadStart = {
    fileSystem: root.fs.kind,
    fence: job.settings["performance.fence"] !== "off",
    cancel: cancel.shared,
  };
  const closers: { close(): void }[] = [];
  try {
    for (const leftover of root.leftovers) await adopt(leftover, { job, base, options });
    if (job.settings["backup.order"] === "newest-first") {
      await storeNewest(job, { base, rules, options });
    }
    const count = job.settings["performance.hashers"] ||
      Math.min(deps.host.cores, MAX_DEFAULT_HASHERS);
    const sourceRoot = root.source.path;
    const snapshotDir = work.partialDir;
    const hashers = Array.from(
      { length: count },
      () => hasherLane(job, { base, sourceRoot, snapshotDir, options }),
    );
    closers.push(...hashers.map(({ lane }) => lane));
    const [walker, linker] = await Promise.all([
      deps.threads.walker({ ...base, sourceRoot, rules }),
      deps.threads.linker({
        ...base,
        backupRoot: root.root.path,
        snapshotDir,
        previousDir: root.previous?.dir,
      }),
    ]);
    closers.push(walker.lane, linker.lane);
    reportFence(job, { reports: [walker.report, linker.report], work });
    return {
      walker: walker.lane,
      linker: linker.lane,
      hashers: new LanePool(hashers.map(({ lane }) => lane)),
      kibDone: hashers.map(({ kibDone }) => kibDone),
      close: () => closeAll(closers),
    };
  } catch (error) {
    closeAll(closers);
    throw error;
  }
}

function closeAll(lanes: { close(): void }[]): void {
  for (const lane of lanes.splice(0)) lane.close();
}

interface HasherOptions {
  readonly base: ThreadStart;
  readonly sourceRoot: string;
  /** Where it stores, relative to the backup root. */
  readonly snapshotDir: string;
  readonly options: StartOptions;
}

interface HasherLane {
  readonly lane: Lane<HashCall, HashAnswer>;
  readonly kibDone: Int32Array;
}

/** A hasher that is started when there is something to hash. */
function hasherLane(
  job: Job,
  { base, sourceRoot, snapshotDir, options }: HasherOptions,
): HasherLane {
  const { deps, root } = options;
  const progress = new SharedArrayBuffer(4);
  const start: HasherStart = {
    ...base,
    sourceRoot,
    snapshotDir: join(root.root.path, snapshotDir),
    bufferBytes: job.settings["performance.buffer"],
    progress,
  };
  const lane = new LazyLane(async () => (await deps.threads.hasher(start)).lane);
  return { lane, kibDone: new Int32Array(progress) };
}

const NO_RULES: SelectRules = {
  dirs: [],
  patterns: [],
  ifPresent: [],
  caches: undefined,
  largerThan: undefined,
  ignoreFiles: [],
  oneFileSystem: undefined,
};

async function adopt(
  leftover: Leftover,
  { job, base, options }: { job: Job; base: ThreadStart; options: StartOptions },
): Promise<void> {
  const { deps, root, work } = options;
  const path = leftoverPath(leftover);
  const sourceRoot = join(root.root.path, path);
  const walker = await deps.threads.walker({ ...base, sourceRoot, rules: NO_RULES });
  try {
    const snapshotDir = work.partialDir;
    const hasher = hasherLane(job, { base, sourceRoot, snapshotDir, options });
    try {
      const { files } = await adoptLeftover({ walker: walker.lane, hasher: hasher.lane }, {
        index: root.index,
        snapshotId: root.index.addSnapshot({ ...leftover, leftover: true }),
        minSizeBytes: Math.max(1, job.settings["dedup.min_size"]),
      });
      work.note("info", `Taking over ${files} contents that "${path}" of a cut-off run holds`);
    } finally {
      hasher.lane.close();
    }
  } finally {
    walker.lane.close();
  }
}

/** The pass before the tree's own, see `newest_first.ts`. */
async function storeNewest(
  job: Job,
  { base, rules, options }: { base: ThreadStart; rules: SelectRules; options: StartOptions },
): Promise<void> {
  const { deps, root, work } = options;
  const { contents, contentsId } = work.makeContentsDir();
  const sourceRoot = root.source.path;
  const walker = await deps.threads.walker({ ...base, sourceRoot, rules });
  try {
    const snapshotDir = leftoverPath(contents);
    const hasher = hasherLane(job, { base, sourceRoot, snapshotDir, options });
    try {
      const stored = await storeNewestFirst({
        walker: walker.lane,
        hasher: hasher.lane,
        previous: root.previous,
        isUnchanged: planOptions(job, root.previous).isUnchanged,
        minSizeBytes: Math.max(1, job.settings["dedup.min_size"]),
        queuePath: join(root.root.path, PRIVATE_DIR, QUEUE_FILE),
        removeQueue: () => root.fs.unlink(root.privateDir, QUEUE_FILE),
        index: root.index,
        snapshotId: contentsId,
      });
      work.note("info", `Stored the contents of ${stored} new or changed files, newest first`);
    } finally {
      hasher.lane.close();
    }
  } finally {
    walker.lane.close();
  }
}

function reportFence(
  job: Job,
  { reports, work }: { reports: readonly ThreadReport[]; work: SnapshotInWork },
): void {
  const down = reports.find(({ fence }) => !fence.raised);
  if (down === undefined) {
    work.note("debug", `Each thread is fenced by Landlock (ABI ${reports[0]?.fence.abi})`);
    return;
  }
  const reason = down.fence.reason ?? "the kernel refused it";
  const wanted = job.settings["performance.fence"];
  if (wanted === "required") {
    throw new AppError(`Cannot fence the threads: ${reason}`, {
      code: "FENCE_MISSING",
      exitCode: EXIT.failed,
      hint: 'Set `performance.fence = "auto"` to run without it.',
    });
  }
  if (wanted === "auto") work.note("warning", `The threads run without a fence: ${reason}`);
}
