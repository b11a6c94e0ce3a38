import { type Command, Option } from "commander";
import { resolve } from "node:path";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { PlannedChange } from "../ops/restore/planned_change.ts";
import type { RestoreQuery } from "../ops/restore/restore.ts";
import { Cancelled } from "../threads/cancel.ts";
import {
  PlanExcerpt,
  plannedMessage,
  plannedText,
  restoreMessage,
  restoreText,
} from "../ui/restore_text.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addPaceOptions, takeConfiguredPriority } from "./pace_options.ts";
import {
  addWorkOptions,
  ExitWatch,
  withWork,
  type Work,
  type WorkOptions,
  workOptions,
} from "./work.ts";

const OVERWRITE = ["always", "if-changed", "if-newer", "never"] as const;

const EXAMPLES = `
A directory's content goes into TARGET, another entry becomes TARGET/<its name>.
TARGET is made when it is missing. Without --overwrite, nothing is restored when
something is in the way. --overwrite if-changed goes on after an interruption.
Patterns are relative to the directory that is restored.

Examples:
  phlb restore latest /tmp/restored
  phlb restore latest:docs/letter.odt .
  phlb restore home/2026-01-07:photos ~/photos --overwrite if-changed
  phlb restore latest / --include /etc --overwrite always --dry-run

Exit codes: 0 done, 1 failed, 2 usage or something in the way, 3 done with
problems, 10 no backup root, 130 interrupted.`;

/** Adds `phlb restore`. */
export function addRestoreCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("restore")
    .summary("bring back a snapshot, a directory or a file")
    .description(
      "Restores SNAPSHOT, or an entry of it, into the directory TARGET: contents, each checked " +
        "against its digest, and all metadata that the snapshot records.",
    )
    .argument("<snapshot>", "SNAPSHOT[:PATH]")
    .argument("<target>", "directory to restore into")
    .optionsGroup("Selection:")
    .option(
      "--include <glob>",
      "restore only what matches, in gitignore syntax; repeatable",
      collect,
    )
    .option("--exclude <glob>", "leave out what matches; repeatable", collect)
    .optionsGroup("Restore:")
    .addOption(
      new Option("--overwrite <when>", "replace what is there already").choices(OVERWRITE),
    )
    .option("--delete", "remove from TARGET what the snapshot does not have")
    .option("-n, --dry-run", "only print what would be done; -v lists everything")
    .option("--verify", "read everything again afterwards and compare")
    .option("--as-reflink", "share blocks with the backup where the file system can");
  addPaceOptions(command);
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (address, target, options) => {
    const wanted: Wanted = {
      address,
      target,
      patterns: { include: options.include ?? [], exclude: options.exclude ?? [] },
      overwrite: options.overwrite ?? "refuse",
      deletes: options.delete === true,
      dryRun: options.dryRun === true,
      verify: options.verify === true,
      reflink: options.asReflink === true,
    };
    const work = workOptions(options);
    finish(await withWork(work, deps, (context) => run(wanted, { ...context, work, deps })));
  });
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

type Wanted = Omit<RestoreQuery, "base" | "fence" | "progressMs" | "bytesPerSecond">;

async function run(
  wanted: Wanted,
  { base, settings, reporter, figures, work, deps }: Work & {
    work: WorkOptions;
    deps: CommandDeps;
  },
): Promise<ExitCode> {
  const watch = new ExitWatch(reporter);
  const excerpt = new PlanExcerpt({ all: Number(work.verbose ?? 0) > 0 });
  const target = resolve(base.cwd, wanted.target);
  const onPlanned = (change: PlannedChange) =>
    reporter.result({
      text: excerpt.shows(change) ? plannedText(change, { target, figures }) : undefined,
      json: plannedMessage(change),
    });
  const { clock, signal, every, host, home, operations } = deps;
  const restoring = { clock, signal, every, home, onPlanned, onEvent: watch.onEvent };
  await takeConfiguredPriority(settings, { operations, onEvent: watch.onEvent });
  try {
    const report = await operations.restore({ ...restoring, cores: host.cores }, {
      ...wanted,
      base,
      fence: settings["performance.fence"],
      progressMs: settings["log.progress_interval"],
      bytesPerSecond: settings["performance.bwlimit"],
      fileSystem: settings["performance.file_system"],
    });
    const rest = excerpt.rest(figures);
    const text = restoreText(report, { figures });
    reporter.result({
      text: rest === undefined ? text : `${rest}\n${text}`,
      json: restoreMessage(report),
    });
    return watch.exitCode;
  } catch (error) {
    throw error instanceof Cancelled ? interrupted(error) : error;
  }
}

function interrupted(cause: Cancelled): AppError {
  return new AppError("The restore was interrupted", {
    code: "INTERRUPTED",
    exitCode: EXIT.interrupted,
    hint: "Run it again with --overwrite if-changed: what is restored already is not written again",
    cause,
  });
}
