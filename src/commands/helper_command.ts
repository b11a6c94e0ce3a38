import { resolve } from "node:path";
import { type Command, Option, type OptionValues } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { wordsOf } from "./words_of.ts";

const SHELLS = ["sh", "powershell", "cmd"] as const;

const AFTER = `
The scripts: back up the directory they lie in, edit the configuration, verify
the newest snapshot, show how the jobs stand. One that you changed is replaced
with --force alone.

Examples:
  phlb helper ~/Documents
  phlb helper /mnt/share --shell sh powershell cmd`;

/** Adds `phlb helper`. */
export function addHelperCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("helper")
    .summary("write small scripts that start phlb")
    .description("Writes small scripts into DIR to start phlb with by a double click.")
    .argument("<dir>", "where to put them");
  command.addOption(
    new Option("--shell <names...>", "for which shells; those of this system if not given")
      .choices(SHELLS),
  );
  command.addOption(new Option("--force", "replace scripts that were changed"));
  command.addOption(new Option("--json", "print JSON lines"));
  command.addHelpText("after", AFTER);
  command.action(async (dir) => finish(await write(dir, { values: command.opts(), deps })));
}

async function write(
  dir: string,
  { values, deps }: { values: OptionValues; deps: CommandDeps },
): Promise<ExitCode> {
  const [{ helperScripts }, { writeHelpers }] = await Promise.all([
    import("../ops/helper/helper_scripts.ts"),
    import("../ops/helper/write_helpers.ts"),
  ]);
  const { cwd, files, os, program, terminal } = deps;
  const given: unknown = values["shell"];
  const usual = os === "windows" ? ["powershell", "cmd"] : ["sh"];
  const shells = SHELLS.filter((shell) => (Array.isArray(given) ? given : usual).includes(shell));
  const force = values["force"] === true;
  const { say } = await wordsOf(deps);
  const scripts = helperScripts(program, shells);
  for (const { path, fate } of writeHelpers(files, scripts, { dir: resolve(cwd, dir), force })) {
    const json = { message_type: "helper_file", path, fate };
    terminal.out.write(
      values["json"] === true ? jsonLine(json) : `${printable(path)}: ${say(fate)}\n`,
    );
  }
  return EXIT.ok;
}
