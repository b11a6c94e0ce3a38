import { Command } from "commander";
import { addAddCommand } from "./add.ts";
import { addBackupCommand } from "./backup.ts";
import type { CommandContext } from "./command_context.ts";
import { addCompareCommand } from "./compare.ts";
import { addConfigCommand } from "./config.ts";
import { addDiffCommand } from "./diff.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addExplainCommand } from "./explain.ts";
import { addFindCommand } from "./find.ts";
import { addHistoryCommand } from "./history.ts";
import { addLsCommand } from "./ls.ts";
import { addMarkCommands } from "./marks.ts";
import { addPathCommand } from "./path.ts";
import { addPruneCommand } from "./prune.ts";
import { addRebuildCommand } from "./rebuild.ts";
import { addRemoveCommand } from "./remove.ts";
import { addRescueKitCommand } from "./rescue_kit.ts";
import { addRepairCommand } from "./repair.ts";
import { addRestoreCommand } from "./restore.ts";
import { addSnapshotsCommand } from "./snapshots.ts";
import { addStatsCommand } from "./stats.ts";
import { addTrashCommand } from "./trash.ts";
import { addVerifyCommand } from "./verify.ts";
import { addVersionCommand, versionText } from "./version.ts";

const EXAMPLES = `
Examples:
  phlb backup /home/ann /mnt/backup        back up a directory
  phlb snapshots /mnt/backup               list what is there
  phlb config                              keep all that in a file

"phlb COMMAND --help" tells the options of a command.`;

/** Longer lines are hard to read. */
const MAX_HELP_COLUMNS = 100;

/** The tree of all commands. Errors are thrown, help is written to the terminal. */
export function buildProgram(context: CommandContext): Command {
  const { terminal } = context.deps;
  const columns = () => Math.min(MAX_HELP_COLUMNS, terminal.columns);
  const program: Command = new Command("phlb")
    .description(
      "Plain HardLink Backup: snapshots that are ordinary directories of ordinary files.",
    )
    .version(versionText(context.deps), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ subcommandTerm: commandTerm })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      outputError: () => {}, // what was wrong is told where all errors are
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", EXAMPLES);
  addBackupCommand(program, context);
  addSnapshotsCommand(program, context);
  addLsCommand(program, context);
  addFindCommand(program, context);
  addHistoryCommand(program, context);
  addExplainCommand(program, context);
  addDiffCommand(program, context);
  addCompareCommand(program, context);
  addPathCommand(program, context);
  addStatsCommand(program, context);
  addVerifyCommand(program, context);
  addRepairCommand(program, context);
  addRestoreCommand(program, context);
  addPruneCommand(program, context);
  addRemoveCommand(program, context);
  addTrashCommand(program, context);
  addMarkCommands(program, context);
  addRebuildCommand(program, context);
  addAddCommand(program, context);
  addDoctorCommand(program, context);
  addRescueKitCommand(program, context);
  addConfigCommand(program, context);
  addVersionCommand(program, context);
  return program;
}

/** That commands have options goes without saying. */
function commandTerm(command: { name(): string; usage(): string }): string {
  return `${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trimEnd();
}
