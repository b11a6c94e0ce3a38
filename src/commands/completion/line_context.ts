import type { ArgumentNode, CommandNode, OptionNode, ValueNode } from "../command_tree.ts";

/** Where on a command line the cursor stands. */
export interface LineContext {
  readonly node: CommandNode;
  /** What the last word may be. */
  readonly wanted:
    | { readonly what: "option" }
    | { readonly what: "value"; readonly value: ValueNode }
    | { readonly what: "argument"; readonly argument: ArgumentNode | undefined };
  /** What is typed of it. */
  readonly word: string;
  /** `--root=` before it in the same word. */
  readonly prefix: string;
  /** Arguments of the command before it. */
  readonly args: readonly string[];
  /** What was given for options, by their long names; the last of each. */
  readonly given: ReadonlyMap<string, string>;
}

/** Finds out what the last of `words` may be, the words behind `phlb`. */
export function lineContext(tree: CommandNode, words: readonly string[]): LineContext {
  const reading = new LineReading(tree);
  for (const word of words.slice(0, -1)) reading.take(word);
  return reading.last(words.at(-1) ?? "");
}

class LineReading {
  #node: CommandNode;
  #args: string[] = [];
  #given = new Map<string, string>();
  /** The option whose value comes next. */
  #open: OptionNode | undefined;
  #isEnded = false;

  constructor(tree: CommandNode) {
    this.#node = tree;
  }

  take(word: string): void {
    const open = this.#open;
    if (open?.value?.isRequired === true) return this.#giveValue(open, word);
    if (!this.#isEnded && word.length > 1 && word.startsWith("-")) return this.#takeOption(word);
    if (open !== undefined) return this.#giveValue(open, word);
    const child = this.#isEnded || this.#args.length > 0 ? undefined : this.#command(word);
    if (child === undefined) this.#args.push(word);
    else this.#node = child;
  }

  last(word: string): LineContext {
    const open = this.#open?.value;
    if (open?.isRequired === true) return this.#value(open, { word, prefix: "" });
    if (!this.#isEnded && word.startsWith("-")) {
      const equals = word.indexOf("=");
      if (equals < 0) return this.#context({ what: "option" }, { word, prefix: "" });
      const prefix = word.slice(0, equals + 1);
      const value = this.#option(word.slice(0, equals))?.value;
      const rest = { word: word.slice(equals + 1), prefix };
      return value === undefined
        ? this.#context({ what: "argument", argument: undefined }, rest)
        : this.#value(value, rest);
    }
    if (open !== undefined) return this.#value(open, { word, prefix: "" });
    const { args } = this.#node;
    const next = args[this.#args.length];
    const repeated = args.at(-1)?.isVariadic === true ? args.at(-1) : undefined;
    return this.#context({ what: "argument", argument: next ?? repeated }, { word, prefix: "" });
  }

  #takeOption(word: string): void {
    this.#open = undefined;
    if (word === "--") {
      this.#isEnded = true;
      return;
    }
    const equals = word.indexOf("=");
    const option = this.#option(equals < 0 ? word : word.slice(0, equals));
    if (option?.value === undefined) return;
    this.#open = option;
    if (equals >= 0) this.#giveValue(option, word.slice(equals + 1));
  }

  #giveValue(option: OptionNode, word: string): void {
    this.#given.set(option.long ?? option.flags, word);
    if (option.value?.isVariadic !== true) this.#open = undefined;
    else if (option.value.isRequired) this.#open = undefined;
  }

  #option(name: string): OptionNode | undefined {
    const twin = name.startsWith("--") ? name.replaceAll("_", "-") : name;
    return this.#node.options.find(({ long, short }) => long === twin || short === twin);
  }

  #command(word: string): CommandNode | undefined {
    return this.#node.commands.find(({ name }) => name === word);
  }

  #value(value: ValueNode, rest: { word: string; prefix: string }): LineContext {
    return this.#context({ what: "value", value }, rest);
  }

  #context(
    wanted: LineContext["wanted"],
    rest: { word: string; prefix: string },
  ): LineContext {
    return { node: this.#node, wanted, args: this.#args, given: this.#given, ...rest };
  }
}
