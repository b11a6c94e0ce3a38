/**
 * What all commands share that look into a backup root or work on one: their options, their
 * settings, how they report, and how an interruption ends them.
 *
 * @module
 */
import { Option, type OptionValues } from "commander";
import { Cancelled } from "../threads/cancel.ts";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { Flags, Job } from "../config/config.ts";
import type { Settings } from "../config/schema.ts";
import type { AddressBase } from "../ops/read/address.ts";
import type { WorkEvent } from "../ops/ops_deps.ts";
import { chooseLocale, type Figures, loadFigures } from "../ui/figures.ts";
import type { Reporter } from "../ui/reporter.ts";
import type { CommandDeps } from "./command_deps.ts";
import { makeReporter } from "./make_reporter.ts";
import { paceFlags } from "./pace_options.ts";

/** The options that {@link addWorkOptions} adds. */
export interface WorkOptions {
  /** Not one of them: some commands take a source as well. */
  readonly source?: string | undefined;
  readonly root?: string | undefined;
  readonly name?: string | undefined;
  readonly job?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly verbose?: number | undefined;
  readonly progress?: boolean | undefined;
  /** Of the commands that have `addPaceOptions`. */
  readonly pace?: Flags | undefined;
  /** What a command's own options set. */
  readonly flags?: Flags | undefined;
}

/** The part of a command that {@link addWorkOptions} needs; whatever options it has already. */
interface OptionTaker {
  optionsGroup(heading: string): unknown;
  addOption(option: Option): unknown;
}

/**
 * Adds `--root --name --job --config` and `--json --quiet --verbose --no-progress`, in groups of
 * their own. Call it after the command's own options; {@link workOptions} reads them.
 */
export function addWorkOptions(command: OptionTaker): void {
  command.optionsGroup("Where:");
  add(command, "--root <dir>", "backup root; the configured destination if not given");
  add(command, "--name <name>", "snapshots of this name, where SNAPSHOT does not say it");
  add(command, "--job <id>", "take both from this [[job]] of the configuration");
  add(command, "--config <file>", "read only this configuration file");
  command.optionsGroup("Output:");
  add(command, "--json", "print JSON lines");
  command.addOption(new Option("--progress", "show the progress display").hideHelp());
  add(command, "--no-progress", "show no progress display");
  add(command, "-q, --quiet", "show nothing but results, problems and errors");
  command.addOption(
    new Option("-v, --verbose", "show more; -vv shows everything")
      .argParser((_, count: unknown) => (typeof count === "number" ? count : 0) + 1),
  );
}

function add(command: OptionTaker, flags: string, description: string): void {
  command.addOption(new Option(flags, description));
}

/** What the command line has for {@link addWorkOptions}' options; pass `command.opts()`. */
export function workOptions(values: OptionValues): WorkOptions {
  const text = (key: string) => typeof values[key] === "string" ? values[key] : undefined;
  const set = (key: string) => values[key] === true ? true : undefined;
  return {
    root: text("root"),
    name: text("name"),
    job: text("job"),
    config: text("config"),
    json: set("json"),
    quiet: set("quiet"),
    verbose: typeof values["verbose"] === "number" ? values["verbose"] : 0,
    progress: typeof values["progress"] === "boolean" ? values["progress"] : undefined,
    pace: paceFlags(values),
  };
}

/** What a command works with, made from its options and the configuration. */
export interface Work {
  readonly job: Job;
  /** All jobs of the configuration. */
  readonly jobs: readonly Job[];
  readonly settings: Settings;
  /** Where its addresses are looked up. */
  readonly base: AddressBase;
  readonly reporter: Reporter;
  readonly figures: Figures;
}

/**
 * Reads the configuration, runs `run` and resolves with its exit code. The terminal is left as it
 * was found, whatever happens.
 *
 * @throws {CONFIG_INVALID} {JOB_UNKNOWN} and what `run` throws
 * @throws {INTERRUPTED} when the user stopped it
 */
export async function withWork(
  options: WorkOptions,
  deps: CommandDeps,
  run: (work: Work) => Promise<ExitCode>,
): Promise<ExitCode> {
  const work = await loadWork(options, deps);
  try {
    return await run(work);
  } catch (error) {
    throw error instanceof Cancelled ? interrupted(error) : error;
  } finally {
    work.reporter.close();
  }
}

async function loadWork(options: WorkOptions, deps: CommandDeps): Promise<Work> {
  const { loadConfig, selectJob } = await import("../config/load_config.ts");
  const flags = {
    "source": options.source,
    "destination": options.root,
    "name": options.name,
    ...options.pace,
    "log.console_level": levelOf(options),
    "log.progress": options.quiet === true ? false : options.progress,
    ...options.flags,
  };
  const { cwd, env, home, files } = deps;
  const config = loadConfig({ reader: files, env, cwd, home }, flags, {
    configFile: options.config,
  });
  const job = options.job === undefined ? config.main : selectJob(config, options.job);
  const { settings } = job;
  const reporter = await makeReporter(settings, { options, deps });
  for (const message of config.warnings) {
    reporter.handle({ kind: "log", level: "warning", message });
  }
  const base = { root: settings.destination, name: settings.name, cwd };
  const figures = await loadFigures(chooseLocale(settings.locale, env));
  return { job, jobs: config.jobs, settings, base, reporter, figures };
}

function levelOf({ quiet, verbose }: WorkOptions): string | undefined {
  if (quiet === true) return "error";
  const count = Number(verbose ?? 0);
  return count === 0 ? undefined : count === 1 ? "info" : "debug";
}

/** What a command throws when the user stopped it. */
export function interrupted(cause: Cancelled): AppError {
  return new AppError("The work was interrupted", {
    code: "INTERRUPTED",
    exitCode: EXIT.interrupted,
    hint: "Run the same command again",
    cause,
  });
}

/** Hands events to the reporter, and the worst that they mean to `exitCode`. */
export class ExitWatch {
  readonly #reporter: Reporter;
  #problems = 0;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Pass it on as `onEvent`. */
  readonly onEvent = (event: WorkEvent): void => {
    if (event.kind === "problem") this.#problems++;
    this.#reporter.handle(event);
  };

  /** How many problems there were. */
  get problems(): number {
    return this.#problems;
  }

  /** 3 when there was a problem. */
  get exitCode(): ExitCode {
    return this.#problems > 0 ? EXIT.problems : EXIT.ok;
  }
}
