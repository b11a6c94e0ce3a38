import { fileURLToPath } from "node:url";
import { forcedFileSystem, injectedCall, withoutNotes } from "./portable.ts";
import { type Outcome, type RunOptions, type Started, startProgram } from "./run.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** How phlb is run. */
export interface PhlbOptions extends RunOptions {
  /** Added to a small environment in which no configuration of the user's own is found. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Makes the kernel refuse calls, in strace's words: `linkat:error=EIO:when=3+`. Every thread
   * counts its calls for itself.
   */
  readonly inject?: string;
}

/** Runs `phlb <args>` as a user does and returns how it ended. */
export async function runPhlb(
  args: readonly string[],
  options: PhlbOptions = {},
): Promise<Outcome> {
  return await startPhlb(args, options).outcome;
}

/** Starts `phlb <args>` without waiting for its end, to be interrupted or killed. */
export function startPhlb(args: readonly string[], options: PhlbOptions = {}): Started {
  const [program, ...rest] = [...tracing(options), ...phlbCommand(), ...args];
  if (program === undefined) throw new Error("There is no command");
  const started = startProgram(program, rest, { ...options, env: phlbEnvironment(options.env) });
  return { ...started, outcome: quiet(started.outcome) };
}

async function quiet(outcome: Promise<Outcome>): Promise<Outcome> {
  const { code, stdout, stderr } = await outcome;
  return { code, stdout, stderr: withoutNotes(stderr) };
}

/**
 * Program and first arguments that run phlb: the executable `PHLB_BIN` names, or the source with
 * the executable's own permissions.
 */
export function phlbCommand(): [program: string, ...args: string[]] {
  const executable = Deno.env.get("PHLB_BIN");
  if (executable !== undefined) return [Deno.realPathSync(executable)];
  const config = `${PROJECT}deno.json`;
  const flags = ["-q", "--no-prompt", "--no-code-cache", "--cached-only", "-c", config, "-P=phlb"];
  return [Deno.execPath(), "run", ...flags, `${PROJECT}main.ts`];
}

/** Environment of a user without any configuration, with `extra` on top. */
export function phlbEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const state = stateHome();
  return {
    PATH: Deno.env.get("PATH") ?? "",
    // Not there; what some program makes of it all the same goes with the state.
    HOME: `${state}/home`,
    XDG_STATE_HOME: state,
    DENO_DIR: denoDir(),
    DENO_NO_UPDATE_CHECK: "1",
    LANG: "C.UTF-8",
    TZ: "UTC",
    ...forcedFileSystem(),
    ...extra,
  };
}

let state: string | undefined;

/** Where all runs of one test file keep what they remember; other users may write there too. */
function stateHome(): string {
  if (state !== undefined) return state;
  const path = state = Deno.makeTempDirSync({ prefix: "phlb-test-state-" });
  Deno.chmodSync(path, 0o777);
  globalThis.addEventListener("unload", () => Deno.removeSync(path, { recursive: true }));
  return path;
}

/** Where Deno keeps the packages; it would look below HOME, which the tests change. */
export function denoDir(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? ""}/.cache`;
  return Deno.env.get("DENO_DIR") ?? `${cache}/deno`;
}

/** The directory of phlb's source, with a slash at its end. */
export function projectDir(): string {
  return PROJECT;
}

function tracing({ inject }: PhlbOptions): string[] {
  if (inject === undefined) return [];
  const injected = injectedCall(inject);
  const call = injected.split(":")[0] ?? injected;
  return ["strace", "-f", "-qq", "-o", "/dev/null", `--trace=${call}`, `--inject=${injected}`];
}
