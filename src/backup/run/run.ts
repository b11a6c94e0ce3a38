/**
 * One run of one job: opens everything that the loop in `backup.ts` works with, and ends it, well or
 * not.
 *
 * @module
 */
import { AppError } from "../../base/app_error.ts";
import type { Job } from "../../config/config.ts";
import { sign } from "../../store/signature.ts";
import type { Summary } from "../../store/summary.ts";
import { CancelFlag, Cancelled } from "../../threads/cancel.ts";
import { EntryText } from "../../store/entry_text.ts";
import type { PreviousPart } from "../settle/compare.ts";
import type { ContentsOptions } from "../settle/contents.ts";
import type { KnownOptions } from "../settle/known.ts";
import { LostDirs } from "../settle/lost_dirs.ts";
import { Dedup } from "../settle/dedup.ts";
import type { BackupDeps } from "../deps.ts";
import { writeEarly } from "./early_writeback.ts";
import { jobRules, readPatternFiles } from "./job_rules.ts";
import type { Lane } from "../../threads/lane.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import { openBackupRoot, type OpenedRoot } from "./open_root.ts";
import { type PlanOptions, planOptions } from "../settle/plan_links.ts";
import { ProgressCounter } from "../snapshot/progress_counter.ts";
import { SnapshotInWork } from "../snapshot/snapshot_in_work.ts";
import { Care } from "./care.ts";
import { rootFailure } from "./root_errors.ts";
import { Recorder } from "../snapshot/snapshot.ts";
import type { ComparedSection } from "../settle/settling.ts";
import { StageTimes } from "../snapshot/stage_times.ts";
import { Tally } from "../snapshot/tally.ts";
import { type RunThreads, startThreads } from "./start_threads.ts";
import type { WalkCall } from "../threads/thread_messages.ts";
import type { WalkedMessage, WalkedSection } from "../walk/walked.ts";

/** See the module text. */
export interface Run {
  readonly walker: Lane<WalkCall, WalkedMessage[] | undefined>;
  /** Makes and finishes directories. */
  readonly tree: Lane<LinkCall, LinkAnswer>;
  /** Fill them. */
  readonly linkers: LanePool<LinkCall, LinkAnswer>;
  readonly recorder: Recorder;
  /** Looks after damaged stored files and rotten source files. */
  readonly care: Care;
  readonly lostDirs: LostDirs;
  readonly contents: ContentsOptions;
  readonly planOptions: PlanOptions;
  /** Path of the previous snapshot in the root, for messages. */
  readonly previousDir: string;
  /** How a directory is told that is as it was; undefined when every entry is to be looked at. */
  readonly knownOptions: KnownOptions | undefined;
  /** What the previous manifest says, undefined when there is none. */
  previousParts(): AsyncIterable<PreviousPart> | undefined;
  manifestBroken(error: unknown): void;
  noteWalked(sections: readonly WalkedSection[]): void;
  noteWalkDone(): void;
  noteDone(sections: readonly ComparedSection[]): void;
  /** Keeps the failure that ends the run and stops all threads. */
  failWith(error: unknown): void;
  /** Makes the snapshot durable and visible, and the index agree with it. */
  publish(): Promise<Summary>;
  /** Writes down how far the run came; returns what is to be thrown. */
  abandon(error: unknown): unknown;
  /** Ends the threads and closes what is open; resolves also when one of them hangs. */
  close(): Promise<void>;
}

/** What is to be called at the end of a run. */
export type Closer = () => void | Promise<void>;

/** Opens a run; on failure everything that was opened is closed again. */
export async function openRun(job: Job, deps: BackupDeps): Promise<Run> {
  const cancel = new CancelFlag();
  const onAbort = () => cancel.raise();
  deps.signal.addEventListener("abort", onAbort);
  if (deps.signal.aborted) cancel.raise();
  let opened: OpenedRoot | undefined;
  const closers: Closer[] = [() => deps.signal.removeEventListener("abort", onAbort)];
  try {
    const patternFiles = readPatternFiles(job, deps);
    await trySigning(job, deps);
    const root = opened = await openBackupRoot(job, { deps, cancel, closers });
    const rootInSource = root.rootInSource ? root.root : undefined;
    const rules = jobRules(job, { patternFiles, rootInSource });
    const work = new SnapshotInWork(job, { deps, root });
    closers.push(() => work.close());
    try {
      const threads = await startThreads(job, { deps, root, work, cancel, rules });
      closers.push(() => threads.close());
      const run = new OpenRun(job, { deps, cancel, closers, root, work, threads });
      run.care.begin();
      return run;
    } catch (error) {
      work.abandon(new Tally(), { times: new StageTimes(deps.clock), cause: error });
      throw error;
    }
  } catch (error) {
    await closeAll(closers);
    const path = opened?.root.path ?? job.settings.destination ?? "";
    throw rootFailure(error, { path, leftovers: opened?.leftovers ?? [] });
  }
}

interface RunParts {
  readonly deps: BackupDeps;
  readonly cancel: CancelFlag;
  readonly closers: Closer[];
  readonly root: OpenedRoot;
  readonly work: SnapshotInWork;
  readonly threads: RunThreads;
}

class OpenRun implements Run {
  readonly walker: Run["walker"];
  readonly tree: Run["tree"];
  readonly linkers: Run["linkers"];
  readonly recorder: Recorder;
  readonly care: Care;
  readonly lostDirs = new LostDirs();
  readonly contents: ContentsOptions;
  readonly planOptions: PlanOptions;
  readonly knownOptions: KnownOptions | undefined;
  readonly previousDir: string;
  readonly #parts: RunParts;
  readonly #tally = new Tally();
  readonly #progress: ProgressCounter;
  readonly #times: StageTimes;
  readonly #stopProgress: () => void;
  #failure: unknown;

  constructor(job: Job, parts: RunParts) {
    const { deps, root, work, threads } = parts;
    const { settings } = job;
    this.#parts = parts;
    this.walker = threads.walker;
    this.tree = threads.tree;
    this.linkers = threads.linkers;
    this.previousDir = root.previous?.dir ?? "";
    this.#progress = new ProgressCounter(this.#tally, threads.kibDone);
    this.#times = new StageTimes(deps.clock);
    const { manifest, log } = work;
    const onRefused = (names: readonly string[]) => work.noteRefused(names);
    const onEvent = deps.onEvent;
    const entryText = new EntryText({
      userName: (uid) => root.fs.userName(uid),
      groupName: (gid) => root.fs.groupName(gid),
    });
    this.recorder = new Recorder({
      tree: this.tree,
      manifest,
      entryText,
      log,
      tally: this.#tally,
      onRefused,
      echo: settings["log.console_level"] === "debug"
        ? (level, message) => onEvent({ kind: "log", level, message })
        : undefined,
    });
    this.contents = {
      hashers: threads.hashers,
      linkers: threads.linkers,
      dedup: new Dedup(root.index, { minSizeBytes: settings["dedup.min_size"] }),
      snapshotId: work.snapshotId,
      snapshotDir: (id) => root.snapshotDir(id),
      isOwnContents: (id) => id === work.contentsId,
      isLeftover: (id) => root.index.snapshot(id)?.leftover === true && id !== work.snapshotId,
      inodeOrder: threads.inodeOrder,
      inMemoryBytes: settings["performance.in_memory"],
      linkSameMetadataOnly: settings["dedup.metadata"] === "inode",
      onRefused,
      onLargeFile: (lane, ref) => this.#progress.large(lane, ref),
    };
    this.care = new Care({
      job,
      root,
      work,
      tally: this.#tally,
      cancel: parts.cancel,
      aftercare: deps.aftercare,
      onProblem: (problem) => onEvent({ kind: "problem", problem }),
    });
    this.planOptions = planOptions(job, root.previous);
    this.knownOptions = knownOptions(job, { parts, entryText });
    this.#stopProgress = deps.every(
      settings["log.progress_interval"],
      () => deps.onEvent(this.#progress.event),
    );
    this.#writeEarly(parts);
  }

  #writeEarly({ deps, root, closers }: RunParts): void {
    const isPosix = root.fs.kind === "posix";
    const writeback = isPosix ? deps.openWriteback?.(root.root.path) : undefined;
    const storedBytes = () => this.#tally.bytes.copied;
    closers.push(writeEarly(writeback, { storedBytes, every: deps.every }));
  }

  previousParts(): AsyncIterable<PreviousPart> | undefined {
    return this.#parts.root.previous?.parts();
  }

  manifestBroken(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const { work, root } = this.#parts;
    const path = `${root.previous?.dir}-manifest.mtree.gz`;
    work.note(
      "warning",
      `Cannot read the previous manifest "${path}" to its end: ${error.message}; ` +
        "the files after that are read and hashed anew",
    );
  }

  noteWalked(sections: readonly WalkedSection[]): void {
    this.#progress.found(sections);
  }

  noteWalkDone(): void {
    this.#progress.walkDone();
    this.#times.mark("walk");
  }

  noteDone(sections: readonly ComparedSection[]): void {
    this.#progress.done(sections);
    for (const section of sections) {
      if ("links" in section) continue;
      for (const problem of section.problems) {
        this.#parts.deps.onEvent({ kind: "problem", problem });
      }
    }
  }

  failWith(error: unknown): void {
    this.#failure ??= error;
    this.#parts.cancel.raise();
  }

  async publish(): Promise<Summary> {
    this.#times.mark("store");
    const { work, deps, cancel } = this.#parts;
    const { counts } = this.#tally;
    if (this.#tally.accounted !== counts.walked) {
      throw new Error(
        `${counts.walked} entries were met and ${this.#tally.accounted} accounted for`,
      );
    }
    cancel.check();
    await this.care.finish();
    this.#stopProgress();
    deps.onEvent(this.#progress.event);
    const summary = await work.publish(this.#tally, this.#times);
    this.#times.mark("publish");
    this.#commit();
    this.#times.mark("index");
    deps.onEvent({
      kind: "summary",
      summary: { ...summary, stage_seconds: this.#times.seconds },
      published: true,
      dryRun: false,
      snapshotPath: work.finalPath,
    });
    return summary;
  }

  /** The snapshot is complete, whatever becomes of the index: the next run makes that agree. */
  #commit(): void {
    const { root, work, deps } = this.#parts;
    try {
      root.commit(work.snapshotId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const message = `${error.message}; the next run repairs it`;
      deps.onEvent({ kind: "log", level: "warning", message });
    }
  }

  abandon(error: unknown): unknown {
    this.#stopProgress();
    const { work, deps } = this.#parts;
    const cause = this.#failure ?? error;
    const interrupted = cause instanceof Cancelled;
    this.#times.mark("store");
    const summary = work.abandon(this.#tally, { times: this.#times, cause });
    if (interrupted && summary !== undefined) {
      deps.onEvent({
        kind: "summary",
        summary,
        published: false,
        dryRun: false,
        snapshotPath: work.partialPath,
      });
    }
    const { root, leftovers } = this.#parts.root;
    return rootFailure(cause, { path: root.path, leftovers });
  }

  async close(): Promise<void> {
    this.#stopProgress();
    await closeAll(this.#parts.closers);
  }
}

/**
 * A key that cannot sign is told before the work, not after it.
 *
 * @throws {SSH_KEYGEN_MISSING} {SIGN_FAILED}
 */
async function trySigning({ settings }: Job, { sshKeygen }: BackupDeps): Promise<void> {
  const keyFile = settings["snapshot.sign_key"];
  if (keyFile !== undefined) await sign(sshKeygen, { keyFile, content: [] });
}

/** What is asked of single entries leaves no directory to be taken as a whole. */
function knownOptions(
  { settings }: Job,
  { parts: { root, work }, entryText }: { parts: RunParts; entryText: EntryText },
): KnownOptions | undefined {
  const each = settings["backup.checksum"] || settings["backup.ignore_ctime"] ||
    settings["backup.ignore_inode"] || settings["log.console_level"] === "debug" ||
    work.log.keeps("debug");
  if (each || root.previous === undefined) return undefined;
  return {
    entryText,
    trustBeforeSec: root.previous.startedAtSec,
    linkSameMetadataOnly: settings["dedup.metadata"] === "inode",
  };
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}
