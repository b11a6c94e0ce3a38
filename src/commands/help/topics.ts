/**
 * What `phlb help` explains beside commands. Each text lies near its subject and is loaded when it
 * is asked for.
 *
 * @module
 */
import { EXIT_MEANINGS } from "../../base/app_error.ts";
import { paragraph, type Prose } from "../../base/prose.ts";
import type { KeyFacts } from "../../config/key_facts.ts";
import type { Candidate } from "../../ops/complete/complete_value.ts";
import type { CommandNode } from "../command_tree.ts";

/** Something that help explains. */
export interface Topic {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  load(): Promise<Prose>;
}

/** All of them, in the order in which help lists them. */
export const TOPICS: readonly Topic[] = [
  {
    name: "addresses",
    summary: "how snapshots and files in them are named",
    load: async () => (await import("../../ops/read/address_help.ts")).ADDRESS_HELP,
  },
  {
    name: "configuration",
    summary: "where configuration comes from, and every key",
    load: configuration,
  },
  {
    name: "environment",
    summary: "the environment variables that phlb looks at",
    load: async () => (await import("./environment.ts")).ENVIRONMENT_HELP,
  },
  { name: "exit-codes", summary: "what phlb ends with", load: () => Promise.resolve(exitCodes()) },
  {
    name: "hooks",
    summary: "commands of your own before and after a backup",
    load: async () => (await import("../../ops/hooks/hooks_help.ts")).HOOKS_HELP,
  },
  {
    name: "json",
    summary: "what --json prints",
    load: async () => (await import("../../ui/json_help.ts")).JSON_HELP,
  },
  {
    name: "patterns",
    summary: "how to say what is left out",
    load: async () => (await import("../../backup/select/pattern_help.ts")).PATTERN_HELP,
  },
  {
    name: "retention",
    summary: "which snapshots stay, and which go",
    load: async () => (await import("../../ops/retention/retention_help.ts")).RETENTION_HELP,
  },
  {
    name: "times",
    summary: "how to say when backups run by themselves",
    load: async () => (await import("../../ops/schedule/schedule_help.ts")).SCHEDULE_HELP,
  },
];

/** Every exit code with its meaning, also for man pages. */
export function exitCodes(): Prose {
  const items = EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning] as const);
  return [{ kind: "list", items }];
}

async function configuration(): Promise<Prose> {
  const [{ CONFIG_SOURCES }, { KEYS, SPECS }] = await Promise.all([
    import("../../config/config_help.ts"),
    import("../../config/keys.ts"),
  ]);
  const first = (text: string) => /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
  return [
    ...CONFIG_SOURCES,
    paragraph("These are the keys; phlb help KEY tells all about one:"),
    {
      kind: "list",
      items: KEYS.map((key) => [key, first(SPECS[key].description)] as const),
    },
  ];
}

/** All about a key of the configuration; undefined when there is no such key. */
export async function keyProse(text: string): Promise<Prose | undefined> {
  const [{ isKey, tableOf }, { keyFacts }] = await Promise.all([
    import("../../config/keys.ts"),
    import("../../config/key_facts.ts"),
  ]);
  if (!isKey(text)) return undefined;
  const facts = keyFacts(text);
  const table = tableOf(text);
  return [
    paragraph(facts.description),
    { kind: "list", items: factItems(facts) },
    { kind: "lines", lines: [...(table === "" ? [] : [`[${table}]`]), facts.setter] },
  ];
}

/** What is known of a key, term by term. */
export function factItems(
  { bounds, byDefault, alsoSetBy, example }: KeyFacts,
): (readonly [term: string, text: string])[] {
  const [, term = "Values", text = bounds] = /^(One of): (.*)$/.exec(bounds ?? "") ?? [];
  return [
    ...(text === undefined ? [] : [[term, text] as const]),
    ["Default", byDefault ?? "not set"],
    ["Also set by", alsoSetBy],
    ...(example === undefined ? [] : [["Example", example] as const]),
  ];
}

/** What `phlb help` may be followed by: commands below those that are named, else topics too. */
export async function topicCandidates(
  words: readonly string[],
  tree: CommandNode,
): Promise<Candidate[]> {
  const node = commandAt(tree, words);
  const commands = (node?.commands ?? []).map(({ name, summary }) => [name, summary] as const);
  if (words.length > 0) return commands.map(candidate);
  const { KEYS, SPECS } = await import("../../config/keys.ts");
  const topics = TOPICS.map(({ name, summary }) => [name, summary] as const);
  const keys = KEYS.map((key) => [key, SPECS[key].description] as const);
  return [...commands, ...topics, ...keys].map(candidate);
}

function candidate([value, note]: readonly [value: string, note: string]): Candidate {
  return { value, note, isOpen: false };
}

/** The command that words name one after the other; undefined when there is none. */
export function commandAt(tree: CommandNode, words: readonly string[]): CommandNode | undefined {
  return words.reduce<CommandNode | undefined>(
    (node, word) => node?.commands.find(({ name }) => name === word),
    tree,
  );
}
