import { AppError, EXIT } from "../base/app_error.ts";
import type { OwnedText } from "../base/owned_text.ts";
import type { Assignment } from "./assignment.ts";
import {
  type Config,
  type ConfigDeps,
  type ConfigFile,
  type Flags,
  type Job,
  originText,
} from "./config.ts";
import { CONFIG_VARIABLE, type SearchPlan, searchPlan } from "./config_files.ts";
import { conflictsOf } from "./conflicts.ts";
import { type LayerContent, readFileLayer } from "./file_layer.ts";
import type { ConfigProblem } from "./given.ts";
import { HOOK_VARIABLES } from "./hook_variables.ts";
import { KEYS, variableOf } from "./keys.ts";
import { mistrusted } from "./mistrust.ts";
import { nearest } from "./nearest.ts";
import { resolveJob, withHooks } from "./resolve_job.ts";
import { readEnvironmentLayer, readFlagLayer } from "./text_layer.ts";

/** How {@link loadConfig} is to look for files. */
export interface LoadOptions {
  /** Read only this file; relative to the current directory. */
  readonly configFile?: string | undefined;
}

/**
 * Everything that is configured: flags before environment before files (nearer ones first) before
 * defaults, key by key. What a `[[job]]` sets in any file goes before what any file sets outside
 * of jobs.
 *
 * @throws {CONFIG_INVALID} with all errors of all layers, when there are any
 */
export function loadConfig(deps: ConfigDeps, flags: Flags, options: LoadOptions = {}): Config {
  const plan = searchPlan(deps, options.configFile);
  const problems: ConfigProblem[] = [];
  const texts = plan.paths.map((path) => ({ path, ...readFile(deps, { path, plan, problems }) }));
  const near = texts.flatMap(({ path, text }) =>
    text === undefined ? [] : [readFileLayer({ path, text, home: deps.home })]
  );
  const typed = [readFlagLayer(flags, deps), readEnvironmentLayer(deps)];
  const layers = [...typed, ...near];
  problems.push(...layers.flatMap((layer) => layer.problems));
  if (problems.length > 0) throw invalid(problems);
  const ids = new Set(near.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
  const main = resolveJob(undefined, assignmentsOf(layers, undefined));
  const jobs = [...ids].map((id) => {
    const own = ownAssignments(layers, id);
    return withHooks(resolveJob(id, assignmentsOf(layers, id)), { main, own });
  });
  const conflicts = [main, ...jobs].flatMap(conflictsOf);
  if (conflicts.length > 0) throw invalid(conflicts);
  return {
    main: mistrusted(main, texts),
    jobs: jobs.map((job) => mistrusted(job, texts)),
    layers: layers.map(({ layer }) => layer).filter(({ keys }) => keys.length > 0),
    files: texts.map(({ path, text }): ConfigFile => ({ path, found: text !== undefined })),
    warnings: strangeVariables(deps.env),
  };
}

/**
 * The job of that id.
 *
 * @throws {JOB_UNKNOWN} when no file has it
 */
export function selectJob(config: Config, id: string): Job {
  const job = config.jobs.find((candidate) => candidate.id === id);
  if (job) return job;
  const known = config.jobs.flatMap((candidate) => candidate.id ?? []);
  const ids = known.map((one) => `"${one}"`).join(", ");
  const near = nearest(id, known);
  const meant = near === undefined ? "" : `Did you mean "${near}"? `;
  throw new AppError(`Cannot run the job "${id}": no configuration file has it`, {
    code: "JOB_UNKNOWN",
    exitCode: EXIT.usage,
    hint: ids === ""
      ? 'Jobs are [[job]] tables in a phlb.toml, each with an "id"'
      : `${meant}Jobs: ${ids}`,
  });
}

/** Weakest first. */
function assignmentsOf(layers: readonly LayerContent[], id: string | undefined): Assignment[] {
  const weakFirst = layers.toReversed();
  const isFile = ({ layer }: LayerContent) => layer.origin === "file";
  const plain = (content: LayerContent) => content.assignments;
  return [
    ...weakFirst.filter(isFile).flatMap(plain),
    ...ownAssignments(layers, id),
    ...weakFirst.filter((content) => !isFile(content)).flatMap(plain),
  ];
}

/** What `[[job]]` tables of that id set, weakest first. */
function ownAssignments(layers: readonly LayerContent[], id: string | undefined): Assignment[] {
  return layers.toReversed().flatMap(({ jobs }) =>
    jobs.filter((job) => job.id === id).flatMap((job) => job.assignments)
  );
}

interface FileAttempt {
  readonly path: string;
  readonly plan: SearchPlan;
  readonly problems: ConfigProblem[];
}

function readFile(
  { reader }: ConfigDeps,
  { path, plan, problems }: FileAttempt,
): Partial<OwnedText> {
  const complain = (reason: string) =>
    problems.push({
      origin: { layer: "file", file: path },
      message: `Cannot read the configuration file: ${reason}`,
    });
  try {
    const owned = reader.readOwned?.(path);
    const text = owned === undefined ? reader.readText(path) : owned.text;
    if (text === undefined) {
      if (plan.explicit) complain("there is no such file");
      return {};
    }
    return { ...owned, text };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    complain(error.message);
    return {};
  }
}

function invalid(problems: readonly ConfigProblem[]): AppError {
  const count = problems.length === 1 ? "1 error" : `${problems.length} errors`;
  const lines = problems.map(({ origin, message }) => `  ${originText(origin)}: ${message}`);
  return new AppError([`Cannot use the configuration: ${count}`, ...lines].join("\n"), {
    code: "CONFIG_INVALID",
    exitCode: EXIT.usage,
    hint: '"phlb config init" writes an example with every key',
  });
}

/** Variables that look like a misspelt one of ours; others may be somebody else's. */
function strangeVariables(env: ConfigDeps["env"]): string[] {
  const known = [...KEYS.map(variableOf), CONFIG_VARIABLE, ...HOOK_VARIABLES];
  const bare = (variable: string) => variable.slice("PHLB_".length);
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith("PHLB_") || known.includes(name)) return [];
    const near = nearest(bare(name), known.map(bare));
    return near === undefined ? [] : [
      `The environment variable "${name}" is not known; the nearest one is "PHLB_${near}"`,
    ];
  });
}
