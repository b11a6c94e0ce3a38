import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { backup } from "../backup/backup.ts";
import { Cancelled } from "../threads/cancel.ts";
import { previewBackup } from "../backup/preview.ts";
import type { Job } from "../config/config.ts";
import type { Summary } from "../store/summary.ts";
import { afterBackup, type AfterDeps } from "./after_backup.ts";
import { AFTERCARE } from "./care_after.ts";
import { takePriority } from "./take_priority.ts";

/** How one job ended. */
export interface JobOutcome {
  readonly job: Job;
  readonly exitCode: ExitCode;
  /** Of the published snapshot, or of the dry run. */
  readonly summary?: Summary;
  /** What ended the job early. */
  readonly error?: Error;
}

/** How {@link runJobs} runs them. */
export interface RunOptions {
  /** Only look: nothing is written. */
  readonly dryRun: boolean;
}

/**
 * Backs up the jobs one after the other. A job that fails does not keep the rest from running; an
 * interruption does.
 */
export async function runJobs(
  deps: AfterDeps,
  jobs: readonly Job[],
  options: RunOptions,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) {
    const outcome = await runJob(deps, job, options);
    outcomes.push(outcome);
    if (outcome.exitCode === EXIT.interrupted) break;
  }
  return outcomes;
}

async function runJob(deps: AfterDeps, job: Job, { dryRun }: RunOptions): Promise<JobOutcome> {
  takePriority(job.settings, deps.onEvent);
  try {
    const summary =
      await (dryRun ? previewBackup(job, deps) : backup(job, { ...deps, aftercare: AFTERCARE }));
    const isTidy = dryRun || await afterBackup(job, summary, deps);
    const exitCode = summary.counts.problems > 0 || !isTidy ? EXIT.problems : EXIT.ok;
    return { job, exitCode, summary };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { job, exitCode: exitCodeOf(error), error };
  }
}

function exitCodeOf(error: Error): ExitCode {
  if (error instanceof Cancelled) return EXIT.interrupted;
  return error instanceof AppError ? error.exitCode : EXIT.failed;
}

/** The exit code for several jobs: the first that did not go well, interruption before all else. */
export function worstExitCode(outcomes: readonly JobOutcome[]): ExitCode {
  const codes = outcomes.map(({ exitCode }) => exitCode);
  if (codes.includes(EXIT.interrupted)) return EXIT.interrupted;
  const failed = codes.find((code) => code !== EXIT.ok && code !== EXIT.problems);
  return failed ?? (codes.includes(EXIT.problems) ? EXIT.problems : EXIT.ok);
}
