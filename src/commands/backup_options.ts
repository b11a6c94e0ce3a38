import { type Command, Option } from "commander";
import type { Flags, FlagValue } from "../config/config.ts";
import { PACE_OPTIONS, paceFlags } from "./pace_options.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;

const EXAMPLES = `
Examples:
  phlb backup /home/ann /mnt/backup        back up a directory
  phlb backup                              the same, both from phlb.toml
  phlb backup ~ /mnt/backup --excludes node_modules .cache
  phlb backup ~ /mnt/backup --exclude "*.iso" --exclude-caches
  phlb backup --all --quiet                all jobs of phlb.toml, as from cron
  phlb backup ~ /mnt/backup --dry-run      what would be done

Exit codes: 0 done, 1 failed and nothing published, 2 usage or configuration,
3 done with problems, 10 no backup root, 11 locked, 130 interrupted.`;

/** Adds `phlb backup` with its options to the program. */
export function defineBackup(program: Command) {
  return program.command("backup")
    .summary("back up a directory tree into a backup root")
    .description(
      "Stores SOURCE as a new snapshot below DESTINATION. Content that DESTINATION holds already " +
        "is hard-linked. What is not given here comes from the environment and from phlb.toml.",
    )
    .argument("[source]", "directory to back up; the current one if none is configured")
    .argument("[destination]", "backup root: the directory that holds the snapshots")
    .optionsGroup("Snapshot:")
    .option("--name <name>", "directory below DESTINATION for the snapshots (last part of SOURCE)")
    .option("--tag <word>", "keep a word with the snapshot; may be repeated", collect)
    .option("--note <text>", "keep a note with the snapshot")
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
    .optionsGroup("Run:")
    .option("--job <id>", "run this [[job]] of the configuration")
    .option("--all", "run every [[job]] in turn; one that fails does not stop the rest")
    .option("--dry-run", "only look: write nothing")
    .option("--checksum", "read every file, trust no size and time")
    .addOption(new Option("--no-checksum", "trust them").hideHelp())
    .option("--allow-empty", "accept an empty SOURCE when the last snapshot was not empty")
    .addOption(new Option("--no-allow-empty", "refuse it").hideHelp())
    .option("--init", "begin anew in a DESTINATION that was a backup root and is none now")
    .option("--lock-wait <duration>", "wait for another run on DESTINATION, such as 30m")
    .option("--config <file>", "read only this configuration file")
    .optionsGroup("Pace:")
    .option(...PACE_OPTIONS.nice)
    .option(...PACE_OPTIONS.ionice)
    .option(...PACE_OPTIONS.bwlimit)
    .optionsGroup("Output:")
    .option("--json", "print JSON lines")
    .addOption(new Option("--progress", "show the progress display").hideHelp())
    .option("--no-progress", "show no progress display")
    .option("-q, --quiet", "show nothing but problems and errors")
    .option("-v, --verbose", "show more; -vv shows everything", (_, count: number) => count + 1, 0)
    .addOption(new Option("--verbosity <level>", "least severe messages on screen").choices(LEVELS))
    .addOption(new Option("--log-file-level <level>", "and in the log file").choices(LEVELS))
    .addHelpText("after", EXAMPLES);
}

/** The options of `phlb backup` as the command line gives them. */
export type BackupOptions = ReturnType<ReturnType<typeof defineBackup>["opts"]>;

/** The arguments of `phlb backup`. */
export interface BackupArguments {
  readonly source: string | undefined;
  readonly destination: string | undefined;
}

/** What the command line says, by the key of the configuration that it stands for. */
export function flagsOf({ source, destination }: BackupArguments, options: BackupOptions): Flags {
  return {
    "source": source,
    "destination": destination,
    "name": options.name,
    "tags": appended(options.tag),
    "note": options.note,
    "backup.one_file_system": options.oneFileSystem,
    "backup.checksum": options.checksum,
    "backup.allow_empty": options.allowEmpty,
    "backup.lock_wait": options.lockWait,
    "exclude.dirs": options.excludes === true ? [] : options.excludes,
    "exclude.patterns": appended(options.exclude),
    "exclude.from": appended(options.excludeFrom),
    "exclude.if_present": appended(options.excludeIfPresent),
    "exclude.caches": options.excludeCaches,
    "exclude.larger_than": options.excludeLargerThan,
    ...paceFlags(options),
    "log.console_level": options.verbosity ?? levelOf(options),
    "log.file_level": options.logFileLevel,
    "log.progress": options.quiet === true ? false : options.progress,
  };
}

function levelOf({ quiet, verbose }: BackupOptions): string | undefined {
  if (quiet === true) return "error";
  const count = Number(verbose);
  return count === 0 ? undefined : count === 1 ? "info" : "debug";
}

/** A list that goes behind what is configured. */
export function appended(values: readonly string[] | undefined): FlagValue | undefined {
  return values === undefined ? undefined : { append: values };
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
