import type { CommandUnknownOpts } from "commander";
import type { Block, Prose } from "../../base/prose.ts";
import { helpText } from "../help/help_text.ts";

/** What the help of a command says behind its options, taken apart. */
export interface HelpNotes {
  readonly notes: Prose;
  /** What is said of exit codes beyond the table of all. */
  readonly exitNotes: Prose;
  /** As they are typed, with what is said of them. */
  readonly examples: readonly string[];
}

/** Reads the text that a command adds to its help. */
export function helpNotes(command: CommandUnknownOpts): HelpNotes {
  const parts = helpText(command).slice(command.helpInformation().length).split(/\n{2,}/).map((
    part,
  ) => part.replace(/^\n+|\n+$/g, ""));
  const notes: Block[] = [];
  const exitNotes: Block[] = [];
  const examples: string[] = [];
  for (const part of parts.filter((text) => text.trim() !== "")) {
    const [first = "", ...lines] = part.split("\n");
    if (first.startsWith("Examples:")) examples.push(...lines.map((line) => line.slice(2)));
    else if (/^Exit(?:s with| codes?)/.test(first)) exitNotes.push(...blocksOf(part));
    else notes.push(...blocksOf(part));
  }
  return { notes, exitNotes, examples };
}

/** Indented lines stand as they are; others are one paragraph. */
function blocksOf(part: string): Block[] {
  const blocks: Block[] = [];
  for (const line of part.split("\n")) {
    const last = blocks.at(-1);
    const isIndented = line.startsWith("  ");
    if (isIndented && last?.kind === "lines") {
      blocks[blocks.length - 1] = { kind: "lines", lines: [...last.lines, line.slice(2)] };
    } else if (isIndented) blocks.push({ kind: "lines", lines: [line.slice(2)] });
    else if (last?.kind === "text") {
      blocks[blocks.length - 1] = { kind: "text", text: `${last.text} ${line}` };
    } else blocks.push({ kind: "text", text: line });
  }
  return blocks;
}
