import type { Command } from "commander";
import { AppError, EXIT } from "../base/app_error.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import type { CommandNode } from "./command_tree.ts";
import { wholeTree } from "./whole_tree.ts";
import { helpText } from "./help/help_text.ts";
import { commandAt, keyProse, type Topic, TOPICS } from "./help/topics.ts";

/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;

/** Adds `phlb help`, in place of the one that knows commands alone. */
export function addHelpCommand(program: Command, context: CommandContext): void {
  const topics = TOPICS.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`).join("\n");
  program.command("help")
    .summary("explain a command, a topic or a key")
    .description(
      "Prints the help of a command, explains a topic, or tells all about a key of the " +
        "configuration.",
    )
    .argument("[topic...]", "a command, a topic, or a key such as exclude.dirs")
    .addHelpText("after", `\nTopics:\n${topics}\n\nExamples:${EXAMPLES}`)
    .option("--json", "print a JSON line")
    .action(async (words, { json }) => {
      const text = await explain(words, await wholeTree(context), context.deps);
      const line = () => jsonLine({ message_type: "help", topic: words.join(" "), text });
      context.deps.terminal.out.write(json === true ? line() : text);
      context.finish(EXIT.ok);
    });
}

const EXAMPLES = `
  phlb help trash restore
  phlb help patterns
  phlb help backup.order`;

/** What is to be printed for the words behind `help`. */
async function explain(
  words: readonly string[],
  tree: CommandNode,
  { terminal }: CommandDeps,
): Promise<string> {
  const command = commandAt(tree, words)?.command;
  if (command !== undefined) return helpText(command);
  const [word = "", ...others] = words;
  const topic = TOPICS.find(({ name }) => name === word);
  const prose = others.length > 0 ? undefined : await topic?.load() ?? await keyProse(word);
  if (prose === undefined) throw await unknownTopic(words, tree);
  const { proseText } = await import("../ui/prose_text.ts");
  const columns = Math.min(MAX_COLUMNS, terminal.columns);
  return `${titleOf(word, topic)}\n\n${proseText(prose, { columns })}`;
}

function titleOf(word: string, topic: Topic | undefined): string {
  return topic === undefined ? word : `${topic.name}: ${topic.summary}`;
}

async function unknownTopic(words: readonly string[], tree: CommandNode): Promise<AppError> {
  const [{ nearest }, { KEYS }] = await Promise.all([
    import("../config/nearest.ts"),
    import("../config/keys.ts"),
  ]);
  const at = words.findIndex((_, i) => commandAt(tree, words.slice(0, i + 1)) === undefined);
  const above = words.slice(0, at);
  const commands = (commandAt(tree, above)?.commands ?? []).map(({ name }) => name);
  const known = at > 0 ? commands : [...commands, ...TOPICS.map(({ name }) => name), ...KEYS];
  const near = nearest(words[at] ?? "", known);
  const meant = near === undefined ? "" : `Did you mean "${[...above, near].join(" ")}"? `;
  const text = words.join(" ");
  return new AppError(`Cannot explain "${text}": there is no such command, topic or key`, {
    code: "TOPIC_UNKNOWN",
    exitCode: EXIT.usage,
    hint: `${meant}"phlb help" lists commands and topics, "phlb help configuration" the keys`,
  });
}
