import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option, type OptionValues } from "commander";
import type { ExitCode } from "../base/app_error.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import type { RebuildResult } from "../ops/rebuild/rebuild_deps.ts";
import {
  adoptableMessage,
  adoptableText,
  planMessage,
  planText,
  type RebuildCommand,
  rebuildMessage,
  rebuildText,
  rebuiltSummaryText,
} from "../ui/rebuild_text.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { ExitWatch, withWork, type Work, type WorkOptions, workOptions } from "./work.ts";
import { stateTexts } from "./state_texts.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";

const EXAMPLES = `
Examples:
  phlb rebuild /mnt/backup                 manifests, SHA256SUMS and the index
  phlb rebuild /mnt/backup --link          and hard links in place of duplicates
  phlb rebuild /mnt/backup --link --dry-run`;

/** Adds `phlb rebuild`. */
export function addRebuildCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("rebuild")
    .summary("make index, manifests and SHA256SUMS anew")
    .description(
      "Makes everything in ROOT anew that can be made from the snapshots themselves, and verifies " +
        "them while doing so. Takes in snapshots of PyHardLinkBackup and those put there by hand.",
    )
    .argument("[root]", "backup root; the configured destination if not given")
    .option("--link", "replace duplicates by hard links of one file");
  addRebuildOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (root, options) => {
    const given = { root, values: options, command: "rebuild" } as const;
    finish(await runRebuild(given, { deps, link: options.link === true, adopt: false }));
  });
}

/** The part of a command that {@link addRebuildOptions} needs. */
interface OptionTaker {
  optionsGroup(heading: string): unknown;
  addOption(option: Option): unknown;
}

/** Adds what `rebuild` and `add` have in common. */
export function addRebuildOptions(command: OptionTaker): void {
  const add = (option: Option) => command.addOption(option);
  add(new Option("--dry-run", "read everything, write nothing"));
  add(new Option("--skip-same-inode", "read each inode once (default)"));
  add(new Option("--no-skip-same-inode", "read it again for each of its names"));
  add(
    new Option("--lock-wait <duration>", "wait for another run on ROOT, such as 30m")
      .argParser(duration),
  );
  add(new Option("--job <id>", "take settings from this [[job]] of the configuration"));
  add(new Option("--config <file>", "read only this configuration file"));
  command.optionsGroup("Output:");
  add(new Option("--json", "print JSON lines"));
  add(new Option("--progress", "show the progress display").hideHelp());
  add(new Option("--no-progress", "show no progress display"));
  add(new Option("-q, --quiet", "show nothing but results, problems and errors"));
  add(
    new Option("-v, --verbose", "show more; -vv shows everything")
      .argParser((_, count: unknown) => (typeof count === "number" ? count : 0) + 1),
  );
  // PyHardLinkBackup 1.x has these two; no log file is written here.
  add(new Option("--verbosity <level>").choices(Object.keys(VERBOSITY)).hideHelp());
  add(new Option("--log-file-level <level>").choices(Object.keys(VERBOSITY)).hideHelp());
}

const VERBOSITY: Readonly<Record<string, Pick<WorkOptions, "quiet" | "verbose">>> = {
  debug: { verbose: 2 },
  info: { verbose: 1 },
  warning: {},
  error: { quiet: true },
};

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return milliseconds;
}

/** What the command line says. */
export interface GivenRebuild {
  readonly root: string | undefined;
  readonly values: OptionValues;
  readonly command: RebuildCommand;
}

/** Runs either command and resolves with its exit code. */
export async function runRebuild(
  { root, values, command }: GivenRebuild,
  { deps, link, adopt }: { deps: CommandDeps; link: boolean; adopt: boolean },
): Promise<ExitCode> {
  const options: WorkOptions = {
    ...workOptions(values),
    ...VERBOSITY[String(values["verbosity"])],
    root: root === undefined ? undefined : resolve(deps.cwd, root),
    name: undefined,
  };
  return await withWork(options, deps, async (work) => {
    const watch = new ExitWatch(work.reporter);
    const { figures, settings, base, reporter } = work;
    const lockWait: unknown = values["lockWait"];
    const result = await deps.operations.rebuild({
      clock: deps.clock,
      host: deps.host,
      state: stateTexts(deps),
      signal: deps.signal,
      command: ["phlb", ...deps.argv].join(" "),
      sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
      every: deps.every,
      summaryText: (summary, path) => rebuiltSummaryText(summary, { path, figures }),
      onEvent: watch.onEvent,
    }, {
      root: base.root,
      settings: typeof lockWait === "number"
        ? { ...settings, "backup.lock_wait": lockWait }
        : settings,
      link,
      adopt,
      name: typeof values["name"] === "string" ? values["name"] : undefined,
      dryRun: values["dryRun"] === true,
      skipSameInode: values["skipSameInode"] !== false,
    });
    tell(result, { work, command });
    reporter.result({
      text: options.quiet === true ? undefined : rebuildText(result, { figures, command }),
      json: rebuildMessage(result),
    });
    return watch.exitCode;
  });
}

function tell(
  { plan, dryRun, adoptable }: RebuildResult,
  { work: { reporter, figures }, command }: { work: Work; command: RebuildCommand },
): void {
  for (const step of dryRun ? plan : []) {
    reporter.result({ text: planText(step, figures), json: planMessage(step) });
  }
  if (command !== "add") return;
  const text = adoptableText(adoptable, figures);
  for (const [i, one] of adoptable.entries()) {
    reporter.result({ text: i === 0 ? text : undefined, json: adoptableMessage(one) });
  }
}
