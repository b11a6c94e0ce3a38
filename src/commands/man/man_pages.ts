/**
 * The manual, made from the command tree, the schema of the configuration and the texts of
 * `phlb help`.
 *
 * @module
 */
import type { Prose } from "../../base/prose.ts";
import { CONFIG_SOURCES } from "../../config/config_help.ts";
import { keyFacts } from "../../config/key_facts.ts";
import { KEYS, tableOf } from "../../config/keys.ts";
import { bold, display, flow, roffProse, roffText, tagged } from "../../ui/roff.ts";
import type { ArgumentNode, CommandNode, OptionNode } from "../command_tree.ts";
import { ENVIRONMENT } from "../help/environment.ts";
import { exitCodes, factItems, TOPICS } from "../help/topics.ts";
import { FILES } from "./files.ts";
import { helpNotes } from "./help_notes.ts";

/** One page. */
export interface ManPage {
  /** `phlb-backup`. */
  readonly name: string;
  /** `phlb-backup.1`. */
  readonly fileName: string;
  readonly section: 1 | 5;
  readonly text: string;
}

/** What stands at the foot of every page. */
export interface Imprint {
  readonly version: string;
  /** `2026-01-31`. */
  readonly date: string;
}

/** `phlb.1`, a page for each command, and `phlb.5`. */
export async function manPages(tree: CommandNode, imprint: Imprint): Promise<ManPage[]> {
  const topics: string[] = [];
  // Exit codes, environment and configuration have sections or a page of their own.
  for (const { name, load } of TOPICS) {
    if (["configuration", "environment", "exit-codes"].includes(name)) continue;
    topics.push(heading(roffText(name.toUpperCase())), ...roffProse(await load()));
  }
  return [
    page({ name: "phlb", section: 1 }, { lines: mainPage(tree, topics), imprint }),
    ...tree.commands.map((node) =>
      page({ name: nameOf(node), section: 1 }, { lines: commandPage(node, tree), imprint })
    ),
    page({ name: "phlb", section: 5 }, { lines: configPage(), imprint }),
  ];
}

function page(
  { name, section }: Pick<ManPage, "name" | "section">,
  { lines, imprint }: { lines: readonly string[]; imprint: Imprint },
): ManPage {
  const title = roffText(name.toUpperCase());
  const foot = `"phlb ${imprint.version}" "phlb manual"`;
  const head = `.TH ${title} ${section} ${imprint.date} ${foot}`;
  const text = [head, ...lines].join("\n") + "\n";
  return { name, fileName: `${name}.${section}`, section, text };
}

function nameOf({ path }: CommandNode): string {
  return `phlb-${path.replaceAll(" ", "-")}`;
}

function heading(title: string): string {
  return `.SH ${title}`;
}

function subHeading(title: string): string {
  return `.SS ${roffText(title)}`;
}

function mainPage(tree: CommandNode, topics: readonly string[]): string[] {
  return [
    heading("NAME"),
    "phlb \\- versioned, deduplicated backups as ordinary files",
    heading("SYNOPSIS"),
    synopsis(tree),
    heading("DESCRIPTION"),
    ...flow(tree.description),
    ".PP",
    ...flow(DESCRIPTION),
    heading("COMMANDS"),
    ...tree.commands.flatMap((node) =>
      tagged(`${bold(`phlb ${node.name}`)} ${usageText(node)}`.trimEnd(), flow(`${node.summary}.`))
    ),
    ...optionLines(tree.options),
    ...topics,
    ...closing(helpNotes(tree.command)),
    ...seeAlso([...tree.commands.map(nameOf), "phlb(5)"]),
  ];
}

const DESCRIPTION =
  "Every snapshot is a complete directory tree that is read with ls, less and cp. Content that the " +
  "backup root already holds, under any name, in any snapshot, is hard-linked instead of stored " +
  "again. A manifest beside each snapshot records the metadata and the digest of every entry. No " +
  "file is left out without a word: each one ends as linked, copied, excluded by a named rule, or " +
  "a problem that the exit code tells.";

function commandPage(node: CommandNode, tree: CommandNode): string[] {
  const notes = helpNotes(node.command);
  return [
    heading("NAME"),
    `${roffText(nameOf(node))} \\- ${roffText(node.summary)}`,
    heading("SYNOPSIS"),
    synopsis(node),
    ...node.commands.flatMap((child) => [".br", synopsis(child)]),
    heading("DESCRIPTION"),
    ...flow(node.description),
    ...(notes.notes.length === 0 ? [] : [".PP", ...roffProse(notes.notes)]),
    ...(node.args.length === 0 ? [] : [heading("ARGUMENTS"), ...argumentLines(node.args)]),
    ...optionLines(node.options),
    ...(node.commands.length === 0
      ? []
      : [heading("COMMANDS"), ...node.commands.flatMap(childLines)]),
    ...closing({
      ...notes,
      examples: [
        ...notes.examples,
        ...node.commands.flatMap((child) => helpNotes(child.command).examples),
      ],
    }),
    ...seeAlso(["phlb(1)", ...related(node, tree), "phlb(5)"]),
  ];
}

/** Commands that the help of this one speaks of. */
function related(node: CommandNode, tree: CommandNode): string[] {
  const help = node.command.helpInformation();
  return tree.commands
    .filter(({ name }) => name !== node.name && help.includes(`phlb ${name}`)).map(nameOf);
}

function synopsis(node: CommandNode): string {
  return `${bold(`phlb ${node.path}`.trimEnd())} ${usageText(node)}`.trimEnd();
}

/** What is written in brackets stands for something else. */
function usageText({ usage }: CommandNode): string {
  return roffText(usage).replace(/[a-z]+(?:\\-[a-z]+)*/g, "\\fI$&\\fR");
}

function argumentLines(args: readonly ArgumentNode[]): string[] {
  return args.flatMap(({ placeholder, description, words, kind }) => {
    const choices = kind === "words" && words.length > 0 ? ` (${words.join(", ")})` : "";
    return tagged(`\\fI${roffText(placeholder)}\\fR`, flow(`${description}${choices}`));
  });
}

function optionLines(options: readonly OptionNode[]): string[] {
  const groups = [...Map.groupBy(options, ({ group }) => group)];
  return [
    heading("OPTIONS"),
    ...groups.flatMap(([group, members]) => [
      ...(groups.length === 1 ? [] : [subHeading(group)]),
      ...optionItems(members),
    ]),
  ];
}

function optionItems(options: readonly OptionNode[]): string[] {
  return options.flatMap(({ flags, description }) => {
    const [, names = flags, value = ""] = /^(.*?)(?: ([<[].*))?$/.exec(flags) ?? [];
    const term = names.split(", ").map(bold).join(", ");
    const placeholder = roffText(value).replace(/[a-z0-9]+/g, "\\fI$&\\fR");
    return tagged(value === "" ? term : `${term} ${placeholder}`, flow(description));
  });
}

function childLines(child: CommandNode): string[] {
  const { notes } = helpNotes(child.command);
  const own = child.options.filter(({ long }) => long !== "--help");
  return [
    subHeading(`phlb ${child.path}`),
    ...flow(child.description),
    ...(notes.length === 0 ? [] : [".PP", ...roffProse(notes)]),
    ...argumentLines(child.args),
    ...optionItems(own),
  ];
}

/** The sections that every page of a command ends with. */
function closing(
  { exitNotes, examples }: { exitNotes: Prose; examples: readonly string[] },
): string[] {
  return [
    heading('"EXIT STATUS"'),
    ...roffProse(exitCodes()),
    ...(exitNotes.length === 0 ? [] : [".PP", ...roffProse(exitNotes)]),
    heading("ENVIRONMENT"),
    ...roffProse([{ kind: "list", items: ENVIRONMENT }]),
    heading("FILES"),
    ...roffProse([{ kind: "list", items: FILES }]),
    ...(examples.length === 0 ? [] : [heading("EXAMPLES"), ...display(examples)]),
  ];
}

function seeAlso(pages: readonly string[]): string[] {
  const names = pages.map((one) => {
    const [, name = one, section = "1"] = /^(.*)\(([0-9])\)$/.exec(one) ?? [];
    return `.BR ${roffText(name)} (${section})`;
  });
  return [
    heading('"SEE ALSO"'),
    ...names.map((line, i) => i < names.length - 1 ? `${line},` : line),
  ];
}

function configPage(): string[] {
  const tables = [...Map.groupBy(KEYS, tableOf)];
  return [
    heading("NAME"),
    "phlb \\- configuration file of phlb, phlb.toml",
    heading("DESCRIPTION"),
    ...roffProse(CONFIG_SOURCES),
    heading("KEYS"),
    ...tables.flatMap(([table, keys]) => [
      subHeading(table === "" ? "Keys outside of all tables" : `[${table}]`),
      ...keys.flatMap((key) => {
        const facts = keyFacts(key);
        const lines = factItems(facts).flatMap((
          [term, text],
        ) => [".br", ...flow(`${term}: ${text}`)]);
        return tagged(bold(key), [...flow(facts.description), ...lines]);
      }),
    ]),
    heading("FILES"),
    ...roffProse([{ kind: "list", items: FILES.slice(0, 3) }]),
    heading("EXAMPLES"),
    ...display(EXAMPLE),
    ...seeAlso(["phlb(1)", "phlb-config", "phlb-backup"]),
  ];
}

const EXAMPLE = [
  'destination = "/mnt/backup"',
  "",
  "[exclude]",
  'dirs.append = ["node_modules"]',
  'patterns = ["*.iso", "/Downloads/"]',
  "",
  "[retention]",
  "keep_daily = 14",
  "",
  "[[job]]",
  'id = "documents"',
  'source = "~/Documents"',
];
