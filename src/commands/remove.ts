import type { Command } from "commander";
import { EXIT } from "../base/app_error.ts";
import { changeDeps } from "./change_deps.ts";
import type { CommandContext } from "./command_context.ts";
import { addWorkOptions, withWork, workOptions } from "./work.ts";

const EXAMPLES = `
Examples:
  phlb remove home/2026-01-07-085247       phlb trash restore brings it back
  phlb remove --dry-run latest~1 latest~2  what that would free`;

/** Adds `phlb remove`. */
export function addRemoveCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("remove")
    .summary("put snapshots into the trash")
    .description(
      "Puts each SNAPSHOT with the files beside it into the trash, unless it is pinned or no " +
        "newer complete one of its name would be left.",
    )
    .argument("<snapshot...>", "snapshots to remove")
    .option("--dry-run", "show what would come free, change nothing")
    .option("--force", "remove also a pinned one and the newest one");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (addresses, options) => {
    finish(
      await withWork(workOptions(options), deps, async (work) => {
        const { base, settings, reporter, figures } = work;
        const { removedMessages, removedText } = await import("../ui/prune_text.ts");
        const onEvent = reporter.handle.bind(reporter);
        const result = await deps.operations.removeSnapshots(changeDeps(deps, onEvent), {
          addresses,
          base,
          settings,
          dryRun: options.dryRun === true,
          force: options.force === true,
        });
        const text = removedText(result, figures);
        for (const [i, json] of removedMessages(result).entries()) {
          reporter.result({ text: i === 0 ? text : undefined, json });
        }
        return EXIT.ok;
      }),
    );
  });
}
