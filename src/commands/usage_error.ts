import type { Command, CommanderError } from "commander";
import { AppError, EXIT } from "../base/app_error.ts";

/** What the command line got wrong, in the words of all other errors. */
export function usageError(
  error: CommanderError,
  { program, argv }: { program: Command; argv: readonly string[] },
): AppError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const command = commandLine(program, argv);
  const suggestion = rest.join(" ").replaceAll(/[()]/g, "").trim();
  const help = `"${command} --help" lists what there is`;
  return new AppError(`Cannot run "${command}": ${quoted(first)}`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: suggestion === "" ? help : `${suggestion} ${help}`,
  });
}

/** The command that was meant, as far as the arguments name one. */
function commandLine(program: Command, argv: readonly string[]): string {
  const words = [program.name()];
  let at: Pick<Command, "commands"> = program;
  for (const word of argv) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) continue;
    words.push(word);
    at = next;
  }
  return words.join(" ");
}

function quoted(text: string): string {
  return text.replace(/\.$/, "").replaceAll("'", '"');
}
