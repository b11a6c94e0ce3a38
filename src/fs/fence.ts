/**
 * The kernel's fence around one worker thread: after {@link raiseFence}, this thread can reach
 * nothing but the named trees, whatever it runs, FFI included.
 *
 * @module
 */

/** What a thread may still do; absolute paths of existing directories. */
export interface FenceRules {
  /** Trees it may list and read. */
  readonly read: readonly string[];
  /** Trees it may read, create, write, link, rename and delete in. */
  readonly write: readonly string[];
}

/** How it went. */
export interface FenceState {
  readonly raised: boolean;
  /** Landlock's ABI version, 0 where the kernel has none. */
  readonly abi: number;
  /** One sentence for the log when it was not raised. */
  readonly reason?: string;
}
