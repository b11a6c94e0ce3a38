/**
 * `phlb completion` and `phlb complete`, which the scripts of the former run.
 *
 * @module
 */
import { Argument, type Command } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import type { CommandContext } from "./command_context.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandNode } from "./command_tree.ts";
import type { AnswerForm, TypedLine } from "./completion/complete_line.ts";
import { wholeTree } from "./whole_tree.ts";
import { isShell, type Shell, SHELLS } from "./completion/shell_words.ts";

const EXAMPLES = `
Examples:
  eval "$(phlb completion bash)"           in ~/.bashrc
  eval "$(phlb completion zsh)"            in ~/.zshrc, behind compinit
  phlb completion fish | source            in ~/.config/fish/config.fish
  phlb completion powershell | Out-String | Invoke-Expression

For all users of a machine, in files that the shells find by themselves:
  phlb completion bash > /usr/share/bash-completion/completions/phlb
  phlb completion zsh > /usr/share/zsh/vendor-completions/_phlb
  phlb completion fish > /usr/share/fish/vendor_completions.d/phlb.fish`;

/** Adds `phlb completion`. */
export function addCompletionCommand(program: Command, context: CommandContext): void {
  const { deps, finish } = context;
  program.command("completion")
    .summary("print what makes a shell complete phlb's words")
    .description(
      "Prints a script that makes SHELL complete commands, options, files, and also snapshots, " +
        "paths in them, jobs and tags, which are read from the configured backup root.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .option("--json", "print a JSON line")
    .addHelpText("after", EXAMPLES)
    .action(async (shell, { json }) => {
      const script = await scriptFor(shell, await wholeTree(context));
      const line = () => jsonLine({ message_type: "completion", shell, script });
      deps.terminal.out.write(json === true ? line() : script);
      finish(EXIT.ok);
    });
}

async function scriptFor(shell: Shell, tree: CommandNode): Promise<string> {
  switch (shell) {
    case "bash":
      return (await import("./completion/bash_script.ts")).bashScript(tree);
    case "zsh":
      return (await import("./completion/zsh_script.ts")).zshScript(tree);
    case "fish":
      return (await import("./completion/fish_script.ts")).fishScript(tree);
    case "powershell":
      return (await import("./completion/powershell_script.ts")).powershellScript();
  }
}

/** Adds `phlb complete`, which no help shows: its answers are for the scripts alone. */
export function addCompleteCommand(program: Command, context: CommandContext): void {
  program.command("complete", { hidden: true })
    .description("Prints what the last of WORDS may become.")
    .argument("[words...]", "the command line behind phlb")
    .option("--shell <shell>", "how words are quoted, and in which form the answer is wanted")
    .option("--before <text>", "what of the last word stays in front of the answer")
    .option("--empty", "the last word is empty, and not among the others")
    .option("--json", "print JSON lines")
    .action(async (words, { shell, before = "", empty, json }) => {
      const all = empty === true || words.length === 0 ? [...words, ""] : words;
      const form: AnswerForm = json === true ? "json" : isShell(shell) ? shell : "powershell";
      const line = { form, words: all, before };
      context.finish(await complete(line, context));
    });
}

async function complete(
  line: TypedLine,
  context: CommandContext,
): Promise<ExitCode> {
  const { deps } = context;
  const { completeLine } = await import("./completion/complete_line.ts");
  try {
    deps.terminal.out.write(await completeLine(await wholeTree(context), line, deps));
  } catch {
    // Whatever it is, the middle of a line that somebody types is no place to tell it.
  }
  return EXIT.ok;
}
