import type { Block, Prose } from "../base/prose.ts";
import { padText, textWidth } from "./text_width.ts";

/** Terms that are longer have their text on the next line. */
const MAX_TERM = 30;

/** A text for a screen of so many cells; every line ends with a newline. */
export function proseText(prose: Prose, { columns }: { columns: number }): string {
  return prose.map((block) => blockLines(block, columns).join("\n")).join("\n\n") + "\n";
}

function blockLines(block: Block, columns: number): readonly string[] {
  switch (block.kind) {
    case "text":
      return wrapText(block.text, columns);
    case "lines":
      return block.lines.map((line) => `  ${line}`.trimEnd());
    case "list":
      return listLines(block.items, columns);
  }
}

function listLines(
  items: readonly (readonly [term: string, text: string])[],
  columns: number,
): string[] {
  const limit = Math.min(MAX_TERM, Math.floor(columns / 3));
  const widths = items.map(([term]) => textWidth(term)).filter((width) => width <= limit);
  const indent = Math.max(4, ...widths.map((width) => width + 2));
  return items.flatMap(([term, text]) => {
    const lines = wrapText(text, Math.max(20, columns - indent - 2));
    const behind = lines.map((line) => `  ${" ".repeat(indent)}${line}`);
    if (textWidth(term) > indent - 2) return [`  ${term}`, ...behind];
    return [`  ${padText(term, indent)}${lines[0] ?? ""}`.trimEnd(), ...behind.slice(1)];
  });
}

/** The words of `text` in lines of so many cells at most; longer words stand alone. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}
