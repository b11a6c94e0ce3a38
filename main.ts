import { cpus } from "node:os";
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import { encodeName } from "./src/base/path_bytes.ts";
import { runCli } from "./src/cli.ts";
import { fetchText } from "./src/fs/fetch_text.ts";
import { runProgram } from "./src/fs/run_program.ts";
import {
  createTextFile,
  readOwnedTextFile,
  readTextFile,
  removeTextFile,
  replaceTextFile,
} from "./src/fs/text_files.ts";
import { screenColumns, type TextStream } from "./src/ui/terminal.ts";

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

function textStream(stream: typeof Deno.stdout): TextStream {
  let loss: Loss | undefined;
  return {
    isTty: stream.isTerminal(),
    get isGone() {
      return loss?.isGone === true;
    },
    get failure() {
      return loss?.failure;
    },
    write: (data) => {
      const bytes = typeof data === "string" ? encodeName(data) : data;
      loss ??= writeAll(stream, bytes);
    },
  };
}

/** Why what is written to a stream is dropped: a command goes on all the same. */
interface Loss {
  /** Nobody is there to read it any more. */
  readonly isGone: boolean;
  readonly failure: string | undefined;
}

function writeAll(stream: typeof Deno.stdout, bytes: Uint8Array): Loss | undefined {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest));
    } catch (error) {
      if (isGone(error)) return { isGone: true, failure: undefined };
      if (!(error instanceof Error)) throw error;
      // Another program made the pipe that it shares with us non-blocking: wait for its reader.
      if (!(error instanceof Deno.errors.WouldBlock)) {
        return { isGone: false, failure: error.message.replace(/ \(os error \d+\)$/, "") };
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return undefined;
}

/** Of a pipe, or of a terminal that was closed. */
function isGone(error: unknown): boolean {
  if (error instanceof Deno.errors.BrokenPipe) return true;
  return error instanceof Error && "code" in error && error.code === "EIO";
}

function columns(): number | undefined {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return undefined; // there is no terminal, and Deno has no name for that error
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
    machineMs: () => {
      const times = cpus().map((core) => core.times);
      return times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0);
    },
  },
  runtime: `Deno ${Deno.version.deno}, ${Deno.build.target}`,
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  terminal: {
    get columns() {
      return screenColumns(env, columns());
    },
    out: textStream(Deno.stdout),
    err: textStream(Deno.stderr),
  },
  files: {
    readText: readTextFile,
    readOwned: readOwnedTextFile,
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
