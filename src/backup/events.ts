import type { Problem } from "../base/problem.ts";
import type { Summary } from "../store/summary.ts";
import type { LogLevel } from "./snapshot/run_log.ts";

/** A command of the configuration has run. */
export interface HookEvent {
  readonly kind: "hook";
  readonly jobId?: string;
  /** `run_before` and so on. */
  readonly hook: string;
  readonly args: readonly string[];
  /** Why it failed, the end of a sentence; undefined when it went well. */
  readonly failure: string | undefined;
  /** Undefined when it was not there. */
  readonly exitCode: number | undefined;
  readonly seconds: number;
  /** The end of what it wrote. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A notification was sent, or could not be sent. */
export interface NotificationEvent {
  readonly kind: "notification";
  readonly jobId?: string;
  /** `email` and so on. */
  readonly channel: string;
  /** `failure`, `problem`, `overdue`, `success`, `start` or `test`. */
  readonly about: string;
  /** Why it could not be sent, the end of a sentence; undefined when it was. */
  readonly failure: string | undefined;
}

/** What a run tells while it goes on. Counts and bytes only grow. */
export type BackupEvent =
  | {
    readonly kind: "start";
    readonly jobId?: string;
    /** Absolute. */
    readonly source: string;
    /** Absolute path that the snapshot will have. */
    readonly snapshotPath: string;
    /** What the previous run met; absent when there was none. */
    readonly expected?: { readonly entries: number; readonly bytes: number };
  }
  | {
    readonly kind: "progress";
    readonly entriesDone: number;
    /** With what is done of large files in work. */
    readonly bytesDone: number;
    /** What the walk has met so far; the final number once `walkDone`. */
    readonly entriesFound: number;
    readonly bytesFound: number;
    readonly walkDone: boolean;
    readonly problems: number;
    /** Relative to the source. */
    readonly currentPath: string;
    readonly largeFile?: {
      readonly path: string;
      readonly bytesDone: number;
      readonly sizeBytes: number;
    };
  }
  | { readonly kind: "log"; readonly level: LogLevel; readonly message: string }
  | { readonly kind: "problem"; readonly problem: Problem }
  | HookEvent
  | NotificationEvent
  | {
    readonly kind: "summary";
    readonly summary: Summary;
    /** False for a run that was interrupted or failed, and for a dry run. */
    readonly published: boolean;
    /** Nothing was written: `copied` is what would be read, and stored unless the root holds it. */
    readonly dryRun: boolean;
    /** Absolute path of the snapshot, or of what is left of it. */
    readonly snapshotPath: string;
  };
