import type { HookEvent } from "../../backup/events.ts";
import type { LogMessage } from "../../backup/snapshot/run_log.ts";
import type { Clock } from "../../base/clock.ts";
import type { ProgramEnd, RunProgram } from "../../base/run_program.ts";
import { writeDuration } from "../../config/quantity.ts";

/** What is kept of the output of a command. Source: what a person reads of it, with room to spare. */
const KEEP_BYTES = 64 * 1024;

/** What a command has to end by itself. Source: systemd's habit is 90 s; a person waits here. */
const GRACE_MS = 5000;

/** What a command is run with. */
export interface CommandDeps {
  readonly runProgram: RunProgram;
  readonly clock: Clock;
  /** Ends it; undefined where nothing does. */
  readonly signal: AbortSignal | undefined;
}

/** One command of a hook. */
export interface HookCommand {
  /** `run_before` and so on. */
  readonly hook: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** 0: no limit. */
  readonly timeoutMs: number;
}

/** Runs one command and tells how that went; never throws. */
export async function runCommand(deps: CommandDeps, command: HookCommand): Promise<HookEvent> {
  const { runProgram, clock, signal } = deps;
  const [program = "", ...args] = command.args;
  const startedMs = clock.monotonicMs();
  const end = await runProgram(program, {
    args,
    env: command.env,
    graceMs: GRACE_MS,
    keepBytes: KEEP_BYTES,
    ...(command.timeoutMs === 0 ? {} : { timeoutMs: command.timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  });
  const isStopped = signal?.aborted === true;
  return {
    kind: "hook",
    hook: command.hook,
    args: command.args,
    failure: end === undefined
      ? `there is no program "${program}" that may be run`
      : failureOf(end, { timeoutMs: command.timeoutMs, isStopped }),
    exitCode: end?.code,
    seconds: (clock.monotonicMs() - startedMs) / 1000,
    stdout: end?.stdout ?? "",
    stderr: end?.stderr ?? "",
  };
}

function failureOf(
  { code, timedOut, stderr }: ProgramEnd,
  { timeoutMs, isStopped }: { readonly timeoutMs: number; readonly isStopped: boolean },
): string | undefined {
  if (timedOut) return `it took longer than ${writeDuration(timeoutMs)} and was ended`;
  if (isStopped && code !== 0) return "it was interrupted";
  if (code === 0) return undefined;
  const last = stderr.trimEnd().split("\n").at(-1)?.trim() ?? "";
  const said = last === "" ? "" : `: ${last}`;
  return code > 128
    ? `it was ended by signal ${code - 128}${said}`
    : `it ended with exit code ${code}${said}`;
}

/** The longest command that is shown whole. */
const LONGEST = 100;

/** A command as a person would type it, on one line and not too long. */
export function commandText(args: readonly string[]): string {
  const [program, option, script] = args;
  const isShell = args.length === 3 && program === "sh" && option === "-c";
  const text = isShell && script !== undefined ? script.trim() : args.map(quoted).join(" ");
  const line = text.replaceAll(/\s*\n\s*/g, "; ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

/** What the log and `-v` have of a command that has run. */
export function commandLines(event: HookEvent): LogMessage[] {
  const { hook, args, failure, seconds, stdout, stderr } = event;
  const how = failure ?? `done after ${seconds.toFixed(1)} s`;
  const level = failure === undefined ? "info" : "warning";
  const output = [stdout, stderr].flatMap((text) => text === "" ? [] : text.trimEnd().split("\n"));
  return [
    { level, message: `Hook ${hook}: ${commandText(args)}: ${how}` },
    ...output.map((line): LogMessage => ({ level: "info", message: `Hook ${hook} | ${line}` })),
  ];
}
