/** Where text goes; a reader that has gone away is not an error. */
export interface TextStream {
  /** Whether a person is looking at it right now. */
  readonly isTty: boolean;
  /** Whether its reader was found to have gone away: nobody needs to write any more. */
  readonly isGone?: boolean;
  /** Why text was lost: the system's words for a full disk and the like. */
  readonly failure?: string | undefined;
  /** Text goes out as UTF-8, bytes as they are. */
  write(data: string | Uint8Array): void;
}

/** The two streams of a program, passed in so that tests can read them. */
export interface Terminal {
  /** Width of the screen at this moment, in cells. */
  readonly columns: number;
  /** Results: what a script would read. */
  readonly out: TextStream;
  /** Everything about the way there: progress, log lines, errors. */
  readonly err: TextStream;
}

/** The variables that say what a terminal can show. */
export type TerminalEnv = Readonly<Record<string, string | undefined>>;

/** What is taken where nobody knows how wide the screen is. */
const DEFAULT_COLUMNS = 80;

/**
 * Width of the screen: that of the terminal or, where it is less or there is no terminal, what
 * `COLUMNS` says. A larger one would have lines wrapped.
 */
export function screenColumns(env: TerminalEnv, terminal: number | undefined): number {
  const text = env["COLUMNS"] ?? "";
  const wanted = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : undefined;
  const real = terminal !== undefined && terminal > 0 ? terminal : undefined;
  return Math.min(wanted ?? Infinity, real ?? (wanted === undefined ? DEFAULT_COLUMNS : Infinity));
}

/**
 * Whether to write colours to a stream.
 *
 * Source: no-color.org (any value but the empty one turns colours off) and bixense.com/clicolors.
 */
export function wantsColor(stream: TextStream, env: TerminalEnv): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if (!["", "0"].includes(env["CLICOLOR_FORCE"] ?? "")) return true;
  if (env["CLICOLOR"] === "0") return false;
  return canMoveCursor(stream, env);
}

/** Whether lines that were written can be written again. */
export function canMoveCursor(stream: TextStream, env: TerminalEnv): boolean {
  return stream.isTty && env["TERM"] !== "dumb";
}

const COLORS = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33", cyan: "36" } as const;

/** `text` in a colour, or as it is when `enabled` is false. */
export function paint(
  text: string,
  { color, enabled }: { color: keyof typeof COLORS; enabled: boolean },
): string {
  return enabled ? `\x1b[${COLORS[color]}m${text}\x1b[0m` : text;
}
