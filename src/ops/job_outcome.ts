import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { Job } from "../config/config.ts";
import type { Summary } from "../store/summary.ts";
import { Cancelled } from "../threads/cancel.ts";

/** How one job ended. */
export interface JobOutcome {
  readonly job: Job;
  readonly exitCode: ExitCode;
  /** Of the published snapshot, or of the dry run. */
  readonly summary?: Summary;
  /** What ended the job early. */
  readonly error?: Error;
}

/** The outcome of a job that `error` ended; rethrows what is no error at all. */
export function failedOutcome(job: Job, error: unknown): JobOutcome {
  if (!(error instanceof Error)) throw error;
  return { job, exitCode: exitCodeOf(error), error };
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
