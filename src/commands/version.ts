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
    .summary("print the version, or ask for a newer one")
    .description(
      "Prints the version of phlb and of what runs it. With --check it asks for the newest release, " +
        "which it never does by itself: exit code 3 when there is a newer one.",
    )
    .option("--check", "ask the address in update.url for the newest release")
    .option("--url <url>", "ask there; implies --check")
    .option("--config <file>", "read only this configuration file")
    .option("--json", "print a JSON line")
    .action(async ({ check, ...options }) => {
      if (check === true || options.url !== undefined) {
        const { checkVersion } = await import("./version_check.ts");
        return finish(await checkVersion(options, deps));
      }
      const { terminal, runtime } = deps;
      const line = options.json === true
        ? jsonLine({ message_type: "version", version: VERSION, runtime })
        : `${versionText(deps)}\n`;
      terminal.out.write(line);
      finish(EXIT.ok);
    });
}
