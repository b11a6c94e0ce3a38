import { hasherRole, linkerRole, walkerRole } from "../../src/backup/threads/roles.ts";
import type { Threads } from "../../src/backup/threads/threads.ts";
import { OPERATIONS, type Operations } from "../../src/commands/operations.ts";
import type { FileSystem } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import type { PruneThreads } from "../../src/ops/after_backup.ts";
import { compareSource } from "../../src/ops/compare/compare.ts";
import { readerRole as contentRole } from "../../src/ops/compare/reader_role.ts";
import { runDiff } from "../../src/ops/diff/run_diff.ts";
import { changeMarks } from "../../src/ops/marks/change_marks.ts";
import { rebuildRoot } from "../../src/ops/rebuild/rebuild.ts";
import { hashRole } from "../../src/ops/rebuild/hash_files.ts";
import { repair } from "../../src/ops/repair/repair.ts";
import { restore } from "../../src/ops/restore/restore.ts";
import { restorerRole } from "../../src/ops/restore/restore_threads.ts";
import { prune } from "../../src/ops/retention/prune.ts";
import { removeSnapshots } from "../../src/ops/retention/remove.ts";
import { runJobs } from "../../src/ops/run_jobs.ts";
import { countRole } from "../../src/ops/stats/count_role.ts";
import { statsOf } from "../../src/ops/stats/stats.ts";
import { emptyTrash } from "../../src/ops/trash/empty_trash.ts";
import { listTrash, restoreTrash } from "../../src/ops/trash/trash_work.ts";
import { readerRole, treeRole } from "../../src/ops/verify/threads/roles.ts";
import { verify } from "../../src/ops/verify/verify.ts";
import { type Handler, inlineLane } from "../../src/threads/lane.ts";
import type { Started } from "../../src/threads/start_thread.ts";

/** Put around every file system that an operation opens; it may make calls fail. */
export type Around = (fs: FileSystem) => FileSystem;

/**
 * The real work on the real disk, all of it in the caller's own thread: a hundred runs take a few
 * seconds, and a fault can be put anywhere. The kernel's fence belongs to threads, so it must be off.
 */
export function inlineOperations(around: Around = (fs) => fs): Operations {
  const inline = inlineThreads(around);
  const use = <T>(work: (fs: FileSystem) => Promise<T>) => withFileSystem(around, work);
  const { verifyThreads, startReader, startCounter } = inline;
  const pruneThreads: PruneThreads = { threads: verifyThreads, startReader, startCounter };
  return {
    ...OPERATIONS,
    takePriority: () => Promise.resolve(),
    runJobs: (deps, jobs, options) => {
      const openFs = () => ({ fs: around(openFileSystem("posix").fs) });
      const loadPruneThreads = () => Promise.resolve(pruneThreads);
      const { threads } = inline;
      return runJobs({ ...deps, threads, openFileSystem: openFs, loadPruneThreads }, jobs, options);
    },
    verify: (deps, { request, options }) =>
      use((fs) => verify(request, options, { ...deps, fs, threads: verifyThreads })),
    repair: (deps, options) =>
      use((fs) => repair({ ...deps, fs, threads: verifyThreads }, options)),
    rebuild: (deps, options) => {
      const openFs = () => ({ fs: around(openFileSystem("posix").fs) });
      const { startHasher } = inline;
      return rebuildRoot({ ...deps, openFileSystem: openFs, startHasher }, options);
    },
    prune: (deps, query, onPlan) =>
      use((fs) => prune({ ...deps, ...pruneThreads, fs }, query, onPlan)),
    removeSnapshots: (deps, query) =>
      use((fs) => removeSnapshots({ ...deps, fs, startCounter }, query)),
    listTrash: (deps, query) => use((fs) => listTrash({ ...deps, fs, startCounter }, query)),
    restoreTrash: (deps, query) => use((fs) => restoreTrash({ ...deps, fs }, query)),
    emptyTrash: (deps, query) => use((fs) => emptyTrash({ ...deps, fs }, query)),
    changeMarks: (deps, query) => use((fs) => changeMarks({ ...deps, fs }, query)),
    rootStats: (deps, query) => use((fs) => statsOf({ ...deps, fs, startCounter }, query)),
    diffSnapshots: (deps, query, onChange) =>
      use((fs) => runDiff(query, { ...deps, fs, startReader }, onChange)),
    compareSource: (deps, request, onDifference) => {
      const threads = { startWalker: inline.threads.walker, startReader };
      return use((fs) => compareSource(request, { ...deps, ...threads, fs }, onDifference));
    },
    restore: (deps, query) =>
      use((fs) => restore({ ...deps, fs, startRestorer: inline.startRestorer }, query)),
  };
}

function inlineThreads(around: Around) {
  const begin = <Start, Call, Answer>(
    role: (fs: FileSystem, start: Start) => Handler<Call, Answer>,
  ) =>
  (start: Start) => startInline(role, { start, around });
  const threads: Threads = {
    walker: begin(walkerRole),
    hasher: begin(hasherRole),
    linker: begin(linkerRole),
  };
  return {
    threads,
    verifyThreads: { tree: begin(treeRole), reader: begin(readerRole) },
    startReader: begin(contentRole),
    startCounter: begin(countRole),
    startRestorer: begin(restorerRole),
    startHasher: begin(hashRole),
  };
}

/** As `enterThread` does it in a worker. */
function startInline<Start, Call, Answer>(
  role: (fs: FileSystem, start: Start) => Handler<Call, Answer>,
  { start, around }: { start: Start; around: Around },
): Promise<Started<Call, Answer>> {
  const { fs } = openFileSystem("posix");
  try {
    const lane = inlineLane(role(around(fs), start), () => fs.closeAll());
    return Promise.resolve({ lane, report: { fence: { raised: false, abi: 0 } } });
  } catch (error) {
    fs.closeAll();
    return Promise.reject(error);
  }
}

async function withFileSystem<T>(
  around: Around,
  work: (fs: FileSystem) => Promise<T>,
): Promise<T> {
  const { fs } = openFileSystem("posix");
  try {
    return await work(around(fs));
  } finally {
    fs.closeAll();
  }
}
