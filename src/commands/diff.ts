import type { Command } from "commander";
import { EXIT } from "../base/app_error.ts";
import { changeMessage, changeText, diffStatistics, diffSummaryText } from "../ui/diff_text.ts";
import { wantsColor } from "../ui/terminal.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const AFTER = `
Each line says what happened to an entry from the first snapshot to the second:
  +  new                      -  gone
  M  content changed          R  renamed
  T  type changed             U  only mode, owner, times or attributes changed
  ?  content changed, though size and time of change are as before

Examples:
  phlb diff latest                       what the newest snapshot brought
  phlb diff home/2026-01-07 home/latest
  phlb diff latest~3:docs latest         below one directory`;

interface DiffOptions {
  readonly metadata?: true | undefined;
  readonly renames: boolean;
  readonly exitCode?: true | undefined;
  readonly quiet?: true | undefined;
}

/** Adds `phlb diff`. */
export function addDiffCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("diff")
    .summary("show what changed between two snapshots")
    .description(
      "Lists the differences between two snapshots. One alone is compared with the one before it.",
    )
    .argument("<snapshot>", "SNAPSHOT[:PATH]")
    .argument("[other]", "a later SNAPSHOT[:PATH]")
    .option("--metadata", "list entries of which only metadata changed as well")
    .option("--no-renames", "show renamed entries as gone and new")
    .option("--exit-code", "end with exit code 3 when something is listed");
  addWorkOptions(command);
  command.addHelpText("after", AFTER).action(async (before, after, options) => {
    finish(
      await withWork(
        workOptions(options),
        deps,
        (work) => diffCommand({ before, after }, { options, work, deps }),
      ),
    );
  });
}

async function diffCommand(
  { before, after }: { before: string; after: string | undefined },
  { options, work, deps }: { options: DiffOptions; work: Work; deps: CommandDeps },
) {
  const { base, settings, reporter, figures } = work;
  const { clock, signal, env, terminal } = deps;
  const watch = new ExitWatch(reporter);
  const metadata = options.metadata === true;
  const color = wantsColor(terminal.out, env);
  const result = await deps.operations.diffSnapshots(
    { clock, signal, onEvent: watch.onEvent },
    { before, after, base, metadata, renames: options.renames, settings },
    (change) =>
      reporter.result({ text: changeText(change, { color }), json: changeMessage(change) }),
  );
  const summary = diffSummaryText(result, { figures, metadata });
  const text = `${result.differs ? "\n" : ""}${summary}`;
  reporter.result({
    text: options.quiet === true ? undefined : text,
    json: diffStatistics(result),
  });
  if (watch.exitCode !== EXIT.ok) return watch.exitCode;
  return options.exitCode === true && result.differs ? EXIT.problems : EXIT.ok;
}
