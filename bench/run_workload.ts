import { CommandFailed, measure, must, type Run } from "./measure.ts";
import type { Result } from "./results.ts";
import type { Step, Trial, Workload } from "./workload.ts";

/** How to run a workload. */
export interface RunOptions {
  /** Where to work; a directory `work` in it is made and removed. */
  readonly base: string;
  /** Counted repetitions. */
  readonly runs: number;
  /** Whether a first repetition warms the caches and is not counted. */
  readonly warmUp: boolean;
  /** Drop the caches before each run. */
  readonly cold: boolean;
  /** After the first repetition, no other is begun that would presumably end later than this. */
  readonly budgetSeconds?: number;
  /** Ends the bench between two runs. */
  readonly signal: AbortSignal;
}

interface Found {
  readonly step: string;
  readonly trial: Trial;
  readonly runs: Run[];
  failure: string | undefined;
}

/**
 * Runs all steps of a workload by all contenders, in alternation. A contender that fails is reported
 * in its result, the others go on.
 */
export async function runWorkload(workload: Workload, options: RunOptions): Promise<Result[]> {
  const found = new Map<string, Found>();
  const last = Math.max(options.runs, workload.runsAtLeast ?? 0);
  const { warmUp, budgetSeconds = Infinity } = options;
  const start = performance.now();
  for (let n = warmUp ? 0 : 1; n <= last; n++) {
    await repeat(workload, { ...options, n, found });
    const done = warmUp ? n + 1 : n;
    const secondsEach = (performance.now() - start) / 1000 / done;
    if (n > 0 && secondsEach * (done + 1) > budgetSeconds) break;
  }
  const { id, name } = workload;
  return [...found.values()].map(({ step, trial, runs, failure }) => {
    const { contender, command } = trial;
    return { workload: id, title: name, step, contender, command, runs, failure };
  });
}

type Repetition = RunOptions & { readonly n: number; readonly found: Map<string, Found> };

async function repeat(workload: Workload, repetition: Repetition): Promise<void> {
  const work = `${repetition.base}/work`;
  await must("rm", "-rf", work);
  await must("mkdir", "-p", work);
  try {
    await workload.prepare?.(work);
    const { source } = workload;
    for (const step of workload.steps) await runStep(step, { work, source, repetition });
  } finally {
    await must("rm", "-rf", work);
  }
}

interface StepPlace {
  readonly work: string;
  readonly source: string | undefined;
  readonly repetition: Repetition;
}

async function runStep(step: Step, { work, source, repetition }: StepPlace): Promise<void> {
  const { n, found } = repetition;
  await step.before?.();
  const trials = step.trials(work);
  // The results are listed in the trials' own order, whoever began.
  const noted = trials.map((trial) => noteOf(found, step, trial));
  for (const entry of rotate(noted, n)) {
    repetition.signal.throwIfAborted();
    await must("sync", "-f", repetition.base);
    if (repetition.cold) await must("sysctl", "-q", "vm.drop_caches=3");
    else if (source !== undefined) await readAll(source);
    const { trial } = entry;
    try {
      const run = await measure(trial.command, trial);
      if (n > 0) entry.runs.push(run);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      entry.failure ??= error.message;
    }
    await trial.after?.();
  }
}

/** Some programs drop from the caches what they have read: the next one should not pay for it. */
async function readAll(dir: string): Promise<void> {
  await must("sh", "-c", 'find "$0" -type f -exec cat {} + >/dev/null', dir);
}

function noteOf(found: Map<string, Found>, step: Step, trial: Trial): Found {
  const key = `${step.name}\0${trial.contender}`;
  const known = found.get(key);
  const entry = known === undefined
    ? { step: step.name, trial, runs: [], failure: undefined }
    : { ...known, trial };
  found.set(key, entry);
  return entry;
}

/** Another one begins each time, so that nobody always runs in what the same one left behind. */
export function rotate<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
