import type { Clock } from "../base/clock.ts";
import type { BackupEvent } from "../backup/events.ts";
import type { FileSystem } from "../fs/file_system.ts";

/** What operations other than a backup tell while they go on. Counts and bytes only grow. */
export type WorkEvent =
  | {
    readonly kind: "begin";
    /** What is being done, one line without a full stop: `Verifying "home/2026-01-07-085247"`. */
    readonly text: string;
    /** What is to be done, as far as it is known; with it the time left can be told. */
    readonly expected?: { readonly entries: number; readonly bytes: number };
  }
  | Extract<BackupEvent, { readonly kind: "progress" | "log" | "problem" }>;

/** What an operation needs from the outside. */
export interface OpsDeps {
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** Aborted when the user wants the work to stop; the operation then throws `Cancelled`. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkEvent) => void;
}
