import { resolve } from "node:path";
import type { Command } from "commander";
import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { pathFields } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import { withWork, workOptions } from "./work.ts";

const EXAMPLES = `
Examples:
  phlb rescue-kit /mnt/backup
  sh /mnt/backup/RESCUE.sh list                    later, anywhere
  sh /mnt/backup/RESCUE.sh restore home/2026-01-07-085247 /tmp/new`;

/** Adds `phlb rescue-kit`. */
export function addRescueKitCommand(program: Command, { deps, finish }: CommandContext): void {
  program.command("rescue-kit")
    .summary("write a script that restores without phlb")
    .description(
      "Writes RESCUE.sh and RESCUE.txt into ROOT: they list, verify and restore its snapshots with " +
        "a shell and coreutils or busybox alone, also where ROOT is read-only by then.",
    )
    .argument("[root]", "backup root; the configured destination if not given")
    .option("--job <id>", "take the root from this [[job]] of the configuration")
    .option("--config <file>", "read only this configuration file")
    .option("--json", "print a JSON line for each file")
    .addHelpText("after", EXAMPLES)
    .action(async (root, options) => {
      const given = root === undefined ? undefined : resolve(deps.cwd, root);
      finish(
        await withWork({ ...workOptions(options), root: given }, deps, async (work) => {
          const { settings, reporter, figures } = work;
          if (settings.destination === undefined) throw noRoot();
          const fileSystem = settings["performance.file_system"];
          const files = await deps.operations.writeRescueKit({
            root: settings.destination,
            fileSystem,
          });
          for (const { path, fate } of files) {
            const json = { message_type: "rescue_file", ...pathFields(path), fate };
            reporter.result({ text: `${printable(path)}: ${figures.say(fate)}`, json });
          }
          return EXIT.ok;
        }),
      );
    });
}

function noRoot(): AppError {
  return new AppError("Cannot write a rescue kit: no backup root is given", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Give it as an argument, or set "destination" in phlb.toml or PHLB_DESTINATION',
  });
}
