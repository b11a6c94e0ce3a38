import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { ProgramEnd, RunProgram } from "../../base/run_program.ts";
import type { TextFiles } from "../../base/text_files.ts";
import type { ScheduledJob } from "./scheduled_job.ts";
import { originLine, type Scope, WRITTEN_BY } from "./systemd_units.ts";

/** The kinds of scheduler there are. */
export const BACKENDS = ["systemd", "cron", "launchd", "windows"] as const;

/** One of {@link BACKENDS}. */
export type Backend = (typeof BACKENDS)[number];

/** A file that a schedule consists of, or a part of one. */
export interface UnitFile {
  /** Absolute, or `crontab`. */
  readonly path: string;
  readonly text: string;
}

/** What starts jobs by itself. */
export interface Scheduler {
  readonly backend: Backend;
  readonly scope: Scope;
  /**
   * What installing a job would write.
   *
   * @throws {SCHEDULE_UNWRITABLE}
   */
  files(job: ScheduledJob): readonly UnitFile[];
  /**
   * Writes and enables a job's schedule, in place of one that is there. Resolves with what a user
   * should know.
   *
   * @throws {SCHEDULE_UNWRITABLE} {SCHEDULE_FOREIGN} {SCHEDULER_FAILED}
   */
  install(job: ScheduledJob, options: { force: boolean }): Promise<string[]>;
  /** Ends and removes a unit's schedule; resolves with false when there is none of ours. */
  remove(unit: string): Promise<boolean>;
  /** Units that we have written. */
  installed(): Promise<readonly string[]>;
}

/** What schedulers work with. */
export interface SchedulerDeps {
  readonly files: TextFiles;
  readonly runProgram: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  readonly uid: number | null;
  readonly os: string;
  /** Names in a directory; none when it cannot be read. */
  readonly listNames: (path: string) => readonly string[];
}

/** How {@link runTool} calls. */
export interface ToolCall {
  readonly args: readonly string[];
  readonly input?: string;
  /** Says of a failed call that it is none. */
  readonly isFine?: (end: ProgramEnd) => boolean;
}

/** Longer than any of these programs takes. */
const TIMEOUT_MS = 60_000;

/**
 * Runs a program of the system.
 *
 * @throws {SCHEDULER_FAILED} when there is none, or it fails
 */
export async function runTool(
  { runProgram }: Pick<SchedulerDeps, "runProgram">,
  program: string,
  { args, input, isFine }: ToolCall,
): Promise<ProgramEnd> {
  const end = await runProgram(program, {
    args,
    env: { LC_ALL: "C" },
    timeoutMs: TIMEOUT_MS,
    ...(input === undefined ? {} : { input: [new TextEncoder().encode(input)] }),
  });
  if (end?.code === 0 || (end !== undefined && isFine?.(end) === true)) return end;
  const reason = end === undefined
    ? "there is no such program"
    : end.timedOut
    ? "it took too long"
    : printable(end.stderr.trim()) || `exit code ${end.code}`;
  throw new AppError(`Cannot run "${printable([program, ...args].join(" "))}": ${reason}`, {
    code: "SCHEDULER_FAILED",
    exitCode: EXIT.failed,
    hint: "--print shows what is to be installed, --backend chooses another scheduler",
  });
}

/**
 * Checks that a file is ours to write, if there is one.
 *
 * @throws {SCHEDULE_FOREIGN} when another program, or phlb for another configuration, wrote it
 */
export function checkForeign(
  before: string | undefined,
  { job, path, force }: { job: ScheduledJob; path: string; force: boolean },
): void {
  if (before === undefined || force) return;
  const isOurs = before.includes(WRITTEN_BY);
  if (isOurs && before.includes(originLine(job))) return;
  const who = isOurs ? "phlb wrote it for another configuration" : "phlb did not write it";
  throw new AppError(`Cannot schedule ${job.label}: "${printable(path)}" is there, and ${who}`, {
    code: "SCHEDULE_FOREIGN",
    exitCode: EXIT.usage,
    hint: "Give the job another id, or replace the file with --force",
  });
}

/** Writes files and enables them; when that fails, everything is as it was. */
export async function writeUnits(
  { files }: Pick<SchedulerDeps, "files">,
  units: readonly UnitFile[],
  enable: () => Promise<void>,
): Promise<void> {
  const before = units.map(({ path }) => ({ path, text: files.readText(path) }));
  try {
    for (const { path, text } of units) files.replaceText(path, text);
    await enable();
  } catch (error) {
    for (const { path, text } of before) {
      if (text === undefined) files.removeText(path);
      else files.replaceText(path, text);
    }
    if (error instanceof AppError || !(error instanceof Error)) throw error;
    const paths = units.map(({ path }) => `"${printable(path)}"`).join(" and ");
    throw new AppError(`Cannot write ${paths}: ${error.message}`, {
      code: "SCHEDULER_FAILED",
      exitCode: EXIT.failed,
      hint: "May this user write there? --user makes a schedule of your own",
      cause: error,
    });
  }
}

/** Undefined for a file that is missing or cannot be read. */
export function textOf({ files }: Pick<SchedulerDeps, "files">, path: string): string | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/**
 * The home directory of the user to schedule for.
 *
 * @throws {SCHEDULER_FAILED} when there is none
 */
export function needHome(home: string | undefined): string {
  if (home !== undefined) return home;
  throw new AppError("Cannot schedule for this user: there is no home directory", {
    code: "SCHEDULER_FAILED",
    exitCode: EXIT.usage,
    hint: "Set HOME, or schedule for the system with --system",
  });
}
