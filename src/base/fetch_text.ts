/** What to ask for, and how long. */
export interface FetchCall {
  /** Milliseconds until it is given up. */
  readonly timeoutMs: number;
  /** A longer answer is not read. */
  readonly maxBytes: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A server's answer, or why there is none. */
export type Fetched =
  | { readonly status: number; readonly text: string }
  | { readonly reason: string };

/** Asks a server, following its redirections; never throws for what the network does. */
export type FetchText = (url: string, call: FetchCall) => Promise<Fetched>;
