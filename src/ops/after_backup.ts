/**
 * What a backup does when it is done: it prunes by the rules if that is configured, then deletes
 * for a while what lay in the trash long enough. Whatever goes wrong here is told and does not make
 * the backup a failure.
 *
 * @module
 */
import { AppError } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { RunProgram } from "../base/run_program.ts";
import type { BackupDeps } from "../backup/deps.ts";
import { openRootDir } from "../backup/run/preflight.ts";
import type { Job } from "../config/config.ts";
import { type FileSystem, FsError } from "../fs/file_system.ts";
import { Cancelled } from "../threads/cancel.ts";
import type { Summary } from "../store/summary.ts";
import type { StartReader } from "./compare/reader_thread.ts";
import { prune, type PruneDeps } from "./retention/prune.ts";
import type { StartCounter } from "./stats/count_threads.ts";
import { emptyTrash } from "./trash/empty_trash.ts";
import { Trash } from "./trash/trash.ts";
import type { VerifyThreads } from "./verify/threads/threads.ts";

/** Between two short whiles of deleting: others may want the disk. */
const REST_MS = 50;

/** The threads that pruning starts. */
export interface PruneThreads {
  readonly threads: VerifyThreads;
  readonly startReader: StartReader;
  readonly startCounter: StartCounter;
}

/** What the work after a backup needs. */
export interface AfterDeps extends BackupDeps {
  /** Loaded when it is wanted. */
  readonly loadPruneThreads: () => Promise<PruneThreads>;
  /** For hooks and notifications. */
  readonly runProgram: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts what notifications tell into the language of `summaryText`; English when not given. */
  readonly tell?: (text: string) => string;
}

/**
 * See the module text. Resolves with false when something was held back or went wrong.
 *
 * @throws {Cancelled} the snapshot is published all the same
 */
export async function afterBackup(job: Job, summary: Summary, deps: AfterDeps): Promise<boolean> {
  const { settings } = job;
  const { fs } = deps.openFileSystem(settings["performance.file_system"]);
  const after = new AfterBackup(job, { ...deps, fs });
  try {
    const isPruned = !settings["retention.auto"] ||
      await after.tried(() => after.prune(summary.name));
    if (settings["retention.sweep_time"] === 0 || !after.hasTrash()) return isPruned;
    return await after.tried(() => after.sweep()) && isPruned;
  } finally {
    fs.closeAll();
  }
}

class AfterBackup {
  readonly #job: Job;
  readonly #deps: AfterDeps & { readonly fs: FileSystem };

  constructor(job: Job, deps: AfterDeps & { readonly fs: FileSystem }) {
    this.#job = job;
    this.#deps = deps;
  }

  async prune(name: string): Promise<boolean> {
    const { settings } = this.#job;
    const { onEvent, loadPruneThreads } = this.#deps;
    let isWell = true;
    const deps: PruneDeps = {
      ...this.#deps,
      ...await loadPruneThreads(),
      onEvent: (event) => {
        if (event.kind === "log" || event.kind === "problem") onEvent(event);
      },
    };
    const query = {
      root: settings.destination,
      name,
      settings,
      dryRun: false,
      force: false,
      freeBytes: undefined,
    };
    const { plan } = await prune(deps, query, () => {});
    for (const { refusal } of plan.refused) {
      isWell = false;
      this.#tell(`Cannot prune "${printable(name)}": ${refusal.reason}. ${refusal.hint}`);
    }
    for (const { what } of plan.snapshots) {
      const message = `Put "${printable(what.id)}" into the trash`;
      onEvent({ kind: "log", level: "info", message });
    }
    return isWell;
  }

  /** Most roots have none: then nothing more is opened or locked. */
  hasTrash(): boolean {
    const { fs } = this.#deps;
    const root = openRootDir(fs, this.#job.settings.destination);
    try {
      const { entries, others } = new Trash(fs, root.dir).list();
      return entries.length + others.length > 0;
    } catch (error) {
      if (error instanceof FsError) return true; // sweeping will tell
      throw error;
    } finally {
      fs.closeDir(root.dir);
    }
  }

  async sweep(): Promise<boolean> {
    const { settings } = this.#job;
    const { onEvent } = this.#deps;
    const { ids, names } = await emptyTrash({
      ...this.#deps,
      onEvent: (event) => {
        if (event.kind === "log" || event.kind === "problem") onEvent(event);
      },
    }, {
      root: settings.destination,
      settings,
      wanted: [],
      olderThanDays: settings["retention.trash_days"],
      maxDurationMs: settings["retention.sweep_time"],
      dryRun: false,
      rest: () => this.#deps.sleep(REST_MS),
    });
    if (names > 0) {
      const message = `Deleted ${names} names of ${ids.length} snapshots from the trash`;
      onEvent({ kind: "log", level: "info", message });
    }
    return true;
  }

  /** What fails is told; only an interruption goes on upwards. */
  async tried(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      if (!(error instanceof AppError) && !(error instanceof FsError)) throw error;
      const hint = error instanceof AppError && error.hint !== undefined ? `. ${error.hint}` : "";
      this.#tell(`${error.message}${hint}`);
      return false;
    }
  }

  #tell(message: string): void {
    this.#deps.onEvent({ kind: "log", level: "warning", message });
  }
}
