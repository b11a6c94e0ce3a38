import { ok } from "node:assert/strict";
import { DE } from "../../../src/ui/messages/de.ts";
import { DE_TOLD } from "../../../src/ui/messages/german.ts";
import { assertGolden } from "../../support/golden.ts";
import { isProse, sourceFiles, textsOf } from "../../support/spoken_texts.ts";
import { HELP_FILES, NOT_SPOKEN, NOT_SPOKEN_FILES } from "../../support/not_spoken.ts";

const SRC = new URL("../../../src/", import.meta.url);

/** Texts that are help, which is English in every language: what commander is given. */
const HELP =
  /^(?:description|summary|option|argument|Argument|Option|optionsGroup|helpOption|addHelpText|helpCommand|version|add)$/;

/** Whose text is told to people only as a mistake of ours, by a stack, or is no text for people. */
const INTERNAL =
  /^(?:Error|TypeError|RangeError|includes|startsWith|endsWith|import|exec|prepare|test|has|get)$/;

/**
 * What phlb still says in English alone. To shorten the list: hand a text of src/ui or src/commands
 * to figures.say() and add its German to src/ui/messages/de_*.ts; add the German of any other text
 * to src/ui/messages/de_told_*.ts, with {1} for the first {}. What nobody sees is listed in
 * tests/support/not_spoken.ts.
 */
Deno.test("every text for people has German words, but for those that are listed", () => {
  const told = ["backup", "base", "config", "fs", "ops", "store", "threads"]
    .flatMap((layer) => sourceFiles(new URL(`${layer}/`, SRC)).flatMap(untold));
  const said = ["commands", "ui"]
    .flatMap((layer) => sourceFiles(new URL(`${layer}/`, SRC)).flatMap(unsaid));
  assertGolden("no_german_yet.txt", [...told, ...said].map((line) => `${line}\n`).join(""));
});

Deno.test("texts that are listed as not spoken are still there", () => {
  const all = new Set(
    sourceFiles(SRC).flatMap((file) => textsIn(file).map(({ text }) => text)),
  );
  for (const text of NOT_SPOKEN) {
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
  const exempt = [...HELP_FILES, ...NOT_SPOKEN_FILES];
  if (exempt.some((pattern) => pattern.test(file.pathname))) return [];
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
  return NOT_SPOKEN.includes(text) || forms.some((form) => Object.hasOwn(DE_TOLD, form));
}

function whereIs(file: URL, { text }: { text: string }): string {
  return `${file.pathname.slice(SRC.pathname.length)} ${JSON.stringify(text)}`;
}
