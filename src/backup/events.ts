import type { Problem } from "../base/problem.ts";
import type { Summary } from "../store/summary.ts";
import type { LogLevel } from "./snapshot/run_log.ts";

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
