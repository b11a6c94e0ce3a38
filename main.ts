import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import { runCli } from "./src/cli.ts";
import { fetchText } from "./src/fs/fetch_text.ts";
import { runProgram } from "./src/fs/run_program.ts";
import {
  createTextFile,
  readTextFile,
  removeTextFile,
  replaceTextFile,
} from "./src/fs/text_files.ts";
import type { TextStream } from "./src/ui/terminal.ts";

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

function textStream(stream: typeof Deno.stdout): TextStream {
  let isGone = false;
  return {
    isTty: stream.isTerminal(),
    get isGone() {
      return isGone;
    },
    write: (data) => {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      isGone ||= !writeAll(stream, bytes);
    },
  };
}

/** Drops what nobody is there to read any more, and returns false. */
function writeAll(stream: typeof Deno.stdout, bytes: Uint8Array): boolean {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest));
    } catch (error) {
      if (isGone(error)) return false;
      // Another program made the pipe that it shares with us non-blocking: wait for its reader.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** Of a pipe, or of a terminal that was closed. */
function isGone(error: unknown): boolean {
  if (error instanceof Deno.errors.BrokenPipe) return true;
  return error instanceof Error && "code" in error && error.code === "EIO";
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80; // there is no terminal, and Deno has no name for that error
  }
}

/** What it prints is parsed; it must not ask anybody, nor in another language. */
const SSH_KEYGEN_ENV = { LC_ALL: "C", SSH_ASKPASS_REQUIRE: "never" };

function sshKeygen(args: readonly string[], input: Iterable<Uint8Array<ArrayBuffer>>) {
  return runProgram("ssh-keygen", { args, input, env: SSH_KEYGEN_ENV });
}

/** The shell splits the editor's command, because people set EDITOR="code --wait". */
async function edit(path: string): Promise<number> {
  const script = 'exec ${VISUAL:-${EDITOR:-vi}} "$1"';
  const { code } = await new Deno.Command("sh", { args: ["-c", script, "sh", path] }).spawn()
    .status;
  return code;
}

/** What runs this very program again: the executable, or Deno with the source. */
function program(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const flags = ["-q", "--no-prompt", "--no-code-cache", "-P=phlb"];
  const config = fromFileUrl("./deno.json");
  return [Deno.execPath(), "run", ...flags, "-c", config, fromFileUrl("./main.ts")];
}

function fromFileUrl(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

const env = Deno.env.toObject();
const exitCode = await runCli(Deno.args, {
  env,
  cwd: Deno.cwd(),
  home: env["HOME"] ?? env["USERPROFILE"],
  uid: Deno.uid(),
  os: Deno.build.os,
  program: program(),
  host: {
    name: Deno.hostname(),
    pid: Deno.pid,
    cores: navigator.hardwareConcurrency,
    cpuMs: () => {
      const { user, system } = cpuUsage();
      return (user + system) / 1000;
    },
  },
  runtime: `Deno ${Deno.version.deno}, ${Deno.build.target}`,
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  terminal: {
    get columns() {
      return columns();
    },
    out: textStream(Deno.stdout),
    err: textStream(Deno.stderr),
  },
  files: {
    readText: readTextFile,
    createText: createTextFile,
    replaceText: replaceTextFile,
    removeText: removeTextFile,
  },
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  every: (milliseconds, tick) => {
    const timer = setInterval(tick, milliseconds);
    return () => clearInterval(timer);
  },
  edit,
  sshKeygen,
  runProgram,
  fetchText,
  onStopRequest: (listener) => {
    for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, listener);
  },
  exit: (code) => Deno.exit(code),
});
Deno.exit(exitCode);
