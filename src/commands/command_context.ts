import type { ExitCode } from "../base/app_error.ts";
import type { CommandDeps } from "./command_deps.ts";

/** What a command is added to the program with. */
export interface CommandContext {
  readonly deps: CommandDeps;
  /** Takes the exit code that the command comes to. */
  readonly finish: (code: ExitCode) => void;
}
