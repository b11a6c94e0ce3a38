import type { FenceState } from "../fs/fence.ts";
import type { FileSystemKind } from "../fs/file_system.ts";

/** What every thread is told first. */
export interface ThreadStart {
  readonly fileSystem: FileSystemKind;
  /** Whether to raise the kernel's fence. */
  readonly fence: boolean;
  readonly cancel: SharedArrayBuffer;
  /** What all threads together may read, see `read_budget.ts`; undefined: all they can. */
  readonly budget?: SharedArrayBuffer | undefined;
}

/** What a thread answers to its start. */
export interface ThreadReport {
  readonly fence: FenceState;
}
