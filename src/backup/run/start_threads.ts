import { join } from "node:path";
import type { Job } from "../../config/config.ts";
import { writeSize } from "../../config/quantity.ts";
import type { NameFolding } from "../../fs/folded_names.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { PRIVATE_DIR, QUEUE_FILE } from "../../store/layout.ts";
import type { BackupDeps } from "../deps.ts";
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import type { Lane } from "../../threads/lane.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import { chooseReadersOf, readersText, widenReaders } from "../../threads/reader_count.ts";
import { openReadBudget } from "../../threads/read_budget.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import { adoptLeftover, type Leftover, type LeftoverLanes, leftoverPath } from "./leftovers.ts";
import { storeNewestFirst } from "../settle/newest_first.ts";
import type { OpenedRoot } from "./open_root.ts";
import { planOptions } from "../settle/plan_links.ts";
import { RunLanes } from "./run_lanes.ts";
import type { LogLevel } from "../snapshot/run_log.ts";
import { NO_RULES, type SelectRules } from "../select/select.ts";
import type { SnapshotInWork } from "../snapshot/snapshot_in_work.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";
import type { HasherStart, WalkCall } from "../threads/thread_messages.ts";
import type { WalkedMessage } from "../walk/walked.ts";

/** The threads of a run. */
export interface RunThreads {
  readonly walker: Lane<WalkCall, WalkedMessage[] | undefined>;
  readonly hashers: LanePool<HashCall, HashAnswer>;
  /** Whether files are best read in the order of their inodes. */
  readonly inodeOrder: boolean;
  /** One of the linkers: what is to be made in an order goes to it. */
  readonly tree: Lane<LinkCall, LinkAnswer>;
  readonly linkers: LanePool<LinkCall, LinkAnswer>;
  /** By hasher: one Int32, KiB done of the file in work. */
  readonly kibDone: readonly Int32Array[];
  /** Stops what is under way; see {@link Lane.close} for when it resolves. */
  close(): Promise<void>;
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
  const note = (level: LogLevel, message: string) => work.note(level, message);
  const budget = openBudget(job, { deps, note });
  const lanes = new RunLanes(job, { cancel, note, profile: work.profile });
  const context: Context = { base, lanes, options, budget: budget?.shared };
  let stopWidening = () => {};
  const close = async () => {
    stopWidening();
    await lanes.close();
    budget?.close();
  };
  try {
    for (const leftover of root.leftovers) await adopt(leftover, job, context);
    if (job.settings["backup.order"] === "newest-first") await storeNewest(job, context);
    const { cores, cpuMs, machineMs } = deps.host;
    const wanted = job.settings["performance.hashers"];
    const readers = chooseReadersOf(root.fs, root.source.dir, { wanted, cores });
    note("debug", readersText(readers));
    const sourceRoot = root.source.path;
    const snapshotDir = work.partialDir;
    const hashers = Array.from(
      { length: readers.most },
      () => hasherLane(job, { ...context, sourceRoot, snapshotDir }),
    );
    const startLinker = linkerStarter(job, context);
    const { folding } = root;
    const [walker, tree] = await Promise.all([
      lanes.start(() => deps.threads.walker({ ...base, sourceRoot, rules, folding }), "walker"),
      lanes.start(startLinker, "linker"),
    ]);
    // A second one pays where there is more to link than one gets done meanwhile.
    const second = cores > 1 ? [lanes.lazy(startLinker, "linker")] : [];
    const pool = new LanePool(hashers.map(({ lane }) => lane), { open: readers.count });
    const { clock, every } = deps;
    stopWidening = widenReaders({ readers, pool, cores, cpuMs, machineMs, clock, every });
    return {
      walker,
      tree,
      linkers: new LanePool([tree, ...second]),
      hashers: pool,
      inodeOrder: readers.inodeOrder,
      kibDone: hashers.map(({ kibDone }) => kibDone),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the hashers may read in a second, together; undefined when that is not limited. */
function openBudget(
  { settings }: Job,
  { deps, note }: {
    deps: Pick<BackupDeps, "clock" | "every">;
    note: (level: LogLevel, message: string) => void;
  },
) {
  const bytesPerSecond = settings["performance.bwlimit"];
  const budget = openReadBudget({ bytesPerSecond, clock: deps.clock, every: deps.every });
  if (budget === undefined) return undefined;
  const rate = writeSize(bytesPerSecond);
  const unit = typeof rate === "number" ? " bytes" : "";
  note("info", `All threads together read at most ${rate}${unit} a second`);
  return budget;
}

interface Context {
  readonly base: ThreadStart;
  readonly lanes: RunLanes;
  readonly options: StartOptions;
  /** Of the hashers, which read contents. */
  readonly budget: SharedArrayBuffer | undefined;
}

/** What starts a linker, and then another one. */
function linkerStarter({ settings }: Job, { base, options: { deps, root, work } }: Context) {
  let started = 0;
  return () =>
    deps.threads.linker({
      ...base,
      backupRoot: root.root.path,
      snapshotDir: work.partialDir,
      previousDir: root.previous?.dir,
      maxLinks: settings["dedup.max_links"],
      protection: root.protection,
      slot: `linker-${++started}`,
    });
}

interface HasherOptions extends Context {
  readonly sourceRoot: string;
  /** Where it stores, relative to the backup root. */
  readonly snapshotDir: string;
}

interface HasherLane {
  readonly lane: Lane<HashCall, HashAnswer>;
  readonly kibDone: Int32Array;
}

/** A hasher that is started when there is something to hash. */
function hasherLane(
  job: Job,
  { base, lanes, sourceRoot, snapshotDir, options, budget }: HasherOptions,
): HasherLane {
  const { deps, root } = options;
  const progress = new SharedArrayBuffer(4);
  const start: HasherStart = {
    ...base,
    budget,
    sourceRoot,
    snapshotDir: join(root.root.path, snapshotDir),
    bufferBytes: job.settings["performance.buffer"],
    protection: root.protection,
    progress,
  };
  const lane = lanes.lazy(() => deps.threads.hasher(start), "hasher");
  return { lane, kibDone: new Int32Array(progress) };
}

async function adopt(leftover: Leftover, job: Job, context: Context): Promise<void> {
  const { root, work } = context.options;
  const path = leftoverPath(leftover);
  const sourceRoot = join(root.root.path, path);
  const snapshotDir = work.partialDir;
  await withLanes(job, { ...context, sourceRoot, snapshotDir, rules: NO_RULES }, async (lanes) => {
    const { files } = await adoptLeftover(lanes, {
      index: root.index,
      snapshotId: root.index.addSnapshot({ ...leftover, leftover: true }),
      minSizeBytes: Math.max(1, job.settings["dedup.min_size"]),
    });
    work.note("info", `Taking over ${files} contents that "${path}" of a cut-off run holds`);
  });
}

/** The pass before the tree's own, see `newest_first.ts`. */
async function storeNewest(job: Job, context: Context): Promise<void> {
  const { root, work, rules } = context.options;
  const { contents, contentsId } = work.makeContentsDir();
  const sourceRoot = root.source.path;
  const snapshotDir = leftoverPath(contents);
  const own = { sourceRoot, snapshotDir, rules, folding: root.folding };
  await withLanes(job, { ...context, ...own }, async (lanes) => {
    const stored = await storeNewestFirst({
      ...lanes,
      previous: root.previous,
      isUnchanged: planOptions(job, root.previous).isUnchanged,
      minSizeBytes: Math.max(1, job.settings["dedup.min_size"]),
      queuePath: join(root.root.path, PRIVATE_DIR, QUEUE_FILE),
      removeQueue: () => root.fs.unlink(root.privateDir, QUEUE_FILE),
      index: root.index,
      snapshotId: contentsId,
    });
    work.note("info", `Stored the contents of ${stored} new or changed files, newest first`);
  });
}

/** A walker and a hasher for a pass of their own, which end with it. */
async function withLanes(
  job: Job,
  context: HasherOptions & { readonly rules: SelectRules; readonly folding?: NameFolding },
  use: (lanes: LeftoverLanes) => Promise<void>,
): Promise<void> {
  const { base, lanes, sourceRoot, rules, options } = context;
  const walker = await lanes.start(
    () => options.deps.threads.walker({ ...base, sourceRoot, rules, folding: context.folding }),
    "walker",
  );
  const { lane: hasher } = hasherLane(job, context);
  try {
    await use({ walker, hasher });
  } finally {
    await Promise.all([walker.close(), hasher.close()]);
  }
}
