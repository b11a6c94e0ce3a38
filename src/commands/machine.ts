import type { Clock } from "../base/clock.ts";
import type { FetchText } from "../base/fetch_text.ts";
import type { RunProgram } from "../base/run_program.ts";
import type { SshKeygen } from "../base/ssh_keygen.ts";
import type { TextFiles } from "../base/text_files.ts";
import type { TextReader } from "../config/config.ts";
import type { Terminal } from "../ui/terminal.ts";

/** The outside world as the program sees it; made by `main.ts`, by hand in tests. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; undefined for a user without a home directory. */
  readonly home: string | undefined;
  /** The user's number; null where users have none. */
  readonly uid: number | null;
  readonly os: typeof Deno.build.os;
  /** Program and first arguments that run phlb, without a search path. */
  readonly program: readonly string[];
  readonly host: {
    readonly name: string;
    readonly pid: number;
    readonly cores: number;
    /** Milliseconds of processor time that this process has had. */
    readonly cpuMs?: () => number;
    /** The same of all processes together. */
    readonly machineMs?: () => number;
  };
  /** What runs the program, for example `deno 2.8.3`. */
  readonly runtime: string;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly files: TextFiles & TextReader;
  sleep(milliseconds: number): Promise<void>;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  every(milliseconds: number, tick: () => void): () => void;
  /** Opens a file in the user's editor and waits for its end; resolves with its exit code. */
  edit(path: string): Promise<number>;
  readonly sshKeygen: SshKeygen;
  readonly runProgram: RunProgram;
  readonly fetchText: FetchText;
  /** Calls `listener` each time that the user or the system asks the program to stop. */
  onStopRequest(listener: () => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}
