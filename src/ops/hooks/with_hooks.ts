/**
 * A job with the commands that its configuration has for before and after it.
 *
 *   run_before    before anything is read or written; one that fails ends the job
 *   the backup
 *   run_after     when a snapshot was published, run_failed when none was
 *   run_finally   whatever happened
 *
 * An interruption ends the command that is running, and the list that it stands in; run_failed and
 * run_finally still run.
 *
 * @module
 */
import type { BackupEvent, HookEvent } from "../../backup/events.ts";
import type { LogMessage } from "../../backup/snapshot/run_log.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { commandArgs } from "../../config/command_list.ts";
import type { Job } from "../../config/config.ts";
import { HOOK_KEYS } from "../../config/keys.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { AfterDeps } from "../after_backup.ts";
import { failedOutcome, type JobOutcome } from "../job_outcome.ts";
import { appendToLog } from "./append_to_log.ts";
import { hookEnvironment } from "./hook_environment.ts";
import { commandLines, commandText, runCommand } from "./run_command.ts";
import { RunWatch } from "./run_watch.ts";

/** What hooks stand around. */
export interface HookedWork {
  readonly work: (deps: AfterDeps) => Promise<JobOutcome>;
}

/** Runs the job's hooks around `work`; see the module text. */
export async function withHooks(
  job: Job,
  deps: AfterDeps,
  { work }: HookedWork,
): Promise<JobOutcome> {
  if (HOOK_KEYS.every((key) => job.settings[key].length === 0)) return await work(deps);
  const hooks = new Hooks(job, deps);
  try {
    await hooks.before();
  } catch (error) {
    return await hooks.end(failedOutcome(job, error));
  }
  return await hooks.end(await work(hooks.deps));
}

type HookKey = (typeof HOOK_KEYS)[number];

class Hooks {
  readonly #job: Job;
  readonly #deps: AfterDeps;
  readonly #watch: RunWatch;
  /** For the log, until there is one. */
  readonly #earlier: LogMessage[] = [];

  constructor(job: Job, deps: AfterDeps) {
    this.#job = job;
    this.#deps = deps;
    this.#watch = new RunWatch(deps.onEvent);
  }

  /** What the backup is to work with. */
  get deps(): AfterDeps {
    return { ...this.#deps, onEvent: this.#watch.onEvent, earlier: this.#earlier };
  }

  /**
   * @throws {HOOK_FAILED} when one of them fails and that is an error
   * @throws {Cancelled}
   */
  async before(): Promise<void> {
    const failed = await this.#run("hooks.run_before", undefined);
    if (this.#deps.signal.aborted) throw new Cancelled();
    if (failed !== undefined) throw hookFailed(failed);
  }

  async end(outcome: JobOutcome): Promise<JobOutcome> {
    const isPublished = outcome.summary !== undefined || this.#watch.isPublished;
    const first = isPublished ? "hooks.run_after" : "hooks.run_failed";
    const failed = [await this.#run(first, outcome)];
    const told = this.#ended(outcome, { failed, isPublished });
    failed.push(await this.#run("hooks.run_finally", told));
    return this.#ended(outcome, { failed, isPublished });
  }

  /** A hook that fails afterwards makes the exit code 3, one of several bad ones stays. */
  #ended(
    outcome: JobOutcome,
    { failed, isPublished }: {
      readonly failed: readonly (HookEvent | undefined)[];
      readonly isPublished: boolean;
    },
  ): JobOutcome {
    if (isPublished && this.#deps.signal.aborted && outcome.error === undefined) {
      return { ...outcome, exitCode: EXIT.interrupted, error: new Cancelled() };
    }
    const isBad = failed.some((event) => event !== undefined);
    return isBad && outcome.exitCode === EXIT.ok
      ? { ...outcome, exitCode: EXIT.problems }
      : outcome;
  }

  /** Runs the commands of one hook; returns the first failure that is an error. */
  async #run(key: HookKey, outcome: JobOutcome | undefined): Promise<HookEvent | undefined> {
    const { settings } = this.#job;
    const hook = key.slice("hooks.".length);
    const isAnyhow = key === "hooks.run_failed" || key === "hooks.run_finally";
    let failed: HookEvent | undefined;
    for (const item of settings[key]) {
      const { signal } = this.#deps;
      if (signal.aborted && !isAnyhow) break;
      const event = await runCommand({
        ...this.#deps,
        signal: signal.aborted ? undefined : signal, // it was asked for before, and not this one
      }, {
        hook,
        args: commandArgs(item),
        env: hookEnvironment(hook, {
          job: this.#job,
          deps: this.#deps,
          watch: this.#watch,
          outcome,
        }),
        timeoutMs: settings["hooks.timeout"],
      });
      this.#tell(event, { isOver: outcome !== undefined, isBefore: key === "hooks.run_before" });
      if (event.failure === undefined || settings["hooks.on_failure"] !== "error") continue;
      failed ??= event;
      if (!isAnyhow) break;
    }
    return failed;
  }

  #tell(
    event: HookEvent,
    { isOver, isBefore }: { readonly isOver: boolean; readonly isBefore: boolean },
  ): void {
    const { id } = this.#job;
    const onFailure = this.#job.settings["hooks.on_failure"];
    const pass = (told: BackupEvent) => this.#deps.onEvent(told);
    pass(id === undefined ? event : { ...event, jobId: id });
    // What ends the job is told where all errors are.
    const isTold = event.failure !== undefined && onFailure !== "ignore" &&
      !(isBefore && onFailure === "error");
    if (isTold) {
      const level = onFailure === "error" ? "error" : "warning";
      pass({ kind: "log", level, message: failureText(event) });
    }
    const lines = commandLines(event);
    if (!isOver) this.#earlier.push(...lines);
    else this.#append(lines);
  }

  #append(messages: readonly LogMessage[]): void {
    const path = this.#watch.beside("-backup.log");
    if (path === undefined) return;
    const { clock, openFileSystem } = this.#deps;
    const { settings } = this.#job;
    const { fs } = openFileSystem(settings["performance.file_system"]);
    try {
      appendToLog(fs, { path, messages, least: settings["log.file_level"], now: clock.now() });
    } finally {
      fs.closeAll();
    }
  }
}

function failureText({ hook, args, failure }: HookEvent): string {
  return `Cannot run the hook ${hook} "${commandText(args)}": ${failure}`;
}

function hookFailed(event: HookEvent): AppError {
  return new AppError(failureText(event), {
    code: "HOOK_FAILED",
    exitCode: EXIT.failed,
    hint: "Nothing was backed up. -v shows what the command wrote; " +
      'with hooks.on_failure = "warn" the backup goes on',
  });
}
