import type { ProgramCall, ProgramEnd } from "../../src/base/run_program.ts";
import { runCli } from "../../src/cli.ts";
import { runProgram } from "../../src/fs/run_program.ts";
import {
  createTextFile,
  readOwnedTextFile,
  readTextFile,
  removeTextFile,
  replaceTextFile,
} from "../../src/fs/text_files.ts";
import { type FakeTerminal, fakeTerminal } from "./fake_terminal.ts";
import { fakeMachine } from "./fake_machine.ts";

/** How a command line is run on the real disk. */
export interface RealRun {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: FakeTerminal;
  /** Seconds that pass by the clock in one second; 1 when not given. */
  readonly speed?: number;
}

/** What stands for the crontab of the machine, which no test may change. */
let crontab = "";

function useCrontab({ args, input = [] }: ProgramCall): ProgramEnd {
  const said = args[0] === "-l" ? crontab : "";
  if (args[0] === "-r") crontab = "";
  if (args[0] === "-") crontab = [...input].map((part) => new TextDecoder().decode(part)).join("");
  return { code: 0, stdout: said, stderr: "", timedOut: false };
}

/** What any server answers. */
const release = () => ({ status: 200, text: "99.0.0" });

/** What a command line came to. */
export interface RealRan {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs `phlb <args>` in this process, with the real disk, threads and clock: a process of its own
 * takes much longer to start. There is no home directory, and the editor does nothing.
 */
export async function runReal(args: readonly string[], options: RealRun): Promise<RealRan> {
  const { terminal = fakeTerminal(), speed = 1 } = options;
  const timers = new Set<ReturnType<typeof setInterval>>();
  const exitCode = await runCli(args, {
    ...fakeMachine({ env: options.env ?? {}, home: null, terminal, fetchText: release }),
    cwd: options.cwd,
    clock: { now: () => new Date(), monotonicMs: () => performance.now() * speed },
    files: {
      readText: readTextFile,
      readOwned: readOwnedTextFile,
      createText: createTextFile,
      replaceText: replaceTextFile,
      removeText: removeTextFile,
    },
    host: { name: "nb", pid: Deno.pid, cores: 2 },
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      timers.add(timer);
      return () => clearInterval(timer);
    },
    runProgram: async (program, call) =>
      program === "crontab" ? useCrontab(call) : await runProgram(program, call),
  });
  for (const timer of timers) clearInterval(timer);
  return { exitCode, out: terminal.outText, err: terminal.errText };
}
