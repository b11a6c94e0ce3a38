import type { ProgramCall, ProgramEnd } from "../base/run_program.ts";

/** See {@link RunProgram}: what a program left running when it is ended goes with it. */
export async function runProgram(
  program: string,
  call: ProgramCall,
): Promise<ProgramEnd | undefined> {
  const child = spawn(program, call);
  if (child === undefined) return undefined;
  const limit = new TimeLimit(child, call);
  try {
    const output = child.output();
    await feed(child.stdin, call.input ?? []);
    const { code, stdout, stderr } = await output;
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
      timedOut: limit.isOver,
    };
  } finally {
    limit.clear();
  }
}

function spawn(program: string, { args, env, cwd }: ProgramCall): Deno.ChildProcess | undefined {
  try {
    return new Deno.Command(program, {
      args: [...args],
      ...(env === undefined ? {} : { env: { ...env } }),
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true, // a group of its own: whatever it starts can be ended with it
    }).spawn();
  } catch (error) {
    const { NotFound, NotCapable, PermissionDenied } = Deno.errors;
    if ([NotFound, NotCapable, PermissionDenied].some((kind) => error instanceof kind)) return;
    throw error;
  }
}

/** Ends a program that runs too long, or that is asked to stop. */
class TimeLimit {
  isOver = false;
  readonly #signal: AbortSignal | undefined;
  readonly #kill: () => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(child: Deno.ChildProcess, { timeoutMs, signal }: ProgramCall) {
    this.#kill = () => killGroup(child);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#kill);
    if (signal?.aborted) this.#kill();
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#kill();
    }, timeoutMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#kill);
  }
}

function killGroup({ pid }: Deno.ChildProcess): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}

/** A program that ends early need not read all. */
async function feed(
  stream: WritableStream<Uint8Array<ArrayBuffer>>,
  input: Iterable<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const writer = stream.getWriter();
  try {
    for (const chunk of input) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
