import type { Command } from "commander";
import { EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { pathFields } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import { addWorkOptions, withWork, workOptions } from "./work.ts";

const EXAMPLES = `
Examples:
  phlb path latest                           the newest snapshot's directory
  phlb path latest~1:docs/letter.odt         a file in the one before it
  less "$(phlb path home/2026-01-07:notes)"`;

/** Adds `phlb path`. */
export function addPathCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("path")
    .summary("print where a snapshot or a file in it lies")
    .description("Prints the path of SNAPSHOT, or of an entry of it, in the file system.")
    .argument("<snapshot>", "SNAPSHOT[:PATH]");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (address, options) => {
    finish(
      await withWork(workOptions(options), deps, async ({ base, settings, reporter }) => {
        const fileSystem = settings["performance.file_system"];
        const found = await deps.operations.snapshotPath({ address, base, fileSystem });
        const { path, snapshotId, relPath } = found;
        reporter.result({
          // On a screen no name may move the cursor; elsewhere it is the path as it is.
          text: deps.terminal.out.isTty ? printable(path) : path,
          json: {
            message_type: "path",
            snapshot_id: snapshotId,
            inside: relPath,
            ...pathFields(path),
          },
        });
        return EXIT.ok;
      }),
    );
  });
}
