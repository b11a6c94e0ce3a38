import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "./base/app_error.ts";
import type { CommandDeps } from "./commands/command_deps.ts";
import type { Machine } from "./commands/machine.ts";
import { OPERATIONS, type Operations } from "./commands/operations.ts";
import { hyphenated } from "./commands/option_names.ts";
import { settleOutput } from "./commands/output_end.ts";
import { buildProgram } from "./commands/program.ts";
import { usageError } from "./commands/usage_error.ts";

/** Runs one command line and resolves with its exit code; every error ends here. Never throws. */
export async function runCli(
  argv: readonly string[],
  machine: Machine,
  operations: Operations = OPERATIONS,
): Promise<ExitCode> {
  const deps = commandDeps(argv, { machine, operations });
  try {
    const exitCode = await runCommand(deps);
    return settleOutput(exitCode, { argv, terminal: machine.terminal });
  } catch (error) {
    const [{ systemFailure }, { writeError }] = await Promise.all([
      import("./fs/system_failure.ts"),
      import("./ui/error_text.ts"),
    ]);
    const words = await deps.words();
    return writeError(systemFailure(error), { ...machine, json: wantsJson(argv), words });
  }
}

async function runCommand(deps: CommandDeps): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const finish = (code: ExitCode) => {
    exitCode = code;
  };
  const program = await buildProgram({ deps, finish }, askedCommand(deps.argv));
  try {
    await program.parseAsync(hyphenated(deps.argv, program), { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok; // help or the version was asked for
    if (error.code === "commander.help") return EXIT.usage; // no command: help was written
    throw usageError(error, { program, argv: deps.argv });
  }
}

/** The name of the command that the first argument asks for. */
function askedCommand([first]: readonly string[]): string | undefined {
  return first === "-V" || first === "--version" ? "version" : first;
}

function commandDeps(
  argv: readonly string[],
  { machine, operations }: { machine: Machine; operations: Operations },
): CommandDeps & Required<Pick<CommandDeps, "words">> {
  let signal: AbortSignal | undefined;
  let locale = "";
  return {
    ...machine,
    words: async () => {
      const { chooseLocale, loadFigures } = await import("./ui/figures.ts");
      return await loadFigures(chooseLocale(locale, machine.env));
    },
    useLocale: (configured) => {
      locale = configured;
    },
    argv,
    operations,
    get signal() {
      return signal ??= stopSignal(machine);
    },
  };
}

/** Aborted by the first request to stop; the second one ends the process. */
function stopSignal(machine: Machine): AbortSignal {
  const controller = new AbortController();
  machine.onStopRequest(() => {
    if (controller.signal.aborted) machine.exit(EXIT.interrupted);
    controller.abort();
  });
  return controller.signal;
}

/** Whether errors are to be JSON, also when nobody could make sense of the arguments. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}
