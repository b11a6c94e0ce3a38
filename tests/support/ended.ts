import { AppError, EXIT } from "../../src/base/app_error.ts";
import type { Problem } from "../../src/base/problem.ts";
import { systemFailure } from "../../src/fs/system_failure.ts";
import { Cancelled } from "../../src/threads/cancel.ts";
import type { Ended } from "./inline_thread.ts";

/** What no table of exit codes has: a mistake in phlb. */
export const MISTAKE = 70;

/** How the command line would end. */
export function endedWith(cause: unknown, problems: readonly Problem[]): Ended {
  const error = systemFailure(cause);
  if (error instanceof AppError) return { exitCode: error.exitCode, error, problems };
  if (error instanceof Cancelled) return { exitCode: EXIT.interrupted, error, problems };
  if (error !== undefined) return { exitCode: MISTAKE, error, problems };
  return { exitCode: problems.length > 0 ? EXIT.problems : EXIT.ok, error, problems };
}
