/**
 * Text in the language of man pages, man(7), in ASCII.
 *
 * @module
 */
import type { Block, Prose } from "../base/prose.ts";
import { wrapText } from "./prose_text.ts";

/** Source: mandoc -T lint, which finds longer lines of text hard to read. */
const COLUMNS = 78;

/** What stands for a character that roff would take for something else. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
};

/** `text` so that every character stands for itself, also when it is copied from the page. */
export function roffText(text: string): string {
  return text.replace(/[\\'`^~"-]|[^\x20-\x7e]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return ESCAPES[char] ?? `\\[u${code}]`;
  });
}

/** The same in bold letters: what is typed. */
export function bold(text: string): string {
  return text === "" ? "" : `\\fB${roffText(text)}\\fR`;
}

/** A line that begins with what would be a request begins with nothing before it. */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Lines of flowing text. */
export function flow(text: string): string[] {
  return wrapText(roffText(text), COLUMNS).map(guarded);
}

/** Lines that stand as they are. */
export function display(lines: readonly string[]): string[] {
  return [".nf", ...lines.map((line) => line === "" ? ".sp" : guarded(roffText(line))), ".fi"];
}

/** A term with its text behind it or below. */
export function tagged(term: string, text: readonly string[]): string[] {
  return [".TP", guarded(term), ...(text.length === 0 ? ["\\&"] : text)];
}

/** A whole text; paragraphs are set apart, the first one stands below a heading. */
export function roffProse(prose: Prose): string[] {
  return prose.flatMap((block, i) => {
    const lines = blockLines(block);
    return i === 0 || block.kind === "list" ? lines : [".PP", ...lines];
  });
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case "text":
      return flow(block.text);
    case "lines":
      return [".RS 4", ...display(block.lines), ".RE"];
    case "list":
      return block.items.flatMap(([term, text]) => tagged(bold(term), flow(text)));
  }
}
