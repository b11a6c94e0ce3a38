import type { WorkEvent } from "../ops_deps.ts";
import { finding, FINDING_HINTS, type FindingCode } from "./finding.ts";
import { verifyRoot } from "./root_verify.ts";
import type { VerifiedRoot, VerifyDeps, VerifyOptions } from "./verify_options.ts";
import { resolveTargets, type RootTargets, type VerifyRequest } from "./targets.ts";
import { expectedOf } from "./expected.ts";

/** What a verify found out. */
export interface VerifyResult {
  readonly roots: readonly VerifiedRoot[];
  /** How often each kind of finding was told, in the order of their first. */
  readonly findings: ReadonlyMap<FindingCode, number>;
  readonly durationSeconds: number;
}

/**
 * Verifies snapshots: whether all that their manifests have is there and as they say, and whether all
 * contents have their digests. What differs is told as problems; nothing in the root is changed but
 * the record of what was read.
 *
 * @throws {SNAPSHOT_UNKNOWN} {ROOT_MISSING} {FENCE_MISSING} and what `resolveAddress` throws
 * @throws {Cancelled}
 */
export async function verify(
  request: VerifyRequest,
  options: VerifyOptions,
  deps: VerifyDeps,
): Promise<VerifyResult> {
  const { clock, fs, onEvent } = deps;
  const startedMs = clock.monotonicMs();
  const findings = new Map<FindingCode, number>();
  const count = (event: WorkEvent) => {
    if (event.kind === "problem" && isFindingCode(event.problem.code)) {
      findings.set(event.problem.code, (findings.get(event.problem.code) ?? 0) + 1);
    }
    onEvent(event);
  };
  const roots: VerifiedRoot[] = [];
  for (const wanted of resolveTargets(fs, request)) {
    const expected = expectedOf(fs, wanted, options);
    onEvent({
      kind: "begin",
      text: beginText(wanted),
      ...(expected === undefined ? {} : { expected }),
    });
    for (const { path, reason } of wanted.skipped) {
      const problem = finding({ snapshotId: path, relPath: "" }, { code: "unreadable", reason });
      count({ kind: "problem", problem });
    }
    roots.push(await verifyRoot(wanted, options, { ...deps, onEvent: count }));
  }
  return { roots, findings, durationSeconds: (clock.monotonicMs() - startedMs) / 1000 };
}

function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDING_HINTS, code);
}

function beginText({ root, targets }: RootTargets): string {
  const [first, ...others] = targets;
  if (first !== undefined && others.length === 0) return `Verifying "${first.id}" in "${root}"`;
  return `Verifying ${targets.length} snapshots in "${root}"`;
}
