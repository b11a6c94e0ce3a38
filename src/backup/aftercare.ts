import type { Settings } from "../config/schema.ts";
import type { FileSystem } from "../fs/file_system.ts";
import type { CancelFlag } from "../threads/cancel.ts";
import type { RootDir } from "./run/preflight.ts";
import type { LogLevel } from "./snapshot/run_log.ts";

/** A content of which a damaged stored file was met, and that this run has stored or linked anew. */
export interface HealedContent {
  readonly digest: string;
  /** Where it lies in the snapshot in work. */
  readonly relPath: string;
}

/** What {@link Aftercare.heal} works with, under the lock of the run. */
export interface HealRequest {
  readonly fs: FileSystem;
  readonly root: RootDir;
  readonly settings: Settings;
  readonly cancel: CancelFlag;
  /** The snapshot in work, still called `.<time>.partial`. */
  readonly partial: { readonly name: string; readonly time: string };
  readonly contents: readonly HealedContent[];
  readonly log: (level: LogLevel, message: string) => void;
}

/** What a run does for older snapshots, by means of other operations; passed in by these. */
export interface Aftercare {
  /**
   * Puts good copies in the place of damaged files in older snapshots; resolves with how many names
   * are right again.
   */
  heal(request: HealRequest): Promise<number>;
  /** Keeps the snapshot `<name>/<time>` from being pruned. */
  pin(fs: FileSystem, root: RootDir, snapshot: { name: string; time: string }): Promise<void>;
}
