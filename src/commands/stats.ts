import type { Command } from "commander";
import { canShowBlocks } from "../ui/bar_chart.ts";
import { statsText } from "../ui/stats_text.ts";
import type { CommandContext } from "./command_context.ts";
import { rootStatsMessage, snapshotStatsMessage } from "./stats_messages.ts";
import { addWorkOptions, ExitWatch, withWork, workOptions } from "./work.ts";

const EXAMPLES = `
Every file of every snapshot is looked at: only that tells what is shared.
Sizes on disk are allocated blocks, as du has them.

Examples:
  phlb stats                                 all snapshots in the backup root
  phlb stats --name home latest              the newest one of a name at length
  phlb stats home/2026-01-05 home/2026-01-06 what removing both would give back
  phlb stats --quick                         only what their summaries say`;

/** Adds `phlb stats`. */
export function addStatsCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("stats")
    .summary("tell what snapshots take, share and would free")
    .description(
      "Tells what each snapshot takes and shares, what removing it would give back, and for how " +
        "long there is room.",
    )
    .argument("[snapshot...]", "those to tell of; all of the backup root if not given")
    .option("--quick", "look at summaries alone, not at the snapshots");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (addresses, options) => {
    const { quick } = options;
    const given = workOptions(options);
    finish(
      await withWork(given, deps, async ({ base, settings, reporter, figures }) => {
        const { terminal, env, clock, signal, host, operations } = deps;
        const watch = new ExitWatch(reporter);
        const { onEvent } = watch;
        const stats = await operations.rootStats({ clock, signal, onEvent }, {
          addresses,
          // A name that is only configured says what to back up, not what to look at.
          name: given.job === undefined ? given.name : base.name,
          base,
          isQuick: quick === true,
          fence: settings["performance.fence"],
          cores: host.cores,
          fileSystem: settings["performance.file_system"],
        });
        for (const one of stats.snapshots) {
          reporter.result({ text: undefined, json: snapshotStatsMessage(one) });
        }
        const { columns } = terminal;
        const text = statsText(stats, { columns, figures, blocks: canShowBlocks(env) });
        reporter.result({ text, json: rootStatsMessage(stats) });
        return watch.exitCode;
      }),
    );
  });
}
