import type { Command } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { Config, Job } from "../config/config.ts";
import type { JobOutcome } from "../ops/job_outcome.ts";
import { writeError } from "../ui/error_text.ts";
import { ENGLISH } from "../ui/words.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import type { Reporter } from "../ui/reporter.ts";
import { summaryText } from "../ui/summary_text.ts";
import {
  type BackupArguments,
  type BackupOptions,
  defineBackup,
  flagsOf,
} from "./backup_options.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { chooseJobs } from "./choose_jobs.ts";
import { makeReporter } from "./make_reporter.ts";
import type { RunDeps } from "./operations.ts";
import { stateTexts } from "./state_texts.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";

/** Adds `phlb backup`. */
export function addBackupCommand(program: Command, { deps, finish }: CommandContext): void {
  defineBackup(program).action(async (source, destination, options) => {
    finish(await runBackup({ source, destination }, { options, deps }));
  });
}

async function runBackup(
  args: BackupArguments,
  { options, deps }: { options: BackupOptions; deps: CommandDeps },
): Promise<ExitCode> {
  const { loadConfig } = await import("../config/load_config.ts");
  const configDeps = { ...deps, reader: deps.files };
  const config = loadConfig(configDeps, flagsOf(args, options), { configFile: options.config });
  const jobs = await chooseJobs(config, { ...options, source: args.source });
  const reporter = await makeReporter(settingsOf(config, jobs), { options, deps });
  for (const message of config.warnings) {
    reporter.handle({ kind: "log", level: "warning", message });
  }
  const outcomes = await runAll(jobs, { reporter, options, deps });
  return reportErrors(outcomes, { options, deps });
}

/** How to show several jobs is what is configured outside of them. */
function settingsOf(config: Config, jobs: readonly Job[]): Job["settings"] {
  const [only, ...others] = jobs;
  return only === undefined || others.length > 0 ? config.main.settings : only.settings;
}

async function runAll(
  jobs: readonly Job[],
  { reporter, options, deps }: { reporter: Reporter; options: BackupOptions; deps: CommandDeps },
): Promise<JobOutcome[]> {
  const { signal, operations } = deps;
  const sayStopping = () => {
    const message = "Stopping; ask once more to stop at once";
    reporter.handle({ kind: "log", level: "warning", message });
  };
  signal.addEventListener("abort", sayStopping);
  try {
    const dryRun = options.dryRun === true;
    const unmarkedRoot = options.init === true ? "begin" : "new";
    return await operations.runJobs(await runDeps(jobs, { reporter, unmarkedRoot, deps }), jobs, {
      dryRun,
    });
  } finally {
    signal.removeEventListener("abort", sayStopping);
    reporter.close();
  }
}

/** What a command hands to a backup. */
export async function runDeps(
  jobs: readonly Job[],
  { reporter, unmarkedRoot, deps }: {
    reporter: Reporter;
    unmarkedRoot: NonNullable<RunDeps["unmarkedRoot"]>;
    deps: CommandDeps;
  },
): Promise<RunDeps> {
  const { clock, cwd, host, signal, files, argv, env, every, sshKeygen, runProgram } = deps;
  const figures = await loadFigures(chooseLocale(jobs[0]?.settings.locale ?? "", env));
  return {
    clock,
    cwd,
    host,
    signal,
    every,
    sshKeygen,
    state: stateTexts(deps),
    unmarkedRoot,
    runProgram,
    env,
    readText: (path) => files.readText(path),
    command: ["phlb", ...argv].join(" "),
    sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
    summaryText: (summary, snapshotPath) =>
      summaryText(summary, { snapshotPath, dryRun: false, figures }),
    tell: figures.tell,
    onEvent: (event) => reporter.handle(event),
  };
}

/** Says what ended jobs early; a single job's error is left to be caught where all errors are. */
export async function reportErrors(
  outcomes: readonly JobOutcome[],
  { options, deps }: { options: Pick<BackupOptions, "json">; deps: CommandDeps },
): Promise<ExitCode> {
  const [first, ...others] = outcomes;
  if (first?.error !== undefined && others.length === 0) throw explained(first);
  for (const outcome of outcomes) {
    if (outcome.error === undefined) continue;
    const jobId = outcome.job.id;
    const words = await deps.words?.();
    writeError(explained(outcome), {
      ...deps,
      json: options.json === true,
      jobId,
      words: words ?? ENGLISH,
    });
  }
  const { worstExitCode } = await import("../ops/job_outcome.ts");
  return worstExitCode(outcomes);
}

function explained({ error, exitCode }: JobOutcome): unknown {
  if (exitCode !== EXIT.interrupted) return error;
  return new AppError("The run was interrupted; earlier snapshots are as they were", {
    code: "INTERRUPTED",
    exitCode,
    hint: "Run the same command again: what was stored already is used",
    cause: error,
  });
}
