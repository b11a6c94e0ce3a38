import type { Job } from "../config/config.ts";
import type { Settings } from "../config/schema.ts";
import type { Candidate, CompleteQuery } from "../ops/complete/complete_value.ts";
import type { FileSystemKind } from "../fs/file_system.ts";
import type { CompareDeps, CompareRequest, CompareResult } from "../ops/compare/compare.ts";
import type { Difference } from "../ops/compare/difference.ts";
import type { Change } from "../ops/diff/change.ts";
import type { DiffResult } from "../ops/diff/diff.ts";
import type { DiffRequest } from "../ops/diff/run_diff.ts";
import type { DoctorDeps, DoctorQuery } from "../ops/doctor/doctor_deps.ts";
import type { DoctorReport } from "../ops/doctor/doctor_report.ts";
import type { ForgetDeps, ForgetPlan, ForgetQuery } from "../ops/forget/forget_deps.ts";
import type { OpsDeps, WorkEvent } from "../ops/ops_deps.ts";
import type { PrioritySettings } from "../ops/take_priority.ts";
import type { ExplainDeps, ExplainQuery, Explanation } from "../ops/explain/explain.ts";
import type { RebuildDeps, RebuildOptions, RebuildResult } from "../ops/rebuild/rebuild_deps.ts";
import type { RepairDeps, RepairOptions, RepairResult } from "../ops/repair/repair_deps.ts";
import type { FindQuery, FindResult } from "../ops/search/find_versions.ts";
import type { ListQuery, ListSink } from "../ops/search/list_entries.ts";
import type { HistoryQuery, PathHistory } from "../ops/search/path_history.ts";
import type { KitFile } from "../ops/rescue/write_rescue_kit.ts";
import type { RestoreDeps, RestoreQuery, RestoreReport } from "../ops/restore/restore.ts";
import type { PlaceQuery, SnapshotPath } from "../ops/snapshot_path.ts";
import type { AfterDeps } from "../ops/after_backup.ts";
import type { RootListing } from "../ops/list_snapshots.ts";
import type { LockDeps } from "../ops/locked_root.ts";
import type { MarkedSnapshot, MarksQuery } from "../ops/marks/change_marks.ts";
import type { PruneDeps, PrunePlan, PruneQuery, PruneResult } from "../ops/retention/prune.ts";
import type { RemoveDeps, RemovedSnapshots, RemoveQuery } from "../ops/retention/remove.ts";
import type { EmptyQuery, EmptyResult } from "../ops/trash/empty_trash.ts";
import type { RestoreTrashQuery, TrashListing } from "../ops/trash/trash_work.ts";
import type { FreedDeps } from "../ops/stats/freed_count.ts";
import type { TrashQuery } from "../ops/trash/trash_work.ts";
import type { RootStats } from "../ops/stats/root_stats.ts";
import type { StatsQuery } from "../ops/stats/stats.ts";
import type { JobOutcome } from "../ops/job_outcome.ts";
import type { Delivery, News, NotifyDeps, NotifyOptions } from "../ops/notify/news.ts";
import type { RunOptions } from "../ops/run_jobs.ts";
import type { VerifyDeps, VerifyOptions } from "../ops/verify/verify_options.ts";
import type { VerifyRequest } from "../ops/verify/targets.ts";
import type { VerifyResult } from "../ops/verify/verify.ts";
import { loadPruneThreads } from "./load_prune_threads.ts";
import { withFileSystem } from "./with_file_system.ts";

/** What a command brings to a backup; the rest comes from the running program. */
export type RunDeps = Omit<
  AfterDeps,
  "threads" | "openFileSystem" | "openWriteback" | "loadPruneThreads"
>;

/** What a command brings to other work; the file system is opened for it. */
export type WorkDeps = Omit<OpsDeps, "fs">;

/** Snapshots to verify, and how. */
export interface VerifyQuery {
  readonly request: VerifyRequest;
  readonly options: VerifyOptions;
  readonly fileSystem: "auto" | FileSystemKind;
}

/** A backup root to look into. */
export interface RootQuery {
  /** Absolute. */
  readonly root: string;
  /** Only the snapshots of this name. */
  readonly name: string | undefined;
  readonly fileSystem: "auto" | FileSystemKind;
}

/** What a command brings to work that changes a backup root. */
export type ChangeDeps = Omit<LockDeps, "fs">;

/** See {@link StatsQuery}. */
export interface RootStatsQuery extends StatsQuery {
  readonly fileSystem: "auto" | FileSystemKind;
}

/** See {@link RestoreQuery}. */
export interface RestoreRequest extends RestoreQuery {
  readonly fileSystem: "auto" | FileSystemKind;
}

/** The work that commands have done; passed in so that their tests need no disk. */
export interface Operations {
  /** Gives this process the configured priorities; backups do so by themselves. */
  takePriority(settings: PrioritySettings, onEvent: (event: WorkEvent) => void): Promise<void>;
  runJobs(deps: RunDeps, jobs: readonly Job[], options: RunOptions): Promise<JobOutcome[]>;
  /** Sends a notification through every channel that wants it, and tells what became of each. */
  notify(deps: NotifyDeps, news: News, options: NotifyOptions): Promise<Delivery[]>;
  /** How many threads would read a source, as one sentence; undefined when it cannot be opened. */
  readersNote(settings: Settings, place: { path: string; cores: number }): Promise<
    string | undefined
  >;
  completeValue(deps: WorkDeps, query: CompleteQuery): Promise<Candidate[]>;
  listSnapshots(query: RootQuery): Promise<RootListing>;
  snapshotPath(query: PlaceQuery): Promise<SnapshotPath>;
  compareSource(
    deps: Omit<CompareDeps, "fs" | "startWalker" | "startReader">,
    request: CompareRequest,
    onDifference: (difference: Difference) => void,
  ): Promise<CompareResult>;
  diffSnapshots(
    deps: WorkDeps,
    query: DiffRequest,
    onChange: (change: Change) => void,
  ): Promise<DiffResult>;
  listEntries(deps: WorkDeps, query: ListQuery, sink: ListSink): Promise<void>;
  findVersions(deps: WorkDeps, query: FindQuery): Promise<FindResult>;
  pathHistory(deps: WorkDeps, query: HistoryQuery): Promise<PathHistory[]>;
  rootStats(deps: WorkDeps, query: RootStatsQuery): Promise<RootStats>;
  verify(deps: Omit<VerifyDeps, "fs" | "threads">, query: VerifyQuery): Promise<VerifyResult>;
  repair(
    deps: Omit<RepairDeps, "fs" | "threads">,
    options: RepairOptions,
  ): Promise<RepairResult>;
  rebuild(
    deps: Omit<RebuildDeps, "openFileSystem" | "startHasher">,
    options: RebuildOptions,
  ): Promise<RebuildResult>;
  writeRescueKit(query: Omit<RootQuery, "name">): Promise<KitFile[]>;
  explain(deps: Omit<ExplainDeps, "fs">, query: ExplainQuery): Promise<Explanation>;
  examine(
    deps: Omit<DoctorDeps, "fs" | "startWalker" | "startFenceTest">,
    query: DoctorQuery,
  ): Promise<DoctorReport>;
  prune(
    deps: Omit<PruneDeps, "fs" | "threads" | "startReader" | "startCounter">,
    query: PruneQuery,
    onPlan: (plan: PrunePlan) => void,
  ): Promise<PruneResult>;
  removeSnapshots(
    deps: Omit<RemoveDeps, "fs" | "startCounter">,
    query: RemoveQuery,
  ): Promise<RemovedSnapshots>;
  listTrash(
    deps: Omit<FreedDeps, "fs" | "startCounter"> & Pick<LockDeps, "host">,
    query: TrashQuery,
  ): Promise<TrashListing>;
  restoreTrash(deps: ChangeDeps, query: RestoreTrashQuery): Promise<string[]>;
  emptyTrash(deps: ChangeDeps, query: EmptyQuery): Promise<EmptyResult>;
  forgetPath(
    deps: Omit<ForgetDeps, "fs">,
    query: ForgetQuery,
    onPlan: (plan: ForgetPlan) => void,
  ): Promise<ForgetPlan>;
  changeMarks(deps: ChangeDeps, query: MarksQuery): Promise<MarkedSnapshot[]>;
  restore(
    deps: Omit<RestoreDeps, "fs" | "startRestorer">,
    query: RestoreRequest,
  ): Promise<RestoreReport>;
}

/** The real work, loaded when it is first wanted: `phlb --version` should not wait for it. */
export const OPERATIONS: Operations = {
  async takePriority(settings, onEvent) {
    const { takePriority } = await import("../ops/take_priority.ts");
    takePriority(settings, onEvent);
  },
  async runJobs(deps, jobs, options) {
    const [{ runJobs }, { WORKER_THREADS: threads }, opening, { openWriteback }] = await Promise
      .all([
        import("../ops/run_jobs.ts"),
        import("../backup/threads/threads.ts"),
        import("../fs/open_file_system.ts"),
        import("../fs/writeback.ts"),
      ]);
    const { openFileSystem } = opening;
    const loaded = { threads, openFileSystem, openWriteback, loadPruneThreads };
    return await runJobs({ ...deps, ...loaded }, jobs, options);
  },
  async notify(deps, news, options) {
    const { notify } = await import("../ops/notify/notify.ts");
    return await notify(deps, news, options);
  },
  async readersNote(settings, { path, cores }) {
    const [{ readersNote }, { openFileSystem }] = await Promise.all([
      import("../ops/readers_note.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(settings["performance.file_system"]);
    return readersNote(fs, { path, wanted: settings["performance.hashers"], cores });
  },
  async completeValue(deps, query) {
    const [{ completeValue }, { openFileSystem }] = await Promise.all([
      import("../ops/complete/complete_value.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    return await completeValue({ ...deps, fs: openFileSystem(query.fileSystem).fs }, query);
  },
  async listSnapshots({ root, name, fileSystem }) {
    const [{ listRoot }, { openFileSystem }] = await Promise.all([
      import("../ops/list_snapshots.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    return listRoot(openFileSystem(fileSystem).fs, { root, name });
  },
  async snapshotPath(query) {
    const [{ snapshotPath }, { openFileSystem }] = await Promise.all([
      import("../ops/snapshot_path.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    return snapshotPath(openFileSystem(query.fileSystem).fs, query);
  },
  async compareSource(deps, request, onDifference) {
    const [{ compareSource }, { READER_THREAD }, { WORKER_THREADS }, { openFileSystem }] =
      await Promise.all([
        import("../ops/compare/compare.ts"),
        import("../ops/compare/reader_thread.ts"),
        import("../backup/threads/threads.ts"),
        import("../fs/open_file_system.ts"),
      ]);
    const { fs, note } = openFileSystem(request.job.settings["performance.file_system"]);
    if (note !== undefined) deps.onEvent({ kind: "log", level: "warning", message: note });
    try {
      const threads = { startWalker: WORKER_THREADS.walker, startReader: READER_THREAD };
      return await compareSource(request, { ...deps, ...threads, fs }, onDifference);
    } finally {
      fs.closeAll();
    }
  },
  async diffSnapshots(deps, query, onChange) {
    const [{ runDiff }, { READER_THREAD: startReader }, { openFileSystem }] = await Promise.all([
      import("../ops/diff/run_diff.ts"),
      import("../ops/compare/reader_thread.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.settings["performance.file_system"]);
    try {
      return await runDiff(query, { ...deps, fs, startReader }, onChange);
    } finally {
      fs.closeAll();
    }
  },
  async listEntries(deps, query, sink) {
    const [{ listEntries }, { openFileSystem }] = await Promise.all([
      import("../ops/search/list_entries.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.fileSystem);
    await listEntries({ ...deps, fs }, query, sink);
  },
  async findVersions(deps, query) {
    const [{ findVersions }, { openFileSystem }] = await Promise.all([
      import("../ops/search/find_versions.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.fileSystem);
    return await findVersions({ ...deps, fs }, query);
  },
  async pathHistory(deps, query) {
    const [{ pathHistory }, { openFileSystem }] = await Promise.all([
      import("../ops/search/path_history.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.fileSystem);
    return await pathHistory({ ...deps, fs }, query);
  },
  async rootStats(deps, query) {
    const [{ statsOf }, { COUNT_THREAD }, { openFileSystem }] = await Promise.all([
      import("../ops/stats/stats.ts"),
      import("../ops/stats/count_threads.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.fileSystem);
    return await statsOf({ ...deps, fs, startCounter: COUNT_THREAD }, query);
  },
  async verify(deps, { request, options, fileSystem }) {
    const [{ verify }, { VERIFY_THREADS: threads }, { openFileSystem }] = await Promise.all([
      import("../ops/verify/verify.ts"),
      import("../ops/verify/threads/threads.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs, note } = openFileSystem(fileSystem);
    if (note !== undefined) deps.onEvent({ kind: "log", level: "warning", message: note });
    try {
      return await verify(request, options, { ...deps, fs, threads });
    } finally {
      fs.closeAll();
    }
  },
  async repair(deps, options) {
    const [{ repair }, { VERIFY_THREADS: threads }, { openFileSystem }] = await Promise.all([
      import("../ops/repair/repair.ts"),
      import("../ops/verify/threads/threads.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs, note } = openFileSystem(options.settings["performance.file_system"]);
    if (note !== undefined) deps.onEvent({ kind: "log", level: "warning", message: note });
    try {
      return await repair({ ...deps, fs, threads }, options);
    } finally {
      fs.closeAll();
    }
  },
  async rebuild(deps, options) {
    const [{ rebuildRoot }, { startHashWorker: startHasher }, { openFileSystem }] = await Promise
      .all([
        import("../ops/rebuild/rebuild.ts"),
        import("../ops/rebuild/hash_files.ts"),
        import("../fs/open_file_system.ts"),
      ]);
    return await rebuildRoot({ ...deps, openFileSystem, startHasher }, options);
  },
  async writeRescueKit({ root, fileSystem }) {
    const [{ writeRescueKit }, { openFileSystem }] = await Promise.all([
      import("../ops/rescue/write_rescue_kit.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    return writeRescueKit(openFileSystem(fileSystem).fs, root);
  },
  async explain(deps, query) {
    const [{ explain }, { openFileSystem }] = await Promise.all([
      import("../ops/explain/explain.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.job.settings["performance.file_system"]);
    try {
      return await explain({ ...deps, fs }, query);
    } finally {
      fs.closeAll();
    }
  },
  async examine(deps, query) {
    const [{ examine }, { FENCE_TEST_THREAD: startFenceTest }, { WORKER_THREADS }, opening] =
      await Promise.all([
        import("../ops/doctor/doctor.ts"),
        import("../ops/doctor/fence_attempts.ts"),
        import("../backup/threads/threads.ts"),
        import("../fs/open_file_system.ts"),
      ]);
    const { fs, note } = opening.openFileSystem(query.job.settings["performance.file_system"]);
    if (note !== undefined) deps.onEvent({ kind: "log", level: "warning", message: note });
    try {
      const threads = { startWalker: WORKER_THREADS.walker, startFenceTest };
      return await examine({ ...deps, ...threads, fs }, query);
    } finally {
      fs.closeAll();
    }
  },
  async prune(deps, query, onPlan) {
    const { prune } = await import("../ops/retention/prune.ts");
    const threads = await loadPruneThreads();
    return await withFileSystem(
      query.settings,
      (fs) => prune({ ...deps, ...threads, fs }, query, onPlan),
    );
  },
  async removeSnapshots(deps, query) {
    const [{ removeSnapshots }, { COUNT_THREAD: startCounter }] = await Promise.all([
      import("../ops/retention/remove.ts"),
      import("../ops/stats/count_threads.ts"),
    ]);
    return await withFileSystem(
      query.settings,
      (fs) => removeSnapshots({ ...deps, fs, startCounter }, query),
    );
  },
  async listTrash(deps, query) {
    const [{ listTrash }, { COUNT_THREAD: startCounter }] = await Promise.all([
      import("../ops/trash/trash_work.ts"),
      import("../ops/stats/count_threads.ts"),
    ]);
    return await withFileSystem(
      query.settings,
      (fs) => listTrash({ ...deps, fs, startCounter }, query),
    );
  },
  async restoreTrash(deps, query) {
    const { restoreTrash } = await import("../ops/trash/trash_work.ts");
    return await withFileSystem(query.settings, (fs) => restoreTrash({ ...deps, fs }, query));
  },
  async emptyTrash(deps, query) {
    const { emptyTrash } = await import("../ops/trash/empty_trash.ts");
    return await withFileSystem(query.settings, (fs) => emptyTrash({ ...deps, fs }, query));
  },
  async forgetPath(deps, query, onPlan) {
    const { forgetPath } = await import("../ops/forget/forget_path.ts");
    return await withFileSystem(
      query.settings,
      (fs) => forgetPath({ ...deps, fs }, query, onPlan),
    );
  },
  async changeMarks(deps, query) {
    const { changeMarks } = await import("../ops/marks/change_marks.ts");
    return await withFileSystem(query.settings, (fs) => changeMarks({ ...deps, fs }, query));
  },
  async restore(deps, query) {
    const [{ restore }, { startRestorer }, { openFileSystem }] = await Promise.all([
      import("../ops/restore/restore.ts"),
      import("../ops/restore/restore_threads.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    const { fs } = openFileSystem(query.fileSystem);
    return await restore({ ...deps, fs, startRestorer }, query);
  },
};
