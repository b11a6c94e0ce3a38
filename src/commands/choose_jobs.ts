import { AppError, EXIT } from "../base/app_error.ts";
import type { Config, Job } from "../config/config.ts";

/** What the command line says about jobs. */
export interface JobChoice {
  readonly job?: string | undefined;
  readonly all?: boolean | undefined;
  readonly source?: string | undefined;
}

/**
 * The jobs to run: the one that was asked for, all of them, or what is configured outside of jobs.
 *
 * @throws {JOB_UNKNOWN} when there is no such job
 * @throws {USAGE} when the choice contradicts itself or cannot be made
 */
export async function chooseJobs(config: Config, choice: JobChoice): Promise<readonly Job[]> {
  const { job, all, source } = choice;
  if (job !== undefined && all === true) throw unclear("--job and --all exclude each other");
  if (all === true && source !== undefined) {
    throw unclear("a source was given, but with --all every job has its own");
  }
  if (job !== undefined) {
    const { selectJob } = await import("../config/load_config.ts");
    return [selectJob(config, job)];
  }
  if (all === true) return allJobs(config);
  if (config.jobs.length > 0 && config.main.settings.destination === undefined) {
    throw unclear("there are jobs in the configuration, and none was chosen", jobsHint(config));
  }
  return [config.main];
}

function allJobs({ jobs }: Config): readonly Job[] {
  if (jobs.length > 0) return jobs;
  throw unclear(
    "no configuration file has a [[job]]",
    '"phlb config path" lists the files that were looked for',
  );
}

function jobsHint({ jobs }: Config): string {
  const ids = jobs.map(({ id }) => `"${id}"`).join(", ");
  return `Give --all, or --job ID with one of: ${ids}`;
}

function unclear(reason: string, hint?: string): AppError {
  return new AppError(`Cannot choose what to back up: ${reason}`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}
