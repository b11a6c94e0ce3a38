import type { Fetched } from "../../src/base/fetch_text.ts";
import type { ProgramCall, ProgramEnd } from "../../src/base/run_program.ts";
import type { Machine } from "../../src/commands/machine.ts";
import type { Operations } from "../../src/commands/operations.ts";
import { runCli } from "../../src/cli.ts";
import { FakeClock } from "./fake_clock.ts";
import { type FakeTerminal, fakeTerminal } from "./fake_terminal.ts";

/** What a machine is to be like; all of it in memory. */
export interface MachineSetting {
  /** Text by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** `null` for a user without a home directory. */
  readonly home?: string | null;
  readonly terminal?: FakeTerminal;
  /** What other programs do; there are none when not given. */
  readonly runProgram?: (program: string, call: ProgramCall) => ProgramEnd | undefined;
  /** What servers answer; there is no network when not given. */
  readonly fetchText?: (url: string) => Fetched;
  /** What the editor does with a file; its exit code. */
  readonly edit?: (path: string, files: Map<string, string>) => number;
}

/** A machine that a test looks into. Ann works in `/home/ann/work`. */
export interface FakeMachine extends Machine {
  readonly terminal: FakeTerminal;
  readonly clock: FakeClock;
  readonly texts: Map<string, string>;
  /** Exit codes with which the process was ended at once. */
  readonly exits: number[];
  /** Addresses that were asked. */
  readonly asked: string[];
  /** As Ctrl-C does. */
  askToStop(): void;
}

/** See {@link FakeMachine}. */
export function fakeMachine(setting: MachineSetting = {}): FakeMachine {
  const texts = new Map(Object.entries(setting.files ?? {}));
  const listeners: (() => void)[] = [];
  const exits: number[] = [];
  const asked: string[] = [];
  return {
    texts,
    exits,
    asked,
    env: setting.env ?? {},
    cwd: "/home/ann/work",
    home: setting.home === null ? undefined : setting.home ?? "/home/ann",
    uid: 1000,
    os: "linux",
    program: ["/usr/bin/phlb"],
    host: { name: "nb", pid: 4711, cores: 2 },
    runtime: "Deno 1.2.3",
    clock: new FakeClock(),
    terminal: setting.terminal ?? fakeTerminal(),
    files: {
      readText: (path) => texts.get(path),
      createText: (path, text) => {
        if (texts.has(path)) return false;
        texts.set(path, text);
        return true;
      },
      replaceText: (path, text) => void texts.set(path, text),
      removeText: (path) => texts.delete(path),
    },
    sleep: () => Promise.resolve(),
    every: () => () => {},
    edit: (path) => Promise.resolve(setting.edit?.(path, texts) ?? 0),
    sshKeygen: () => Promise.resolve(undefined),
    runProgram: (program, call) => Promise.resolve(setting.runProgram?.(program, call)),
    fetchText: (url) => {
      asked.push(url);
      return Promise.resolve(setting.fetchText?.(url) ?? { reason: "there is no network" });
    },
    onStopRequest: (listener) => listeners.push(listener),
    exit: (code) => exits.push(code),
    askToStop: () => listeners.forEach((listener) => listener()),
  };
}

/** What a command line came to. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly machine: FakeMachine;
}

/** Runs `phlb <args>` on a fake machine. Operations that a test does not give fail it. */
export async function runFake(
  args: readonly string[],
  { operations = {}, ...setting }: MachineSetting & { operations?: Partial<Operations> } = {},
): Promise<Ran> {
  const machine = fakeMachine(setting);
  const exitCode = await runCli(args, machine, { ...NO_OPERATIONS, ...operations });
  const { outText: out, errText: err } = machine.terminal;
  return { exitCode, out, err, machine };
}

const refuse = () => Promise.reject(new Error("Nothing was expected to run"));

/** Operations that fail the test that runs one. */
export const NO_OPERATIONS: Operations = {
  runJobs: refuse,
  completeValue: refuse,
  listSnapshots: refuse,
  snapshotPath: refuse,
  compareSource: refuse,
  diffSnapshots: refuse,
  listEntries: refuse,
  findVersions: refuse,
  pathHistory: refuse,
  rootStats: refuse,
  takePriority: refuse,
  notify: refuse,
  readersNote: () => Promise.resolve(undefined),
  verify: refuse,
  rebuild: refuse,
  examine: refuse,
  writeRescueKit: refuse,
  explain: refuse,
  prune: refuse,
  removeSnapshots: refuse,
  listTrash: refuse,
  restoreTrash: refuse,
  emptyTrash: refuse,
  forgetPath: refuse,
  changeMarks: refuse,
  repair: refuse,
  restore: refuse,
};
