import type { Command } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
PATH is one below the snapshots, or one in the directory that was backed up:
absolute, or relative to the current directory. "In" counts the snapshots that
have it so.

Examples:
  phlb history docs/letter.odt
  phlb history /home/ann/docs/letter.odt
  phlb history docs --newest 10`;

/** Adds `phlb history`. */
export function addHistoryCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("history")
    .summary("tell what happened to a file from snapshot to snapshot")
    .description("Tells when PATH came, changed, went and came back.")
    .argument("<path>", "a file or directory, below the snapshots or in the source")
    .option("--newest <n>", "only the newest N snapshots of each name");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (path, options) => {
    const common = workOptions(options);
    const json = common.json === true;
    finish(
      await withWork(common, deps, (work) => {
        return history({ path, newest: options.newest, json, work, deps });
      }),
    );
  });
}

interface HistoryContext {
  readonly path: string;
  readonly newest: string | undefined;
  readonly json: boolean;
  readonly work: Work;
  readonly deps: CommandDeps;
}

async function history({ path, newest, json, work, deps }: HistoryContext): Promise<ExitCode> {
  const { base, settings, reporter, figures } = work;
  const { clock, signal, operations, terminal } = deps;
  const watch = new ExitWatch(reporter);
  const { onEvent } = watch;
  const histories = await operations.pathHistory({ clock, signal, onEvent }, {
    path,
    base,
    snapshots: [],
    newest: newest === undefined ? undefined : countOf(newest),
    fileSystem: settings["performance.file_system"],
  });
  reporter.close();
  const { historyMessage, historyText } = await import("../ui/history_text.ts");
  const text = json
    ? histories.flatMap((each) => each.events.map((event) => jsonLine(historyMessage(each, event))))
      .join("")
    : histories.map((each) => historyText(each, figures)).join("\n");
  terminal.out.write(text);
  return watch.exitCode;
}

function countOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new AppError(`Cannot use --newest "${text}"`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: "It takes a number from 1 on",
  });
}
