import type { ExitCode } from "./src/base/app_error.ts";
import { runCli } from "./src/cli.ts";
import type { StopSignal } from "./src/commands/command_deps.ts";
import { createTextFile, readTextFile } from "./src/fs/text_files.ts";
import type { TextStream } from "./src/ui/terminal.ts";

const STOP_SIGNALS: readonly StopSignal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** A stream of this process; what its reader no longer wants is dropped. */
function textStream(stream: typeof Deno.stdout): TextStream {
  return {
    isTty: stream.isTerminal(),
    write: (text) => writeAll(stream, new TextEncoder().encode(text)),
  };
}

function writeAll(stream: typeof Deno.stdout, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) return;
      // Another program made the pipe that it shares with us non-blocking: wait for its reader.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80; // there is no terminal, and Deno has no name for that error
  }
}

function every(milliseconds: number, tick: () => void): () => void {
  const timer = setInterval(tick, milliseconds);
  return () => clearInterval(timer);
}

function onStop(listener: (signal: StopSignal) => void): () => void {
  const listeners = STOP_SIGNALS.map((signal) => ({ signal, listen: () => listener(signal) }));
  for (const { signal, listen } of listeners) Deno.addSignalListener(signal, listen);
  return () => {
    for (const { signal, listen } of listeners) Deno.removeSignalListener(signal, listen);
  };
}

/** The shell splits the command, because people set EDITOR="code --wait". */
async function openEditor(editor: string, path: string): Promise<number> {
  const args = ["-c", `exec ${editor} "$1"`, "sh", path];
  const { code } = await new Deno.Command("sh", { args }).spawn().status;
  return code;
}

const env = Deno.env.toObject();
const exitCode: ExitCode = await runCli(Deno.args, {
  env,
  cwd: Deno.cwd(),
  home: env["HOME"] ?? env["USERPROFILE"],
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  terminal: {
    get columns() {
      return columns();
    },
    out: textStream(Deno.stdout),
    err: textStream(Deno.stderr),
  },
  isInteractive: Deno.stdin.isTerminal(),
  host: { name: Deno.hostname(), pid: Deno.pid, cores: navigator.hardwareConcurrency },
  runtime: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.target}`,
  readText: readTextFile,
  createText: createTextFile,
  openEditor,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  every,
  onStop,
  exitNow: (code) => Deno.exit(code),
});
Deno.exit(exitCode);
