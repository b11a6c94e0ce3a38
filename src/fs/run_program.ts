import { Buffer } from "node:buffer";
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
    const outputs = [child.stdout, child.stderr].map((from) => new Output(from, call.keepBytes));
    await feed(child.stdin, call.input ?? []);
    const { code } = await child.status;
    const [stdout = "", stderr = ""] = await Promise.all(outputs.map((output) => output.text()));
    return { code, stdout, stderr, timedOut: limit.isOver };
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

/** How long the rest of an output is waited for once the program has ended. */
const LINGER_MS = 1000;

/** What a program writes. */
class Output {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #keepBytes: number;
  readonly #end: Promise<void>;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(from: ReadableStream<Uint8Array>, keepBytes = Infinity) {
    this.#reader = from.getReader();
    this.#keepBytes = keepBytes;
    this.#end = this.#readAll();
  }

  /** All of it, or its end; call it when the program has ended. */
  async text(): Promise<string> {
    // Something in the background may keep it open for ever.
    const timer = setTimeout(() => void this.#reader.cancel(), LINGER_MS);
    await this.#end;
    clearTimeout(timer);
    const all = Buffer.concat(this.#chunks);
    return new TextDecoder().decode(all.subarray(Math.max(0, all.length - this.#keepBytes)));
  }

  async #readAll(): Promise<void> {
    for (;;) {
      const { value } = await this.#reader.read();
      if (value === undefined) return;
      this.#chunks.push(value);
      this.#bytes += value.length;
      if (this.#bytes < 2 * this.#keepBytes) continue;
      const end = Buffer.concat(this.#chunks).subarray(-this.#keepBytes);
      this.#chunks = [end];
      this.#bytes = end.length;
    }
  }
}

/** Ends a program that runs too long, or that is asked to stop. */
class TimeLimit {
  isOver = false;
  readonly #signal: AbortSignal | undefined;
  readonly #kill: () => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #killTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #child: Deno.ChildProcess;

  constructor(child: Deno.ChildProcess, { timeoutMs, signal, graceMs }: ProgramCall) {
    this.#child = child;
    this.#kill = () => this.#end(graceMs ?? 0);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#kill);
    if (signal?.aborted) this.#kill();
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#kill();
    }, timeoutMs);
  }

  #end(graceMs: number): void {
    if (graceMs === 0) return killGroup(this.#child, "SIGKILL");
    killGroup(this.#child, "SIGTERM");
    this.#killTimer ??= setTimeout(() => killGroup(this.#child, "SIGKILL"), graceMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#killTimer);
    // What it started goes with it, also when it ended by itself in time.
    if (this.#killTimer !== undefined) killGroup(this.#child, "SIGKILL");
    this.#signal?.removeEventListener("abort", this.#kill);
  }
}

function killGroup({ pid }: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, signal);
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
