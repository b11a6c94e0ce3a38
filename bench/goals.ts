/**
 * What phlb wants to reach, and whether it did.
 *
 * @module
 */
import { PEERS } from "./contenders.ts";
import type { Machine } from "./machine.ts";
import { findResult, type Result, secondsOf, SUBJECT } from "./results.ts";
import { ratios, type Spread, spread } from "./spread.ts";

/** A goal at one step. */
export interface Goal {
  readonly workload: string;
  readonly step: string;
  /** The rest of a sentence that begins with workload and step. */
  readonly text: string;
  readonly rule: Rule;
}

/** How a goal is judged, always by the median. */
export type Rule =
  /** phlb takes at most so much of a peer's time. */
  | { readonly kind: "takes"; readonly atMost: number; readonly of: string }
  /** phlb is at least so many times as fast as a peer, `per` as many threads as it has. */
  | {
    readonly kind: "faster";
    readonly atLeast: number;
    readonly than: string;
    readonly perCore?: true;
  }
  | { readonly kind: "seconds"; readonly atMost: number };

/** How a goal fared. */
export interface Verdict extends Goal {
  /** In the unit of the goal: a ratio, or seconds; undefined when it was not measured. */
  readonly measured: Spread | undefined;
  readonly met: boolean | undefined;
}

function takes(of: string, atMost: number): Pick<Goal, "text" | "rule"> {
  return { text: `≤ ${atMost} × ${of}`, rule: { kind: "takes", atMost, of } };
}

function faster(than: string, atLeast: number): Pick<Goal, "text" | "rule"> {
  return { text: `≥ ${atLeast} × as fast as ${than}`, rule: { kind: "faster", atLeast, than } };
}

function within(milliseconds: number): Pick<Goal, "text" | "rule"> {
  return { text: `≤ ${milliseconds} ms`, rule: { kind: "seconds", atMost: milliseconds / 1000 } };
}

const PER_CORE: Pick<Goal, "text" | "rule"> = {
  text: "≥ 0.9 × cores × hashing in one thread",
  rule: { kind: "faster", atLeast: 0.9, than: PEERS.hash, perCore: true },
};

const USR: readonly Goal[] = ["usr", "usr-doc"].flatMap((workload) =>
  ["first", "unchanged"].flatMap((step) => [
    { workload, step, ...faster(PEERS.rsync, 1) },
    { workload, step, ...faster(PEERS.restic, 1) },
  ])
);

/** All goals that can be judged by one run of the bench; those of growth are in `scale.ts`. */
export function goals({ reflinks }: Pick<Machine, "reflinks">): Goal[] {
  const one = { workload: "one", step: "first" };
  return [
    { workload: "small", step: "first", ...takes(PEERS.cp, 1) },
    { workload: "small", step: "first", ...faster(PEERS.rsync, 1) },
    { workload: "small", step: "first", ...faster(PEERS.restic, 1) },
    { workload: "small", step: "unchanged", ...takes(PEERS.cp, 1.3) },
    { workload: "small", step: "unchanged", ...faster(PEERS.rsync, 4) },
    { workload: "small", step: "unchanged", ...faster(PEERS.restic, 2) },
    { workload: "small", step: "1 % changed", ...takes(PEERS.cp, 1.5) },
    { workload: "large", step: "first", ...takes(PEERS.cp, 0.9) },
    // A reflink costs nothing, so nothing but the hashing is left.
    { ...one, ...(reflinks ? takes(PEERS.hash, 1.15) : takes(PEERS.cp, 1.15)) },
    ...USR,
    { workload: "read-small", step: "verify", ...PER_CORE },
    { workload: "read-large", step: "verify", ...PER_CORE },
    { workload: "start", step: "--version", ...within(60) },
    { workload: "start", step: "list one snapshot", ...within(80) },
  ];
}

/** Judges the goals whose workloads were run. */
export function judge(
  list: readonly Goal[],
  { results, cores }: { results: readonly Result[]; cores: number },
): Verdict[] {
  const ran = new Set(results.map(({ workload }) => workload));
  return list.filter(({ workload }) => ran.has(workload)).map((goal) => {
    const values = valuesOf(goal, { results, cores });
    if (values === undefined || values.length === 0) {
      return { ...goal, measured: undefined, met: undefined };
    }
    const measured = spread(values);
    return { ...goal, measured, met: isMet(goal.rule, measured.median) };
  });
}

function valuesOf(
  { workload, step, rule }: Goal,
  { results, cores }: { results: readonly Result[]; cores: number },
): number[] | undefined {
  const times = (contender: string) => {
    const result = findResult(results, { workload, step, contender });
    return result === undefined || result.failure !== undefined ? undefined : secondsOf(result);
  };
  const own = times(SUBJECT);
  if (own === undefined || rule.kind === "seconds") return own;
  const peer = times(rule.kind === "takes" ? rule.of : rule.than);
  if (peer === undefined) return undefined;
  if (rule.kind === "takes") return ratios(own, peer);
  const threads = rule.perCore === true ? cores : 1;
  return ratios(peer, own).map((ratio) => ratio / threads);
}

function isMet(rule: Rule, median: number): boolean {
  return rule.kind === "faster" ? median >= rule.atLeast : median <= rule.atMost;
}
