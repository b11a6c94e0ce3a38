/** What to give a program of this machine. */
export interface ProgramCall {
  readonly args: readonly string[];
  /** Added to our own environment, or in place of what is there. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute; ours when not given. */
  readonly cwd?: string;
  /** Its standard input; empty when not given. */
  readonly input?: Iterable<Uint8Array<ArrayBuffer>>;
  /** Milliseconds after which it is ended, with all that it started. */
  readonly timeoutMs?: number;
  /** Ends it in the same way. */
  readonly signal?: AbortSignal;
  /** Milliseconds that it has to end by itself once it is asked to; 0 when not given. */
  readonly graceMs?: number;
  /** Of each output, only so many bytes at its end are kept; all when not given. */
  readonly keepBytes?: number;
}

/** How a program ended, and what it wrote. */
export interface ProgramEnd {
  /** 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a program, by its name on the search path or its absolute path, and waits for its end;
 * undefined when there is none that may be run. What it leaves running in the background is waited
 * for no longer than a second, also when that still has its output.
 */
export type RunProgram = (program: string, call: ProgramCall) => Promise<ProgramEnd | undefined>;
