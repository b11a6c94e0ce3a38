import type { Command } from "commander";
import { join, resolve } from "node:path";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { VERSION } from "../base/version.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { Words } from "../ui/words.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { wordsOf } from "./words_of.ts";
import { wholeTree } from "./whole_tree.ts";
import type { ManPage } from "./man/man_pages.ts";

const EXAMPLES = `
Examples:
  phlb man /usr/local/share/man            for everybody: man phlb-backup
  phlb man ~/.local/share/man              for oneself
  phlb man --print restore | man -l -      read one without writing it`;

/** Adds `phlb man`. */
export function addManCommand(program: Command, context: CommandContext): void {
  const { deps, finish } = context;
  program.command("man")
    .summary("write manual pages")
    .description(
      "Writes the manual into the directory DIR as man wants it: man1/phlb.1, a page for each " +
        "command such as man1/phlb-backup.1, and man5/phlb.5 about the configuration file. Pages " +
        "that are there are replaced.",
    )
    .argument("[dir]", "directory of manual pages")
    .option("--print <page>", "print one page instead: phlb, a command, or configuration")
    .option("--json", "print a JSON line for each page")
    .addHelpText("after", EXAMPLES)
    .action(async (dir, { print, json }) => {
      const { manPages } = await import("./man/man_pages.ts");
      const pages = await manPages(await wholeTree(context), {
        version: VERSION,
        date: dateOf(deps),
      });
      const out: Output = { deps, json: json === true, words: await wordsOf(deps) };
      finish(print === undefined ? writePages(pages, dir, out) : printPage(pages, print, out));
    });
}

interface Output {
  readonly deps: CommandDeps;
  readonly json: boolean;
  readonly words: Words;
}

/** Source: reproducible-builds.org, SOURCE_DATE_EPOCH. */
function dateOf({ env, clock }: CommandDeps): string {
  const epoch = env["SOURCE_DATE_EPOCH"] ?? "";
  const date = /^[0-9]{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : clock.now();
  return date.toISOString().slice(0, 10);
}

function writePages(
  pages: readonly ManPage[],
  dir: string | undefined,
  { deps: { cwd, files, terminal }, json, words }: Output,
): ExitCode {
  if (dir === undefined) {
    throw new AppError("Cannot write the manual: no directory is given", {
      code: "USAGE",
      exitCode: EXIT.usage,
      hint: "Name one, such as ~/.local/share/man, or print a page: phlb man --print phlb",
    });
  }
  for (const { name, fileName, section, text } of pages) {
    const path = join(resolve(cwd, dir), `man${section}`, fileName);
    try {
      files.replaceText(path, text);
      const page = { message_type: "man_page", name, section, path, text: null };
      if (json) terminal.out.write(jsonLine(page));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new AppError(`Cannot write "${path}": ${error.message}`, {
        code: "MAN_FAILED",
        exitCode: EXIT.failed,
        hint: "May this user write there?",
        cause: error,
      });
    }
  }
  if (!json) {
    const written = { pages: pages.length, dir: resolve(cwd, dir) };
    terminal.out.write(`${words.say("Wrote {pages:page|pages} to {dir}", written)}\n`);
  }
  return EXIT.ok;
}

function printPage(
  pages: readonly ManPage[],
  wanted: string,
  { deps: { terminal }, json }: Output,
): ExitCode {
  const page = pages.find(({ fileName, name }) =>
    [name, fileName, fileName.replace(/^phlb-|\.[15]$/g, "")].includes(wanted)
  );
  if (page === undefined) {
    throw new AppError(`Cannot print the page "${wanted}": there is none`, {
      code: "USAGE",
      exitCode: EXIT.usage,
      hint: `There are: ${pages.map(({ name }) => name).join(", ")}`,
    });
  }
  const { name, section, text } = page;
  const line = () => jsonLine({ message_type: "man_page", name, section, path: null, text });
  terminal.out.write(json ? line() : text);
  return EXIT.ok;
}
