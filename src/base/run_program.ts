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
}

/** How a program ended, and all that it wrote. */
export interface ProgramEnd {
  /** 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a program, by its name on the search path or its absolute path, and waits for its end;
 * undefined when there is none that may be run.
 */
export type RunProgram = (program: string, call: ProgramCall) => Promise<ProgramEnd | undefined>;
