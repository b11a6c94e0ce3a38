import { Command } from "commander";
import type { CommandContext } from "./command_context.ts";
import { versionText } from "./version.ts";
import { wrapText } from "../ui/prose_text.ts";
import { TOPICS } from "./help/topics.ts";

/** Text that is not wrapped fits every terminal that is not very narrow. */
const HELP_TEXT_COLUMNS = 70;

const EXAMPLES = `
Examples:
  phlb backup /home/ann /mnt/backup        back up a directory
  phlb snapshots /mnt/backup               list what is there
  phlb config                              keep all that in a file

"phlb COMMAND --help" tells the options of a command.
"phlb help TOPIC" explains:
${topicLines()}`;

function topicLines(): string {
  const names = TOPICS.map(({ name }) => name);
  return wrapText(names.join(", "), HELP_TEXT_COLUMNS).map((line) => `  ${line}`).join("\n");
}

/** Longer lines are hard to read. */
const MAX_HELP_COLUMNS = 100;

type AddCommand = (program: Command, context: CommandContext) => void;

/** The commands in the order of the help. Only the one that is asked for is loaded. */
const COMMANDS: readonly {
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}[] = [
  { names: ["backup"], load: async () => (await import("./backup.ts")).addBackupCommand },
  { names: ["snapshots"], load: async () => (await import("./snapshots.ts")).addSnapshotsCommand },
  { names: ["ls"], load: async () => (await import("./ls.ts")).addLsCommand },
  { names: ["find"], load: async () => (await import("./find.ts")).addFindCommand },
  { names: ["history"], load: async () => (await import("./history.ts")).addHistoryCommand },
  { names: ["explain"], load: async () => (await import("./explain.ts")).addExplainCommand },
  { names: ["diff"], load: async () => (await import("./diff.ts")).addDiffCommand },
  { names: ["compare"], load: async () => (await import("./compare.ts")).addCompareCommand },
  { names: ["path"], load: async () => (await import("./path.ts")).addPathCommand },
  { names: ["stats"], load: async () => (await import("./stats.ts")).addStatsCommand },
  { names: ["verify"], load: async () => (await import("./verify.ts")).addVerifyCommand },
  { names: ["repair"], load: async () => (await import("./repair.ts")).addRepairCommand },
  { names: ["restore"], load: async () => (await import("./restore.ts")).addRestoreCommand },
  { names: ["prune"], load: async () => (await import("./prune.ts")).addPruneCommand },
  { names: ["remove"], load: async () => (await import("./remove.ts")).addRemoveCommand },
  { names: ["trash"], load: async () => (await import("./trash.ts")).addTrashCommand },
  {
    names: ["forget-path"],
    load: async () => (await import("./forget_path.ts")).addForgetPathCommand,
  },
  {
    names: ["pin", "unpin", "tag", "note"],
    load: async () => (await import("./marks.ts")).addMarkCommands,
  },
  { names: ["rebuild"], load: async () => (await import("./rebuild.ts")).addRebuildCommand },
  { names: ["add"], load: async () => (await import("./add.ts")).addAddCommand },
  { names: ["doctor"], load: async () => (await import("./doctor.ts")).addDoctorCommand },
  {
    names: ["rescue-kit"],
    load: async () => (await import("./rescue_kit.ts")).addRescueKitCommand,
  },
  { names: ["status"], load: async () => (await import("./status.ts")).addStatusCommand },
  { names: ["schedule"], load: async () => (await import("./schedule.ts")).addScheduleCommand },
  { names: ["helper"], load: async () => (await import("./helper_command.ts")).addHelperCommand },
  { names: ["config"], load: async () => (await import("./config.ts")).addConfigCommand },
  {
    names: ["json-schema"],
    load: async () => (await import("./json_schema.ts")).addJsonSchemaCommand,
  },
  {
    names: ["completion"],
    load: async () => (await import("./completion.ts")).addCompletionCommand,
  },
  {
    names: ["complete"],
    load: async () => (await import("./completion.ts")).addCompleteCommand,
  },
  { names: ["man"], load: async () => (await import("./man.ts")).addManCommand },
  { names: ["notify"], load: async () => (await import("./notify.ts")).addNotifyCommand },
  { names: ["version"], load: async () => (await import("./version.ts")).addVersionCommand },
  { names: ["help"], load: async () => (await import("./help.ts")).addHelpCommand },
];

/**
 * The tree of commands: the one called `asked` alone when there is such a one, else all. Errors are
 * thrown, help is written to the terminal.
 */
export async function buildProgram(context: CommandContext, asked?: string): Promise<Command> {
  const program = emptyProgram(context);
  const found = COMMANDS.filter(({ names }) => names.some((name) => name === asked));
  const wanted = found.length > 0 ? found : COMMANDS;
  for (const add of await Promise.all(wanted.map(({ load }) => load()))) add(program, context);
  return program.helpCommand(false); // "help" is one of ours
}

function emptyProgram(context: CommandContext): Command {
  const { terminal } = context.deps;
  const columns = () => Math.min(MAX_HELP_COLUMNS, terminal.columns);
  return new Command("phlb")
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
}

/** That commands have options goes without saying. */
function commandTerm(command: { name(): string; usage(): string }): string {
  return `${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trimEnd();
}
