/**
 * What the word at the end of a command line may become. Answers `phlb complete`, which shells run
 * while somebody types.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Candidate, CompleteQuery } from "../../ops/complete/complete_value.ts";
import { jsonLine } from "../../ui/json_lines.ts";
import type { CommandDeps } from "../command_deps.ts";
import type { CommandNode, ValueNode } from "../command_tree.ts";
import { topicCandidates } from "../help/topics.ts";
import { type LineContext, lineContext } from "./line_context.ts";
import { bashText, readWord, type Shell, type TypedWord } from "./shell_words.ts";

/** The shell that asks, or JSON for others. */
export type AnswerForm = Shell | "json";

/** A command line that is being typed. */
export interface TypedLine {
  readonly form: AnswerForm;
  /** The words behind `phlb` as they are typed, the one with the cursor last. */
  readonly words: readonly string[];
  /** What of the last word bash leaves in front of what it inserts. */
  readonly before: string;
}

/** A shell shows no more than that to choose from. */
const MAX_CANDIDATES = 5000;

/** A line for each candidate, in the form that the shell's script reads. */
export async function completeLine(
  tree: CommandNode,
  { form, words, before }: TypedLine,
  deps: CommandDeps,
): Promise<string> {
  const shell = form === "json" ? "powershell" : form;
  const typed = words.map((word) => readWord(word, { shell, home: deps.home }));
  const context = lineContext(tree, typed.map(({ text }) => text));
  const found = await candidates(context, { tree, deps });
  const fitting = found.filter(({ value }) => isSafe(value) && value.startsWith(context.word));
  // The other shells also know words that differ in case or have the letters somewhere inside.
  const all = ["zsh", "fish"].includes(form) ? found.filter(({ value }) => isSafe(value)) : fitting;
  const shown = (all.length > MAX_CANDIDATES ? fitting : all).slice(0, MAX_CANDIDATES);
  if (form !== "bash") return shown.map((candidate) => lineOf(candidate, form)).join("");
  const last = words.at(-1) ?? "";
  const word = typed.at(-1) ?? { text: "", openQuote: "", openAt: 0 };
  const kept = keptText({ last, word, before });
  return shown.map((candidate) => `${bashLine(candidate, { kept, word, context })}\n`).join("");
}

/** A name with control characters cannot be told in a line, and should not be shown. */
function isSafe(value: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return !/[\x00-\x1f\x7f-\x9f]/.test(value);
}

function lineOf({ value, note, isOpen }: Candidate, form: AnswerForm): string {
  if (form === "json") return jsonLine({ message_type: "candidate", value, note, open: isOpen });
  if (form === "zsh") return `${isOpen ? "/" : "."}${value}\t${note}\n`;
  return `${value}${note === "" ? "" : `\t${note}`}\n`;
}

/** How much of the meaning of the last word stays in front of what bash inserts. */
function keptText(
  { last, word, before }: { last: string; word: TypedWord; before: string },
): number {
  const isQuoted = word.openQuote !== "" && word.openAt >= before.length;
  const kept = isQuoted ? last.slice(0, word.openAt) : before;
  return readWord(kept, { shell: "bash", home: undefined }).text.length;
}

/** Bash itself adds no space, as that would also follow what is open. */
function bashLine(
  { value, isOpen }: Candidate,
  { kept, word, context }: { kept: number; word: TypedWord; context: LineContext },
): string {
  const text = bashText(`${context.prefix}${value}`.slice(kept), word.openQuote);
  return isOpen || word.openQuote !== "" ? text : `${text} `;
}

interface Sources {
  readonly tree: CommandNode;
  readonly deps: CommandDeps;
}

async function candidates(context: LineContext, sources: Sources): Promise<Candidate[]> {
  const { wanted, node } = context;
  if (wanted.what === "option") {
    return node.options.flatMap(({ long, short, description }) => {
      const value = long ?? short;
      return value === undefined ? [] : [{ value, note: description, isOpen: false }];
    });
  }
  if (wanted.what === "value") return await valuesOf(wanted.value, context, sources);
  const commands = context.args.length > 0 ? [] : node.commands.map(commandCandidate);
  const { argument } = wanted;
  return argument === undefined
    ? commands
    : [...commands, ...await valuesOf(argument, context, sources)];
}

function commandCandidate({ name, summary }: CommandNode): Candidate {
  return { value: name, note: summary, isOpen: false };
}

async function valuesOf(
  { kind, words }: ValueNode,
  context: LineContext,
  { tree, deps }: Sources,
): Promise<Candidate[]> {
  switch (kind) {
    case "none":
    case "file":
    case "directory":
      return [];
    case "words":
      return words.map((value) => ({ value, note: "", isOpen: false }));
    case "topics":
      return await topicCandidates(context.args, tree);
    case "keys": {
      const { KEYS, SPECS } = await import("../../config/keys.ts");
      return KEYS.map((value) => ({ value, note: SPECS[value].description, isOpen: false }));
    }
    case "jobs":
      return (await configOf(context, deps)).jobs.flatMap(({ id, settings }) =>
        id === undefined ? [] : [{ value: id, note: settings.source ?? "", isOpen: false }]
      );
    case "kept":
      return [
        ...await fromRoot("snapshot", context, deps),
        ...await fromRoot("stored", context, deps),
      ];
    default:
      return await fromRoot(kind, context, deps);
  }
}

/** What is configured, with the options on the line that say where to look. */
async function configOf({ given }: LineContext, deps: CommandDeps) {
  const { loadConfig } = await import("../../config/load_config.ts");
  const { cwd, env, home, files } = deps;
  const flags = { "destination": given.get("--root"), "name": given.get("--name") };
  return loadConfig({ reader: files, env, cwd, home }, flags, {
    configFile: given.get("--config"),
  });
}

async function fromRoot(
  kind: CompleteQuery["kind"],
  context: LineContext,
  deps: CommandDeps,
): Promise<Candidate[]> {
  const config = await configOf(context, deps);
  const id = context.given.get("--job");
  const { settings } = config.jobs.find((job) => job.id === id) ?? config.main;
  // Some commands have the backup root as an argument.
  const at = context.node.args.findIndex(({ placeholder }) =>
    placeholder === "root" || placeholder === "destination"
  );
  const argument = at < 0 ? undefined : context.args[at];
  const root = argument === undefined ? settings.destination : resolve(deps.cwd, argument);
  return await deps.operations.completeValue({
    clock: deps.clock,
    // Ctrl-C ends it as the system does.
    signal: new AbortController().signal,
    onEvent: () => {},
  }, {
    kind,
    word: context.word,
    base: { root, name: settings.name, cwd: deps.cwd },
    fileSystem: settings["performance.file_system"],
  });
}
