import type { BackupEvent } from "../backup/events.ts";
import type { LogLevel } from "../backup/snapshot/run_log.ts";
import type { Problem } from "../base/problem.ts";
import type { WorkEvent } from "../ops/ops_deps.ts";
import type { JsonMessage } from "./json_lines.ts";

/** One result of an operation: for people, and for programs. */
export interface Result {
  /** Lines without a newline at the end; undefined where people need not see it. */
  readonly text: string | undefined;
  readonly json: JsonMessage;
}

/** Shows what runs and operations tell. */
export interface Reporter {
  handle(event: BackupEvent | WorkEvent): void;
  /** Writes a result to the output. `--quiet` does not silence it: it was asked for. */
  result(result: Result): void;
  /** Leaves the terminal as it was found; call it before anything else is written. */
  close(): void;
}

/** How loud a reporter is. */
export interface Loudness {
  /** Least severe messages that are shown. */
  readonly level: LogLevel;
  /** False shows problems and errors alone. */
  readonly results: boolean;
}

const WEIGHT: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Whether a message of `level` is shown when `least` is the least severe one that is. */
export function isLoudEnough(level: LogLevel, least: LogLevel): boolean {
  return WEIGHT[level] >= WEIGHT[least];
}

/** An entry that is in the snapshot all the same is worth a warning, one that is not an error. */
export function problemLevel(problem: Problem): LogLevel {
  return problem.stored ? "warning" : "error";
}
