import type { CommandContext } from "./command_context.ts";
import { type CommandNode, commandTree } from "./command_tree.ts";

/** All commands: the program that runs has loaded the one that was asked for alone. */
export async function wholeTree(context: CommandContext): Promise<CommandNode> {
  const { buildProgram } = await import("./program.ts");
  return commandTree(await buildProgram(context));
}
