import type { Run } from "./measure.ts";
import { ratios, type Spread, spread } from "./spread.ts";

/** All counted runs of one contender at one step of one workload. */
export interface Result {
  /** Short and the same for all sizes, see {@link Workload.id}. */
  readonly workload: string;
  readonly title: string;
  readonly step: string;
  readonly contender: string;
  /** What was run the last time. */
  readonly command: readonly string[];
  readonly runs: readonly Run[];
  /** Why it has no times: the first run that failed. */
  readonly failure: string | undefined;
}

/** The contender that the others are compared with. */
export const SUBJECT = "phlb";

/** Wall-clock seconds of all runs. */
export function secondsOf(result: Result): number[] {
  return result.runs.map(({ seconds }) => seconds);
}

/** Largest resident set of all runs in MiB; undefined where GNU time is missing. */
export function peakOf(result: Result): number | undefined {
  const peaks = result.runs.map(({ peakMib }) => peakMib).filter((peak) => peak !== undefined);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

/** One contender's result at a step. */
export function findResult(
  results: readonly Result[],
  where: Pick<Result, "workload" | "step" | "contender">,
): Result | undefined {
  return results.find(({ workload, step, contender }) =>
    workload === where.workload && step === where.step && contender === where.contender
  );
}

/** How much of a peer's time phlb takes at the same step; undefined when one of them has no times. */
export function ratioTo(peer: Result, results: readonly Result[]): Spread | undefined {
  const subject = findResult(results, { ...peer, contender: SUBJECT });
  if (peer.contender === SUBJECT || subject === undefined) return undefined;
  if (subject.failure !== undefined || peer.failure !== undefined) return undefined;
  return spread(ratios(secondsOf(subject), secondsOf(peer)));
}

/** The results of each step, in the order of the bench. */
export function byStep(results: readonly Result[]): Result[][] {
  return [...Map.groupBy(results, ({ workload, step }) => `${workload}\0${step}`).values()];
}
