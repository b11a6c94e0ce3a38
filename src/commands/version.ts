import type { Command } from "commander";
import { EXIT } from "../base/app_error.ts";
import { VERSION } from "../base/version.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";

/** `phlb 0.1.0 (deno 2.8.3)`. */
export function versionText({ runtime }: Pick<CommandDeps, "runtime">): string {
  return `phlb ${VERSION} (${runtime})`;
}

/** Adds `phlb version`. */
export function addVersionCommand(
  program: Command,
  { deps, finish }: CommandContext,
): void {
  program.command("version")
    .summary("print the version")
    .description("Prints the version of phlb and of what runs it.")
    .option("--json", "print a JSON line")
    .action(({ json }) => {
      const { terminal, runtime } = deps;
      const line = json === true
        ? jsonLine({ message_type: "version", version: VERSION, runtime })
        : `${versionText(deps)}\n`;
      terminal.out.write(line);
      finish(EXIT.ok);
    });
}
