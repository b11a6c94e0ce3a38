/**
 * Runs programs and takes their time.
 *
 * @module
 */

/** One finished run of a command. */
export interface Run {
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Largest resident set in MiB, undefined where GNU time is missing. */
  readonly peakMib: number | undefined;
}

/** How to run a command. */
export interface MeasureOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The command tells its seconds itself, as the last line of its output: its start is left out. */
  readonly tellsSeconds?: boolean;
}

/** A command that was run and did not end well. */
export class CommandFailed extends Error {}

const TIME = "/usr/bin/time";

/**
 * Runs a command to its end.
 *
 * @throws {CommandFailed} when it cannot be started or its exit code is not 0
 */
export async function measure(
  command: readonly string[],
  { env = {}, tellsSeconds = false }: MeasureOptions = {},
): Promise<Run> {
  const timed = await hasGnuTime() ? [TIME, "-f", "peak %M", ...command] : command;
  const start = performance.now();
  const { stdout, stderr } = await output(timed, env);
  const wall = (performance.now() - start) / 1000;
  const peak = /peak (\d+)\s*$/.exec(stderr)?.[1];
  const seconds = tellsSeconds ? Number(stdout.trim().split("\n").at(-1)) : wall;
  return { seconds, peakMib: peak === undefined ? undefined : Number(peak) / 1024 };
}

/** What a command prints. */
export async function outputOf(command: readonly string[]): Promise<string> {
  return (await output(command, {})).stdout;
}

/** Runs a program of the bench's own housekeeping. */
export async function must(program: string, ...args: string[]): Promise<void> {
  await output([program, ...args], {});
}

async function output(command: readonly string[], env: Readonly<Record<string, string>>) {
  const [program = "", ...args] = command;
  const io = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  try {
    const run = await new Deno.Command(program, { args, env: { ...env }, ...io }).output();
    const [stdout, stderr] = [run.stdout, run.stderr].map((it) => new TextDecoder().decode(it));
    if (run.code === 0) return { stdout: stdout ?? "", stderr: stderr ?? "" };
    const told = `${stderr}`.replace(/(Command exited.*\n)?peak \d+\s*$/, "").trim().slice(-1000);
    throw new CommandFailed(`"${command.join(" ")}" ended with ${run.code}: ${told}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CommandFailed(`"${program}" is not installed`, { cause: error });
  }
}

let gnuTime: Promise<boolean> | undefined;

/** Whether peaks of memory can be measured. */
export function hasGnuTime(): Promise<boolean> {
  gnuTime ??= isInstalled(TIME, ["-f", "%M", "true"]);
  return gnuTime;
}

/** Whether a program can be started. */
export async function isInstalled(program: string, args: readonly string[] = ["--version"]) {
  try {
    const io = { stdin: "null", stdout: "null", stderr: "null" } as const;
    await new Deno.Command(program, { args: [...args], ...io }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
