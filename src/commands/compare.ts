import { type Command, Option } from "commander";
import { Cancelled } from "../threads/cancel.ts";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import type { Flags } from "../config/config.ts";
import {
  compareSummaryMessage,
  compareSummaryText,
  differenceMessage,
  differenceText,
} from "../ui/compare_text.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import { wantsColor } from "../ui/terminal.ts";
import { appended, collect } from "./backup_options.ts";
import { chooseJobs } from "./choose_jobs.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { makeReporter } from "./make_reporter.ts";
import { ExitWatch, interrupted } from "./work.ts";

const AFTER = `
SOURCE is read whole, with the same rules as in a backup, and compared with what
the newest snapshot recorded. Nothing is written. Exit code 3: there are
differences or problems.

Examples:
  phlb compare /home/ann /mnt/backup
  phlb compare --job photos --fast
  phlb compare docs /mnt/backup --snapshot home/latest~1:docs`;

function define(program: Command) {
  return program.command("compare")
    .summary("compare a source with its backup")
    .description("Compares SOURCE with a snapshot of it and lists the differences.")
    .argument("[source]", "directory that was backed up; the current one if not given")
    .argument("[destination]", "backup root: the directory that holds the snapshots")
    .optionsGroup("What:")
    .option("--name <name>", "name of the snapshots (last part of SOURCE)")
    .option("--snapshot <address>", "compare with SNAPSHOT[:PATH] instead of the newest")
    .option("--job <id>", "compare this [[job]] of the configuration")
    .option("--fast", "do not read files: those of the same size count as the same")
    .option("--checksum-both", "read the stored files as well, not only their records")
    .option("--no-metadata", "do not compare mode, owner, times and attributes")
    .optionsGroup("Selection:")
    .option("--one-file-system", "leave out other file systems below SOURCE (default)")
    .option("--no-one-file-system", "go into them")
    .option("--excludes [names...]", "directory names to leave out, instead of the default list")
    .option("--exclude <glob>", "leave out what matches, in gitignore syntax; repeatable", collect)
    .option("--exclude-from <file>", "read such patterns from a file; repeatable", collect)
    .option(
      "--exclude-if-present <name>",
      "leave out directories that hold it; repeatable",
      collect,
    )
    .option("--exclude-caches", "leave out directories with a CACHEDIR.TAG")
    .addOption(new Option("--no-exclude-caches", "keep them").hideHelp())
    .option("--exclude-larger-than <size>", "leave out larger files, such as 500M")
    .optionsGroup("Output:")
    .option("--config <file>", "read only this configuration file")
    .option("--json", "print JSON lines")
    .addOption(new Option("--progress", "show the progress display").hideHelp())
    .option("--no-progress", "show no progress display")
    .option("-q, --quiet", "show nothing but differences, problems and errors")
    .option("-v, --verbose", "show more; -vv shows everything", (_, count: number) => count + 1, 0)
    .addHelpText("after", AFTER);
}

type CompareOptions = ReturnType<ReturnType<typeof define>["opts"]>;

interface CompareArguments {
  readonly source: string | undefined;
  readonly destination: string | undefined;
}

/** Adds `phlb compare`. */
export function addCompareCommand(program: Command, { deps, finish }: CommandContext): void {
  define(program).action(async (source, destination, options) => {
    finish(await compareCommand({ source, destination }, { options, deps }));
  });
}

async function compareCommand(
  args: CompareArguments,
  { options, deps }: { options: CompareOptions; deps: CommandDeps },
): Promise<ExitCode> {
  const { loadConfig } = await import("../config/load_config.ts");
  const configDeps = { ...deps, reader: deps.files };
  const config = loadConfig(configDeps, flagsOf(args, options), { configFile: options.config });
  const [job = config.main] = await chooseJobs(config, { job: options.job, source: args.source });
  const reporter = await makeReporter(job.settings, { options, deps });
  for (const message of config.warnings) {
    reporter.handle({ kind: "log", level: "warning", message });
  }
  const figures = await loadFigures(chooseLocale(job.settings.locale, deps.env));
  const color = wantsColor(deps.terminal.out, deps.env);
  const watch = new ExitWatch(reporter);
  const { clock, signal, cwd, files, host, every, operations } = deps;
  try {
    const result = await operations.compareSource(
      {
        ...{ clock, signal, cwd, every, onEvent: watch.onEvent },
        ...{ readText: (path) => files.readText(path), cores: host.cores },
      },
      {
        job,
        snapshot: options.snapshot,
        fast: options.fast === true,
        checksumBoth: options.checksumBoth === true,
        metadata: options.metadata,
      },
      (difference) =>
        reporter.result({
          text: differenceText(difference, { figures, color }),
          json: differenceMessage(difference),
        }),
    );
    const text = options.quiet === true ? undefined : `\n${compareSummaryText(result, figures)}`;
    reporter.result({ text, json: compareSummaryMessage(result) });
    const { differenceCount } = await import("../ops/compare/difference.ts");
    return differenceCount(result.totals) > 0 ? EXIT.problems : watch.exitCode;
  } catch (error) {
    throw error instanceof Cancelled ? interrupted(error) : error;
  } finally {
    reporter.close();
  }
}

function flagsOf({ source, destination }: CompareArguments, options: CompareOptions): Flags {
  return {
    "source": source,
    "destination": destination,
    "name": options.name,
    "backup.one_file_system": options.oneFileSystem,
    "exclude.dirs": options.excludes === true ? [] : options.excludes,
    "exclude.patterns": appended(options.exclude),
    "exclude.from": appended(options.excludeFrom),
    "exclude.if_present": appended(options.excludeIfPresent),
    "exclude.caches": options.excludeCaches,
    "exclude.larger_than": options.excludeLargerThan,
    "log.console_level": levelOf(options),
    "log.progress": options.quiet === true ? false : options.progress,
  };
}

function levelOf({ quiet, verbose }: CompareOptions): string | undefined {
  if (quiet === true) return "error";
  const count = Number(verbose);
  return count === 0 ? undefined : count === 1 ? "info" : "debug";
}
