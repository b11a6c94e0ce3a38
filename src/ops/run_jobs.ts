import { AppError, EXIT } from "../base/app_error.ts";
import { isoTime } from "../backup/snapshot/iso_time.ts";
import { backup } from "../backup/backup.ts";
import { previewBackup } from "../backup/preview.ts";
import type { Job } from "../config/config.ts";
import { HOOK_KEYS } from "../config/keys.ts";
import { afterBackup, type AfterDeps } from "./after_backup.ts";
import { AFTERCARE } from "./care_after.ts";
import { withHooks } from "./hooks/with_hooks.ts";
import { failedOutcome, type JobOutcome } from "./job_outcome.ts";
import { hasChannels } from "./notify/channels.ts";
import { recordRun } from "./state/job_record.ts";
import { takePriority } from "./take_priority.ts";
import { untrusted } from "./untrusted.ts";

/** How {@link runJobs} runs them. */
export interface RunOptions {
  /** Only look: nothing is written. */
  readonly dryRun: boolean;
  /** Whether nobody started it by hand. */
  readonly scheduled?: boolean;
  /** Whether it is tried again every hour while its root is away or held by another run. */
  readonly retried?: boolean;
}

/**
 * Backs up the jobs one after the other, each with its hooks and notifications. A job that fails
 * does not keep the rest from running; an interruption does.
 */
export async function runJobs(
  deps: AfterDeps,
  jobs: readonly Job[],
  options: RunOptions,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) {
    const startedAt = deps.clock.now();
    const outcome = await runJob(deps, job, options);
    if (!options.dryRun) remember(outcome, { deps, startedAt, options });
    outcomes.push(outcome);
    if (outcome.exitCode === EXIT.interrupted) break;
  }
  return outcomes;
}

/** Whatever came of it: a run that could not reach its root is known from there alone. */
function remember(
  { job, exitCode, summary, error }: JobOutcome,
  { deps, startedAt, options }: { deps: AfterDeps; startedAt: Date; options: RunOptions },
): void {
  const { state, cwd, clock, onEvent } = deps;
  if (state === undefined) return;
  const { id, settings } = job;
  const refusal = recordRun(state, { id, source: settings.source ?? cwd, settings }, {
    started_at: isoTime(startedAt),
    finished_at: isoTime(clock.now()),
    exit_code: exitCode,
    error_code: error instanceof AppError ? error.code : null,
    message: error?.message ?? null,
    snapshot_id: summary?.snapshot_id ?? null,
    scheduled: options.scheduled === true,
  });
  if (refusal === undefined) return;
  const message = `Cannot remember this run in "${state.dir}": ${refusal}`;
  onEvent({ kind: "log", level: "info", message });
}

async function runJob(deps: AfterDeps, job: Job, options: RunOptions): Promise<JobOutcome> {
  takePriority(job.settings, deps.onEvent);
  if (job.mistrust !== undefined) return failedOutcome(job, untrusted(job.mistrust));
  if (options.dryRun) return await lookAt(job, deps);
  const run = (within: AfterDeps) =>
    withHooks(job, within, { work: (inner) => backUp(job, inner) });
  if (!hasChannels(job.settings)) return await run(deps);
  const { withNotifications } = await import("./notify/with_notifications.ts");
  const isRetried = options.retried === true;
  return await withNotifications(job, deps, { run, isRetried });
}

async function lookAt(job: Job, deps: AfterDeps): Promise<JobOutcome> {
  const commands = HOOK_KEYS.flatMap((key) => job.settings[key]);
  if (commands.length > 0) {
    const message = "A dry run runs none of the commands in [hooks]; what they would prepare, " +
      "such as a dump or a mounted disk, is missing";
    deps.onEvent({ kind: "log", level: "warning", message });
  }
  try {
    const summary = await previewBackup(job, deps);
    return { job, exitCode: summary.counts.problems > 0 ? EXIT.problems : EXIT.ok, summary };
  } catch (error) {
    return failedOutcome(job, error);
  }
}

async function backUp(job: Job, deps: AfterDeps): Promise<JobOutcome> {
  try {
    const summary = await backup(job, { ...deps, aftercare: AFTERCARE });
    const isTidy = await afterBackup(job, summary, deps);
    const exitCode = summary.counts.problems > 0 || !isTidy ? EXIT.problems : EXIT.ok;
    return { job, exitCode, summary };
  } catch (error) {
    return failedOutcome(job, error);
  }
}
