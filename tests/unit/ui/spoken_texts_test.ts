import { deepStrictEqual, ok } from "node:assert/strict";
import { DE } from "../../../src/ui/messages/de.ts";
import { DE_TOLD } from "../../../src/ui/messages/german.ts";
import { isProse, sourceFiles, textsOf } from "../../support/spoken_texts.ts";
import {
  HELP_FILES,
  NO_GERMAN_YET,
  NOT_SPOKEN,
  NOT_SPOKEN_FILES,
} from "../../support/not_spoken.ts";

const SRC = new URL("../../../src/", import.meta.url);

/** Texts that are help, which is English in every language: what commander is given. */
const HELP =
  /^(?:description|summary|option|argument|Option|optionsGroup|helpOption|addHelpText|helpCommand|version|add)$/;

/** Whose text is told to people only as a mistake of ours, by a stack, or is no text for people. */
const INTERNAL =
  /^(?:Error|TypeError|RangeError|includes|startsWith|endsWith|import|exec|prepare|test|has|get)$/;

Deno.test("every text that deeper code makes for people has a German sentence", () => {
  const misses: string[] = [];
  for (const layer of ["backup", "base", "config", "fs", "ops", "store", "threads"]) {
    for (const file of sourceFiles(new URL(`${layer}/`, SRC))) misses.push(...untold(file));
  }
  deepStrictEqual(
    misses,
    [],
    "Add a German sentence to src/ui/messages/de_told_*.ts, with {1} for the first {}; or, when " +
      "nobody sees the text, add it to tests/support/not_spoken.ts",
  );
});

Deno.test("commands and what they show speak through say() alone", () => {
  const misses: string[] = [];
  for (const layer of ["commands", "ui"]) {
    for (const file of sourceFiles(new URL(`${layer}/`, SRC))) misses.push(...unsaid(file));
  }
  deepStrictEqual(
    misses,
    [],
    "Hand it to figures.say(), and add the German to src/ui/messages/de_*.ts; the message of an " +
      "error goes into src/ui/messages/de_told_*.ts, with {1} for the first {}",
  );
});

Deno.test("texts that are listed as not spoken are still there", () => {
  const all = new Set(
    sourceFiles(SRC).flatMap((file) => textsIn(file).map(({ text }) => text)),
  );
  for (const text of [...NOT_SPOKEN, ...NO_GERMAN_YET]) {
    ok(all.has(text), `tests/support/not_spoken.ts: ${text}`);
  }
});

function untold(file: URL): string[] {
  if (NOT_SPOKEN_FILES.some((pattern) => pattern.test(file.pathname))) return [];
  return textsIn(file)
    .filter(({ text, callee }) => !isTold(text) && !INTERNAL.test(callee))
    .map((found) => whereIs(file, found));
}

function unsaid(file: URL): string[] {
  if (/\/ui\/(?:messages|json_schema)\//.test(file.pathname)) return [];
  if (HELP_FILES.some((pattern) => pattern.test(file.pathname))) return [];
  return textsIn(file)
    .filter(({ text, callee }) => {
      if (HELP.test(callee) || INTERNAL.test(callee) || text.startsWith("\n")) return false;
      return !isTold(text) && !Object.hasOwn(DE, text);
    })
    .map((found) => whereIs(file, found));
}

function textsIn(file: URL) {
  return textsOf(file.pathname, Deno.readTextFileSync(file)).filter(({ text }) => isProse(text));
}

/** Also as a line of a file, or as a sentence that goes on with a reason. */
function isTold(text: string): boolean {
  const forms = [text, `{}: ${text}`, `${text}: {}`, `${text.replace(/ $/, "")} "{}": {}`];
  const isListed = NOT_SPOKEN.includes(text) || NO_GERMAN_YET.includes(text);
  return isListed || forms.some((form) => Object.hasOwn(DE_TOLD, form));
}

function whereIs(file: URL, { text, line }: { text: string; line: number }): string {
  return `${file.pathname.slice(SRC.pathname.length)}:${line} ${JSON.stringify(text)}`;
}
