import type { Clock } from "../base/clock.ts";
import type { ExitCode } from "../base/app_error.ts";
import type { ConfigDeps } from "../config/config.ts";
import type { Terminal } from "../ui/terminal.ts";

/** A signal that asks the program to stop. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** All that the program meets of the world outside; `main.ts` has the real one. */
export interface CommandDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; `undefined` when the user has none. */
  readonly home: string | undefined;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Whether a person can type. */
  readonly isInteractive: boolean;
  readonly host: { readonly name: string; readonly pid: number; readonly cores: number };
  /** What the program runs on, for people. */
  readonly runtime: string;
  /** Text of a UTF-8 file, `undefined` when there is none. */
  readonly readText: (path: string) => string | undefined;
  /** Creates a file and the directories above it; throws when there is one. */
  readonly createText: (path: string, text: string) => void;
  /** Runs a shell command with the path as its last word; resolves with its exit code. */
  readonly openEditor: (command: string, path: string) => Promise<number>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls `tick` again and again; the returned function ends that. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** From now on such signals go to the listener; the returned function ends that. */
  readonly onStop: (listener: (signal: StopSignal) => void) => () => void;
  /** Ends the process at once. */
  readonly exitNow: (code: ExitCode) => void;
}

/** What the configuration is read with. */
export function configDepsOf({ env, cwd, home, readText }: CommandDeps): ConfigDeps {
  return { reader: { readText }, env, cwd, home };
}
