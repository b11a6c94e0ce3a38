import type { BackupEvent } from "../backup/events.ts";
import type { LogLevel } from "../backup/snapshot/run_log.ts";
import type { Problem } from "../base/problem.ts";

/** Shows what runs tell. */
export interface Reporter {
  handle(event: BackupEvent): void;
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
