import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option, type OptionValues } from "commander";
import type { ExitCode } from "../base/app_error.ts";
import type { Job } from "../config/config.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import type { Suspect } from "../ops/notify/tell_overdue.ts";
import type { JobOutcome } from "../ops/job_outcome.ts";
import type { Reporter } from "../ui/reporter.ts";
import { reportErrors, runDeps } from "./backup.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { makeReporter } from "./make_reporter.ts";
import { configuredJobs } from "./schedule.ts";
import { tellOfLate } from "./tell_of_late.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";
import { stateTexts } from "./state_texts.ts";

const AFTER = `
This is what a scheduler starts. A job is due when its last good run is older
than its last time. It is not run on battery or without network where phlb.toml
says so, nor into a backup root that is not mounted, that another run holds, or
that was never used by hand; with schedule.catch_up it is tried again each hour.
Then the channels of [notify] are told of every job that is overdue, of each
once a day.`;

/** Adds `phlb schedule run`. */
export function addScheduleRun(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("run")
    .summary("run the jobs that are due, as schedulers do")
    .description("Runs the jobs that are due, and nothing when none is.");
  command.addOption(new Option("--job <id>", "only this [[job]] of the configuration"));
  command.addOption(new Option("--now", "whether due or not"));
  command.addOption(
    new Option("--delay <duration>", "wait a random part of that before a job").argParser(duration),
  );
  command.addOption(new Option("--directory <dir>", "as if started there").hideHelp());
  command.addOption(new Option("--config <file>", "read only this configuration file"));
  command.addOption(new Option("--json", "print JSON lines"));
  command.addOption(new Option("-q, --quiet", "show nothing but problems and errors"));
  command.addOption(
    new Option("-v, --verbose", "show more; -vv shows everything")
      .argParser((_, count: unknown) => (typeof count === "number" ? count : 0) + 1),
  );
  command.addHelpText("after", AFTER);
  command.action(async () => {
    const values: OptionValues = command.opts();
    const directory: unknown = values["directory"];
    const cwd = typeof directory === "string" ? resolve(deps.cwd, directory) : deps.cwd;
    finish(await runScheduled(values, withDirectory(deps, cwd)));
  });
}

/** Spreading would look at the signal, and so take Ctrl-C for ours before there is work. */
function withDirectory(deps: CommandDeps, cwd: string): CommandDeps {
  return Object.create(deps, { cwd: { value: cwd, enumerable: true } });
}

async function runScheduled(values: OptionValues, deps: CommandDeps): Promise<ExitCode> {
  const { config, jobs } = await configuredJobs(values, deps);
  const json = values["json"] === true;
  const quiet = values["quiet"] === true;
  const settings = {
    ...(jobs.length === 1 ? jobs[0] ?? config.main : config.main).settings,
    "log.console_level": levelOf(values),
    "log.progress": false,
  };
  const reporter = await makeReporter(settings, { options: { json, quiet }, deps });
  for (const message of config.warnings) {
    reporter.handle({ kind: "log", level: "warning", message });
  }
  try {
    const outcomes = await runDueJobs(jobs, { reporter, values, deps });
    const all = config.jobs.length > 0 ? config.jobs : [config.main];
    await tellOfLate(suspectsOf(all, { jobs, outcomes }), { reporter, deps });
    return await reportErrors(outcomes, { options: json ? { json } : {}, deps });
  } finally {
    reporter.close();
  }
}

/**
 * All but those that were run just now. A job that was to be run and was not is told of at once; of
 * another one nobody knows whether its own run is under way.
 */
function suspectsOf(
  all: readonly Job[],
  { jobs, outcomes }: { jobs: readonly Job[]; outcomes: readonly JobOutcome[] },
): Suspect[] {
  const ids = new Set(jobs.map(({ id }) => id));
  const ran = new Set(outcomes.map(({ job }) => job.id));
  return all.filter(({ id }) => !ran.has(id)).map((job) => ({ job, isPatient: !ids.has(job.id) }));
}

function levelOf(values: OptionValues): "error" | "warning" | "info" | "debug" {
  if (values["quiet"] === true) return "warning";
  const count = Number(values["verbose"] ?? 0);
  return count > 0 ? "debug" : "info";
}

async function runDueJobs(
  jobs: readonly Job[],
  { reporter, values, deps }: { reporter: Reporter; values: OptionValues; deps: CommandDeps },
): Promise<JobOutcome[]> {
  const [{ runDue }, { openFileSystem }] = await Promise.all([
    import("../ops/schedule/run_due.ts"),
    import("../fs/open_file_system.ts"),
  ]);
  const { clock, os, runProgram, cwd, signal, every, operations } = deps;
  const { fs } = openFileSystem("auto");
  const delay: unknown = values["delay"];
  try {
    return await runDue(
      {
        ...{ fs, clock, os, runProgram, cwd, signal, every },
        state: stateTexts(deps),
        sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
        random: Math.random,
        backup: async (job, stopSignal) => {
          const given = await runDeps([job], { reporter, unmarkedRoot: "never", deps });
          const retried = values["now"] !== true && job.settings["schedule.catch_up"];
          const run = { dryRun: false, scheduled: true, retried };
          const stop = { sleep: deps.sleep, signal: stopSignal };
          const sleep = (milliseconds: number) => sleepUnlessStopped(milliseconds, stop);
          const outcomes = await operations.runJobs({ ...given, sleep, signal: stopSignal }, [
            withSchedulePace(job),
          ], run);
          const [outcome] = outcomes;
          if (outcome === undefined) throw new Error("A job came to no end");
          return { ...outcome, job };
        },
        say: (level, message) => reporter.handle({ kind: "log", level, message }),
      },
      jobs,
      { force: values["now"] === true, delayMs: typeof delay === "number" ? delay : 0 },
    );
  } finally {
    fs.closeAll();
  }
}

function withSchedulePace(job: Job): Job {
  const { settings } = job;
  const nice = settings["schedule.nice"] ?? settings["performance.nice"];
  const ionice = settings["schedule.ionice"] ?? settings["performance.ionice"];
  return {
    ...job,
    settings: { ...settings, "performance.nice": nice, "performance.ionice": ionice },
  };
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return milliseconds;
}
