import type { Argument, CommandUnknownOpts, Option } from "commander";
import { usualWords, type ValueKind, valueKind } from "./value_kind.ts";

/** A value on the command line. */
export interface ValueNode {
  readonly placeholder: string;
  readonly kind: ValueKind;
  /** For kind `words`. */
  readonly words: readonly string[];
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
}

/** An argument of a command. */
export interface ArgumentNode extends ValueNode {
  readonly description: string;
}

/** An option of a command. */
export interface OptionNode {
  /** As help shows it: `-q, --quiet`, `--name <name>`. */
  readonly flags: string;
  /** `-q`. */
  readonly short: string | undefined;
  /** `--quiet`. */
  readonly long: string | undefined;
  readonly description: string;
  readonly group: string;
  readonly isRepeatable: boolean;
  readonly value: ValueNode | undefined;
}

/** A command that help shows, as plain data. */
export interface CommandNode {
  /** `trash list`; `""` for the program itself. */
  readonly path: string;
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  readonly description: string;
  /** `[options] <snapshot> <target>`. */
  readonly usage: string;
  readonly args: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** What it was made from. */
  readonly command: CommandUnknownOpts;
}

/** Heading of the options that have no group. */
export const PLAIN_GROUP = "Options";

/** The tree below a command of commander, without what is hidden. */
export function commandTree(command: CommandUnknownOpts, parentPath?: string): CommandNode {
  const name = command.name();
  const path = parentPath === undefined ? "" : `${parentPath} ${name}`.trimStart();
  const help = command.createHelp();
  const nodes = help.visibleCommands(command).map((child) => commandTree(child, path));
  const description = command.description();
  return {
    path,
    name,
    summary: command.summary() || firstSentence(description),
    description,
    usage: command.usage(),
    args: command.registeredArguments.map((argument) => argumentNode(argument, path)),
    options: help.visibleOptions(command).map((option) => optionNode(option, path)),
    commands: nodes,
    command,
  };
}

/** Every command of the tree, the root first, parents before their children. */
export function allNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

function firstSentence(text: string): string {
  const [first = ""] = text.split(/\. |\.$/);
  return first.charAt(0).toLowerCase() + first.slice(1);
}

function argumentNode(argument: Argument, command: string): ArgumentNode {
  const { description, required: isRequired, variadic: isVariadic, argChoices } = argument;
  const place = { command, placeholder: argument.name(), description, isOption: false };
  return { ...valueNode(place, argChoices), description, isRequired, isVariadic };
}

function optionNode(option: Option, command: string): OptionNode {
  const { flags, short, long, description, required: isRequired, variadic: isVariadic } = option;
  const placeholder = /[<[]([^\]>.]+)/.exec(flags)?.[1];
  const place = { command, placeholder: placeholder ?? "", description, isOption: true };
  return {
    flags,
    short,
    long,
    description: option.argChoices === undefined
      ? description
      : `${description} (${option.argChoices.join(", ")})`,
    group: (option.helpGroupHeading ?? PLAIN_GROUP).replace(/:$/, ""),
    isRepeatable: isVariadic || option.parseArg !== undefined,
    value: placeholder === undefined
      ? undefined
      : { ...valueNode(place, option.argChoices), isRequired, isVariadic },
  };
}

function valueNode(
  place: Parameters<typeof valueKind>[0],
  choices: readonly string[] | undefined,
): Pick<ValueNode, "placeholder" | "kind" | "words"> {
  const { placeholder } = place;
  if (choices !== undefined) return { placeholder, kind: "words", words: choices };
  return { placeholder, kind: valueKind(place), words: usualWords(placeholder) };
}
