import type { Job } from "../../config/config.ts";
import { HOOK_VARIABLES } from "../../config/hook_variables.ts";
import type { AfterDeps } from "../after_backup.ts";
import type { JobOutcome } from "../job_outcome.ts";
import type { RunWatch } from "./run_watch.ts";

/** What a hook is told about. */
export interface HookSubject {
  readonly job: Job;
  readonly deps: Pick<AfterDeps, "cwd" | "readText">;
  readonly watch: RunWatch;
  /** Undefined before the backup. */
  readonly outcome: JobOutcome | undefined;
}

/**
 * What a hook has in its environment besides ours; see the README. Every variable is set, so that
 * none is left over from a phlb that runs this one in a hook of its own.
 */
export function hookEnvironment(
  hook: string,
  { job, deps, watch, outcome }: HookSubject,
): Record<string, string> {
  const { settings } = job;
  const summary = watch.beside("-summary.json");
  const told: Readonly<Record<string, string | undefined>> = {
    PHLB_HOOK: hook,
    PHLB_JOB: job.id,
    PHLB_SOURCE: settings.source ?? deps.cwd,
    PHLB_ROOT: settings.destination,
    PHLB_SNAPSHOT: watch.isPublished ? watch.snapshotPath : undefined,
    PHLB_SUMMARY: summary !== undefined && isThere(summary, deps) ? summary : undefined,
    PHLB_LOG: watch.beside("-backup.log"),
    PHLB_EXIT_CODE: outcome?.exitCode.toString(),
    PHLB_PROBLEMS: outcome?.summary?.counts.problems.toString(),
    PHLB_ERROR: outcome?.error?.message,
  };
  // A variable cannot hold a NUL.
  return Object.fromEntries(
    HOOK_VARIABLES.map((name) => [name, (told[name] ?? "").replaceAll("\0", "\\0")]),
  );
}

function isThere(path: string, { readText }: Pick<AfterDeps, "readText">): boolean {
  try {
    return readText(path) !== undefined;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
