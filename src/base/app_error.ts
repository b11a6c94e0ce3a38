/** Exit codes of every command; {@link EXIT_MEANINGS} has them in words. In line with restic's. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  problems: 3,
  noRoot: 10,
  locked: 11,
  interrupted: 130,
  unread: 141,
} as const;

/** One of {@link EXIT}'s values. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code says, in their order; README, help and man pages take it from here. */
export const EXIT_MEANINGS: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [EXIT.ok, "done, nothing to report"],
  [EXIT.failed, "failed, nothing was published"],
  [EXIT.usage, "wrong command line or configuration"],
  [
    EXIT.problems,
    "done with problems: files that could not be read, damage or differences found",
  ],
  [EXIT.noRoot, "no backup root"],
  [EXIT.locked, "another run holds the backup root"],
  [EXIT.interrupted, "interrupted"],
  [EXIT.unread, "whoever read the output did not read it to its end, as with head"],
];

/** Whether a value is one of them. */
export function isExitCode(value: unknown): value is ExitCode {
  return Object.values(EXIT).some((code) => code === value);
}

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
