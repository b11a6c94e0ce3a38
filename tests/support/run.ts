/** Runs a program and returns what it wrote to its standard output; throws when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, stdin = "" }: { cwd?: string; stdin?: string | Uint8Array } = {},
): Promise<string> {
  const outcome = await runAnyhow(program, args, { ...(cwd === undefined ? {} : { cwd }), stdin });
  if (outcome.code === 0) return outcome.stdout;
  throw new Error(`Cannot run "${[program, ...args].join(" ")}": ${outcome.stderr}`);
}

/** What a program that ended has left. */
export interface Outcome {
  /** 128 + the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** All of its environment; default: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** Runs a program and returns how it ended, whatever that is. */
export async function runAnyhow(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return await startProgram(program, args, options).outcome;
}

/** A program under way. */
export interface Started {
  readonly pid: number;
  kill(signal: Deno.Signal): void;
  readonly outcome: Promise<Outcome>;
}

/** Starts a program without waiting for its end. */
export function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env, stdin = "" }: RunOptions,
): Started {
  const child = new Deno.Command(program, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env }, clearEnv: true }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    outcome: settle(child, typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
  };
}

async function settle(child: Deno.ChildProcess, stdin: Uint8Array): Promise<Outcome> {
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), feed(child, stdin)]);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A program that ends without reading all of its input is not an error. */
async function feed(child: Deno.ChildProcess, stdin: Uint8Array): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(stdin);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
