/** Exit codes of every command. Source: DESIGN, in line with restic's. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  problems: 3,
  noRoot: 10,
  locked: 11,
  interrupted: 130,
} as const;

/** One of {@link EXIT}'s values. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What an {@link AppError} carries beside its message. */
export interface AppErrorOptions {
  /** Stable, upper case with underscores, for example `SOURCE_MISSING`. */
  readonly code: string;
  readonly exitCode: ExitCode;
  /** One sentence that says what the user can do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error the user can act on. Thrown anywhere, caught in `cli.ts` alone. */
export class AppError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = options.code;
    this.exitCode = options.exitCode;
    this.hint = options.hint;
  }
}
