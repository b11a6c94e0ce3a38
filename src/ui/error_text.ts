import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { jsonLine } from "./json_lines.ts";
import { ENGLISH, type Words } from "./words.ts";
import { paint, type Terminal, type TerminalEnv, wantsColor } from "./terminal.ts";

/** How errors are to be written. */
export interface ErrorStyle {
  readonly terminal: Terminal;
  readonly env: TerminalEnv;
  readonly json: boolean;
  /** The job that ended, where there are several. */
  readonly jobId?: string | undefined;
  /** English when not given. */
  readonly words?: Words;
}

/** Writes what ended the work to the error stream and returns the exit code that goes with it. */
export function writeError(
  error: unknown,
  { terminal, env, json, jobId, words = ENGLISH }: ErrorStyle,
): ExitCode {
  const exitCode = error instanceof AppError ? error.exitCode : EXIT.failed;
  if (json) {
    const job = jobId === undefined ? {} : { job: jobId };
    const message = { message_type: "exit_error", code: exitCode, ...fields(error), ...job };
    terminal.err.write(jsonLine(message));
    return exitCode;
  }
  const enabled = wantsColor(terminal.err, env);
  const label = paint(words.say("Error:"), { color: "red", enabled });
  const job = jobId === undefined ? "" : `${words.say('Job "{id}":', { id: printable(jobId) })} `;
  terminal.err.write(`${label} ${job}${errorText(error, words)}\n`);
  return exitCode;
}

/** Message and hint of what a user can act on; of our own mistakes the stack, to be reported. */
function errorText(error: unknown, { say, tell }: Words): string {
  if (error instanceof AppError) {
    const hint = error.hint === undefined
      ? ""
      : `\n${say("Hint: {hint}", { hint: printable(tell(error.hint)) })}`;
    return printableLines(tell(error.message)) + hint;
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `${say("this is a mistake in phlb itself, please report it")}\n${printableLines(stack)}`;
}

function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function fields(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof AppError) {
    return { message: error.message, error_code: error.code, hint: error.hint };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, error_code: "BUG", stack };
}
