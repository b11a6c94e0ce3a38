import { runCli } from "../../src/cli.ts";
import type { Machine } from "../../src/commands/machine.ts";
import { runProgram } from "../../src/fs/run_program.ts";
import { FakeClock } from "./fake_clock.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { type Around, inlineOperations } from "./inline_operations.ts";
import type { Outcome } from "./run.ts";

/** How phlb is run in the test's own thread. */
export interface HereOptions {
  readonly clock?: FakeClock;
  /** Added to an environment without any configuration and without a fence. */
  readonly env?: Readonly<Record<string, string>>;
  readonly around?: Around;
}

/** A run that ended, with its lines of JSON. */
export interface Here extends Outcome {
  /** Of the output, one object for each line. */
  readonly lines: readonly Fields[];
  /** Of the error stream. */
  readonly errors: readonly Fields[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Runs `phlb <args>` on the real disk, in this thread and by a clock that the test sets: everything
 * between the command line and libc is that of the program, but for threads and processes.
 */
export async function runHere(
  args: readonly string[],
  { clock = new FakeClock(), env = {}, around }: HereOptions = {},
): Promise<Here> {
  const terminal = fakeTerminal();
  const machine: Machine = {
    env: { PHLB_PERFORMANCE_FENCE: "off", ...env },
    cwd: "/",
    home: "/dev/null/home",
    uid: Deno.uid(),
    os: Deno.build.os,
    program: ["/usr/bin/phlb"],
    host: { name: "testhost", pid: 4711, cores: 2 },
    runtime: "Deno of a test",
    clock,
    terminal,
    files: {
      readText: () => undefined,
      createText: () => false,
      replaceText: () => {},
      removeText: () => false,
    },
    sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
    every: () => () => {},
    edit: () => Promise.resolve(1),
    sshKeygen: () => Promise.resolve(undefined),
    runProgram,
    fetchText: () => Promise.resolve({ reason: "there is no network" }),
    onStopRequest: () => {},
    exit: () => {},
  };
  const code = await runCli(args, machine, inlineOperations(around));
  const { outText: stdout, errText: stderr } = terminal;
  return { code, stdout, stderr, lines: parseLines(stdout), errors: parseLines(stderr) };
}

function parseLines(text: string): Fields[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}
