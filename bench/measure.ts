/** One finished run of a command. */
export interface Run {
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Largest resident set in MiB, undefined where GNU time is missing. */
  readonly peakMib: number | undefined;
}

/** Minimum, median and maximum of several runs. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

const TIME = "/usr/bin/time";

/** Runs a command to its end; fails when it does. */
export async function measure(command: readonly string[], env: Record<string, string> = {}) {
  const timed = await hasGnuTime() ? [TIME, "-f", "peak %M", ...command] : [...command];
  const [program = "", ...args] = timed;
  const start = performance.now();
  const { code, stderr } = await new Deno.Command(program, {
    args,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const seconds = (performance.now() - start) / 1000;
  const text = new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${text.slice(-2000)}`);
  const peak = /peak (\d+)\s*$/.exec(text)?.[1];
  return { seconds, peakMib: peak === undefined ? undefined : Number(peak) / 1024 };
}

let gnuTime: Promise<boolean> | undefined;

function hasGnuTime(): Promise<boolean> {
  gnuTime ??= isInstalled(TIME, ["-f", "%M", "true"]);
  return gnuTime;
}

/** Whether a program can be started. */
export async function isInstalled(program: string, args: string[] = ["--version"]) {
  try {
    const io = { stdin: "null", stdout: "null", stderr: "null" } as const;
    await new Deno.Command(program, { args, ...io }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Runs a program of the bench's own housekeeping. */
export async function must(program: string, ...args: string[]): Promise<void> {
  await measure([program, ...args]);
}

/** Minimum, median and maximum. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}
