/**
 * All there is to say of one path: which rule keeps it or leaves it out, and where its backups lie.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { jobRules, readPatternFiles } from "../../backup/run/job_rules.ts";
import { openRootDir, openSource, type RootDir } from "../../backup/run/preflight.ts";
import type { Job } from "../../config/config.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { listRoot } from "../list_snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { explainRules, type RuleVerdict } from "./explain_rules.ts";
import { type StoredVersions, storedVersions } from "./stored_versions.ts";

/** What {@link explain} needs from the outside. */
export interface ExplainDeps extends OpsDeps {
  /** Text of a file that the configuration names; throws when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Absolute. */
  readonly cwd: string;
}

/** What is to be explained. */
export interface ExplainQuery {
  /** As a user wrote it: absolute, or relative to the current directory or the source. */
  readonly path: string;
  /** Source, backup root, name and rules. */
  readonly job: Job;
  /** Those whose sources are looked at when `job` has none. */
  readonly jobs: readonly Job[];
  /** Whether stored contents are read. */
  readonly check: boolean;
}

/** What there is to say. */
export interface Explanation {
  /** The source, absolute and without symlinks, and the path below it. */
  readonly source: string;
  readonly relPath: string;
  readonly jobId: string | undefined;
  readonly verdict: RuleVerdict;
  /** Undefined where there is no backup root to look into. */
  readonly stored: StoredVersions | undefined;
  /** Absolute; undefined when none is configured, or it is not there. */
  readonly root: string | undefined;
  /** Why there is none. */
  readonly rootMissing: AppError | undefined;
}

/**
 * See the module text. Writes nothing and takes no lock.
 *
 * @throws {AppError} PATH_OUTSIDE, SOURCE_MISSING, SOURCE_UNREADABLE, EXCLUDE_FILE_UNREADABLE
 * @throws {Cancelled}
 */
export async function explain(deps: ExplainDeps, query: ExplainQuery): Promise<Explanation> {
  const { fs, cwd } = deps;
  const job = chooseJob(query, cwd);
  const { destination, name } = job.settings;
  const { root, missing } = openRootIfThere(fs, destination);
  const listed = root === undefined ? [] : listRoot(fs, { root: root.path, name }).snapshots;
  const wanted = resolve(cwd, query.path);
  const sources = listed.flatMap(({ summary }) => summary?.source ?? []);
  const source = openSource(fs, job.settings.source ?? sourceOf(wanted, sources) ?? cwd);
  const relPath = pathBelow(fs, source, { path: query.path, wanted });
  const isInside = root?.path.startsWith(source.path === "/" ? "/" : `${source.path}/`) === true;
  const rules = jobRules(job, {
    patternFiles: readPatternFiles(job, deps),
    rootInSource: isInside ? root : undefined,
  });
  const verdict = explainRules(fs, { source, relPath, rules });
  // Snapshots without a summary are believed by their name.
  const snapshots: SnapshotRef[] = listed.filter((one) =>
    one.kind !== "partial" &&
    (one.summary?.source === source.path ||
      (one.summary === undefined && one.name === (name ?? basename(source.path))))
  );
  const stored = root === undefined
    ? undefined
    : await storedVersions(deps, { root: root.path, snapshots, relPath, check: query.check });
  return {
    source: source.path,
    relPath,
    jobId: job.id,
    verdict,
    stored,
    root: root?.path,
    rootMissing: missing,
  };
}

/** The job whose source the path lies in, the innermost one. */
function chooseJob({ job, jobs, path }: ExplainQuery, cwd: string): Job {
  if (job.settings.source !== undefined) return job;
  const wanted = resolve(cwd, path);
  const sources = jobs.flatMap(({ settings: { source } }) => source ?? []);
  const source = sourceOf(wanted, sources);
  return jobs.find(({ settings }) => source !== undefined && settings.source === source) ?? job;
}

/** The innermost of the directories in which `path` lies. */
function sourceOf(path: string, sources: readonly string[]): string | undefined {
  return sources.filter((source) => below(path, source) !== undefined)
    .sort((a, b) => b.length - a.length)[0];
}

function openRootIfThere(
  fs: FileSystem,
  destination: string | undefined,
): { readonly root?: RootDir; readonly missing?: AppError } {
  if (destination === undefined) return {};
  try {
    return { root: openRootDir(fs, destination) };
  } catch (error) {
    if (error instanceof AppError) return { missing: error };
    throw error;
  }
}

/** The path below the source; the last component itself may be a symlink. */
function pathBelow(
  fs: FileSystem,
  source: RootDir,
  { path, wanted }: { path: string; wanted: string },
): string {
  const candidates = [wanted, ...realForm(fs, wanted), resolve(source.path, path)];
  const found = candidates.map((candidate) => below(candidate, source.path))
    .find((relPath) => relPath !== undefined);
  if (found !== undefined) return found;
  throw new AppError(
    `Cannot explain "${printable(path)}": it lies outside of the source "${
      printable(source.path)
    }"`,
    {
      code: "PATH_OUTSIDE",
      exitCode: EXIT.usage,
      hint: "Name the source with --source DIR, or the job with --job ID",
    },
  );
}

function realForm(fs: FileSystem, path: string): string[] {
  try {
    return [join(fs.realPath(dirname(path)), basename(path))];
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}

function below(path: string, dir: string): string | undefined {
  if (path === dir) return "";
  const prefix = dir.endsWith("/") ? dir : `${dir}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}
