import { jobRules, readPatternFiles } from "../../backup/run/job_rules.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { RunLanes } from "../../backup/run/run_lanes.ts";
import type { WalkerStart } from "../../backup/threads/thread_messages.ts";
import { walkBatches } from "../../backup/walk/walk_batches.ts";
import { type FileSystem, FsError, type Xattrs } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { CancelFlag, Cancelled } from "../../threads/cancel.ts";
import type { DoctorDeps, DoctorQuery } from "./doctor_deps.ts";
import type { SourceReport } from "./doctor_report.ts";
import { mountOf } from "../../backup/run/mount_table.ts";
import { SourcePass } from "./source_pass.ts";
import type { RootTraits } from "./traits.ts";

/** Both sides of a backup. */
export interface Sides {
  readonly source: RootDir;
  readonly root: RootDir;
  readonly traits: RootTraits;
}

/**
 * Reads the names and metadata of a source, with the rules of a backup, for as long as is allowed.
 *
 * @throws {FENCE_MISSING} {EXCLUDE_FILE_UNREADABLE} {Cancelled}
 */
export async function examineSource(
  sides: Sides,
  deps: DoctorDeps,
  query: DoctorQuery,
): Promise<SourceReport> {
  const { fs, clock, signal } = deps;
  const { source } = sides;
  const cancel = new CancelFlag();
  const lanes = new RunLanes(query.job, {
    cancel,
    note: (level, message) => deps.onEvent({ kind: "log", level, message }),
  });
  const dirs = new DirCache(fs, source.dir);
  const pass = new SourcePass(sides.traits, {
    userId: fs.userId(),
    xattrsOf: (dirPath, name) => fileXattrs(fs, dirs, { dirPath, name }),
  });
  const begin = clock.monotonicMs();
  let isWhole = true;
  try {
    const walker = await lanes.start(() =>
      deps.startWalker(walkerStart({ ...sides, cancel }, deps, query))
    );
    for await (const batch of walkBatches(walker)) {
      if (signal.aborted) throw new Cancelled();
      for (const section of batch) pass.add(section);
      isWhole = clock.monotonicMs() - begin < query.maxPassMs;
      if (!isWhole) break;
    }
  } finally {
    await lanes.close();
    dirs.close();
  }
  const { totals, concerned } = pass;
  const seconds = (clock.monotonicMs() - begin) / 1000;
  return {
    path: source.path,
    mount: mountOf(fs, source.path),
    totals,
    concerned,
    isWhole,
    seconds,
  };
}

function walkerStart(
  { source, root, cancel }: Sides & { cancel: CancelFlag },
  deps: DoctorDeps,
  { job }: DoctorQuery,
): WalkerStart {
  const isInside = root.path.startsWith(source.path === "/" ? "/" : `${source.path}/`);
  const rootInSource = isInside ? root : undefined;
  return {
    fileSystem: deps.fs.kind,
    fence: job.settings["performance.fence"] !== "off",
    cancel: cancel.shared,
    sourceRoot: source.path,
    rules: jobRules(job, { patternFiles: readPatternFiles(job, deps), rootInSource }),
  };
}

/** None for a file that is gone since, or that may not be looked at: a backup will tell. */
function fileXattrs(
  fs: FileSystem,
  dirs: DirCache,
  { dirPath, name }: { dirPath: string; name: string },
): Xattrs {
  try {
    return fs.xattrs(dirs.get(dirPath), name);
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
