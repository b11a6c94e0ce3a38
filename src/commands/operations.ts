import type { BackupDeps } from "../backup/deps.ts";
import type { Job } from "../config/config.ts";
import type { FileSystemKind } from "../fs/file_system.ts";
import type { PlaceQuery, SnapshotPath } from "../ops/snapshot_path.ts";
import type { RootListing } from "../ops/list_snapshots.ts";
import type { JobOutcome, RunOptions } from "../ops/run_jobs.ts";

/** What a command brings to a backup; the rest comes from the running program. */
export type RunDeps = Omit<BackupDeps, "threads" | "openFileSystem">;

/** A backup root to look into. */
export interface RootQuery {
  /** Absolute. */
  readonly root: string;
  /** Only the snapshots of this name. */
  readonly name: string | undefined;
  readonly fileSystem: "auto" | FileSystemKind;
}

/** The work that commands have done; passed in so that their tests need no disk. */
export interface Operations {
  runJobs(deps: RunDeps, jobs: readonly Job[], options: RunOptions): Promise<JobOutcome[]>;
  listSnapshots(query: RootQuery): Promise<RootListing>;
  snapshotPath(query: PlaceQuery): Promise<SnapshotPath>;
}

/** The real work, loaded when it is first wanted: `phlb --version` should not wait for it. */
export const OPERATIONS: Operations = {
  async runJobs(deps, jobs, options) {
    const [{ runJobs }, { WORKER_THREADS }, { openFileSystem }] = await Promise.all([
      import("../ops/run_jobs.ts"),
      import("../backup/threads/threads.ts"),
      import("../fs/open_file_system.ts"),
    ]);
    return await runJobs({ ...deps, threads: WORKER_THREADS, openFileSystem }, jobs, options);
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
};
