import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option, type OptionValues } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import { healedMessage, healedText, repairedMessage, repairedText } from "../ui/repair_text.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addPaceOptions, takeConfiguredPriority } from "./pace_options.ts";
import { stateTexts } from "./state_texts.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
Examples:
  phlb repair --dry-run                    what is damaged, what heals it
  phlb repair                              all snapshots
  phlb repair --from /mnt/second           what is needed, from a second root
  phlb repair latest:docs                  a part of a snapshot

Exits with 3 when something remains that could not be healed.`;

/** Adds `phlb repair`. */
export function addRepairCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("repair")
    .summary("heal damaged and missing stored files")
    .description(
      "Verifies snapshots, and makes anew what is damaged or missing: from equal files in the " +
        "backup root, its trash, other backup roots, and the source. What is written is checked " +
        "against the recorded digest, and takes its place under all names in all snapshots.",
    )
    .argument("[snapshot...]", "SNAPSHOT[:PATH]; all snapshots if not given")
    .addOption(new Option("--all", "all snapshots (default)"))
    .addOption(new Option("--fast", "do not read the contents to find damage"))
    .addOption(
      new Option("--from <root>", "take contents from this backup root as well; repeatable")
        .argParser((
          path: string,
          known: unknown,
        ) => [...(Array.isArray(known) ? known : []), path]),
    )
    .addOption(new Option("--dry-run", "read everything, write nothing"))
    .addOption(
      new Option("--lock-wait <duration>", "wait for another run on the root, such as 30m")
        .argParser(duration),
    );
  addPaceOptions(command);
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (addresses, options) => {
    if (options.all === true && addresses.length > 0) throw conflict();
    finish(
      await withWork(workOptions(options), deps, (work) => run(addresses, { options, work, deps })),
    );
  });
}

async function run(
  addresses: readonly string[],
  { options, work, deps }: { options: OptionValues; work: Work; deps: CommandDeps },
): Promise<ExitCode> {
  const { reporter, base, figures } = work;
  const { clock, signal, every, host, operations } = deps;
  const watch = new ExitWatch(reporter);
  const [lockWait, from]: unknown[] = [options["lockWait"], options["from"]];
  const settings = typeof lockWait === "number"
    ? { ...work.settings, "backup.lock_wait": lockWait }
    : work.settings;
  const dryRun = options["dryRun"] === true;
  const isQuiet = options["quiet"] === true;
  const given = (Array.isArray(from) ? from : []).map((path) => resolve(deps.cwd, String(path)));
  await takeConfiguredPriority(settings, { operations, onEvent: watch.onEvent });
  const result = await operations.repair({
    clock,
    signal,
    every,
    host,
    cores: host.cores,
    command: ["phlb", ...deps.argv].join(" "),
    state: stateTexts(deps),
    sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
    onEvent: watch.onEvent,
    onHealed: (healed) =>
      reporter.result({
        text: isQuiet ? undefined : healedText(healed, { figures, dryRun }),
        json: healedMessage(healed),
      }),
  }, {
    request: { addresses, all: addresses.length === 0, base },
    fast: options["fast"] === true,
    dryRun,
    replicas: [...given, ...settings.replicas],
    settings,
  });
  const isSilent = isQuiet && watch.problems === 0;
  reporter.result({
    text: isSilent ? undefined : repairedText(result, figures),
    json: repairedMessage(result),
  });
  const damaged = result.roots.some(({ counts }) => counts.remaining > 0);
  const isOpen = dryRun && result.roots.some(({ counts }) => counts.found > 0);
  return damaged || isOpen ? EXIT.problems : watch.exitCode;
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return milliseconds;
}

function conflict(): AppError {
  return new AppError("Cannot use --all together with a SNAPSHOT", {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: "Leave one of them out",
  });
}
