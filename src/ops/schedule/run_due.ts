/**
 * Runs the jobs that are due, as a scheduler starts them: nobody looks, the computer may have been
 * off, the disk may be in a drawer. What keeps a run from beginning is remembered and logged, and
 * tried again an hour later; it is an error only for a job that does not catch up.
 *
 * @module
 */
import { AppError, EXIT, type ExitCode } from "../../base/app_error.ts";
import { nextTime } from "../../base/calendar/calendar.ts";
import type { Clock } from "../../base/clock.ts";
import type { RunProgram } from "../../base/run_program.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import type { Job } from "../../config/config.ts";
import { writeDuration } from "../../config/quantity.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import type { JobOutcome } from "../job_outcome.ts";
import { type JobKey, readJobRecord, recordRun, recordSkip } from "../state/job_record.ts";
import { lastGoodOf } from "../state/last_good.ts";
import { logScheduled } from "../state/schedule_log.ts";
import { isDue } from "./due.ts";
import { findObstacle } from "./obstacles.ts";
import { calendarOf } from "./scheduled_job.ts";

/** What {@link runDue} needs from the outside. */
export interface RunDueDeps {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly os: string;
  readonly runProgram: RunProgram;
  readonly state: StateTexts | undefined;
  /** Absolute. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** May reject to end the waiting. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Backs up one job until the signal is aborted. */
  readonly backup: (job: Job, signal: AbortSignal) => Promise<JobOutcome>;
  /** Says what happens to a job. */
  readonly say: (level: "debug" | "info" | "warning", message: string) => void;
}

/** How {@link runDue} runs. */
export interface RunDueOptions {
  /** Whatever is due. */
  readonly force: boolean;
  /** Wait up to that long before each run. */
  readonly delayMs: number;
}

/** Runs what is due of `jobs`, in turn. Resolves with the outcomes that somebody should see. */
export async function runDue(
  deps: RunDueDeps,
  jobs: readonly Job[],
  options: RunDueOptions,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) {
    const outcome = await new DueRun(deps, job, options).run();
    if (outcome !== undefined) outcomes.push(outcome);
    if (outcome?.exitCode === EXIT.interrupted) break;
  }
  return outcomes;
}

class DueRun {
  readonly #deps: RunDueDeps;
  readonly #job: Job;
  readonly #options: RunDueOptions;
  readonly #key: JobKey;

  constructor(deps: RunDueDeps, job: Job, options: RunDueOptions) {
    this.#deps = deps;
    this.#job = job;
    this.#options = options;
    const { id, settings } = job;
    this.#key = { id, source: settings.source ?? deps.cwd, settings };
  }

  async run(): Promise<JobOutcome | undefined> {
    if (!this.#isDue()) return undefined;
    const { settings } = this.#job;
    const obstacle = this.#options.force ? undefined : await findObstacle(this.#deps, settings);
    if (obstacle !== undefined) return this.#skip(obstacle);
    const { delayMs } = this.#options;
    if (delayMs > 0) await this.#deps.sleep(Math.floor(delayMs * this.#deps.random()));
    const outcome = await this.#backup();
    const { error, exitCode } = outcome;
    const isObstacle = exitCode === EXIT.noRoot || exitCode === EXIT.locked;
    if (!isObstacle || this.#options.force || !settings["schedule.catch_up"]) {
      this.#log(error === undefined ? `done, exit code ${exitCode}` : `failed: ${error.message}`);
      return outcome;
    }
    const code = error instanceof AppError ? error.code : "UNKNOWN";
    return this.#skip({ code, reason: error?.message ?? `exit code ${exitCode}` });
  }

  #isDue(): boolean {
    const { clock, fs, state, say } = this.#deps;
    const { settings } = this.#job;
    const every = settings["schedule.every"];
    if (this.#options.force || every === undefined) return true;
    const [calendar, now] = [calendarOf(every), clock.now()];
    const record = readJobRecord(state, this.#key);
    const lastGood = lastGoodOf(fs, this.#key, record);
    const catchUp = settings["schedule.catch_up"];
    const randomizedDelayMs = settings["schedule.randomized_delay"];
    if (isDue({ calendar, now, record, lastGood, catchUp, randomizedDelayMs })) return true;
    const next = nextTime(calendar, now);
    const when = next === undefined ? "never" : isoTime(next);
    say("debug", `${this.#label()} is not due; next: ${when}`);
    return false;
  }

  /** Ends a run that takes too long as Ctrl-C would: what it stored serves the next one. */
  async #backup(): Promise<JobOutcome> {
    const { clock, signal, every, backup, state } = this.#deps;
    const timeoutMs = this.#job.settings["schedule.timeout"];
    if (timeoutMs === 0) return await backup(this.#job, signal);
    const controller = new AbortController();
    const stop = () => controller.abort();
    signal.addEventListener("abort", stop);
    let isLate = false;
    const endTimer = every(timeoutMs, () => {
      isLate = true;
      stop();
    });
    const startedAt = clock.now();
    try {
      const outcome = await backup(this.#job, controller.signal);
      if (!isLate || outcome.exitCode !== EXIT.interrupted) return outcome;
      const error = tookTooLong(timeoutMs);
      const exitCode: ExitCode = EXIT.failed;
      if (state !== undefined) {
        recordRun(state, this.#key, {
          started_at: isoTime(startedAt),
          finished_at: isoTime(clock.now()),
          exit_code: exitCode,
          error_code: error.code,
          message: error.message,
          snapshot_id: null,
          scheduled: true,
        });
      }
      return { job: this.#job, exitCode, error };
    } finally {
      endTimer();
      signal.removeEventListener("abort", stop);
    }
  }

  #skip({ code, reason }: { code: string; reason: string }): undefined {
    const { clock, state, say } = this.#deps;
    const { settings } = this.#job;
    if (state !== undefined) {
      recordSkip(state, this.#key, { at: isoTime(clock.now()), code, reason });
    }
    this.#log(`not run: ${reason}`);
    // Without catching up, nobody tries again for a while.
    const level = settings["schedule.catch_up"] ? "info" : "warning";
    say(level, `${this.#label()} was not run: ${reason}`);
  }

  #label(): string {
    const { id } = this.#job;
    return id === undefined ? "The backup" : `The job "${id}"`;
  }

  #log(message: string): void {
    const { clock, state } = this.#deps;
    logScheduled(state, `${isoTime(clock.now())} ${this.#label()}: ${message}`);
  }
}

function tookTooLong(timeoutMs: number): AppError {
  return new AppError(
    `Cannot finish the backup: it took longer than schedule.timeout (${writeDuration(timeoutMs)})`,
    {
      code: "TIMEOUT",
      exitCode: EXIT.failed,
      hint: "What was stored serves the next run; allow more time, or run phlb backup by hand",
    },
  );
}
