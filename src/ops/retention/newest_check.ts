import type { Problem } from "../../base/problem.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import { verifyRoot } from "../verify/root_verify.ts";
import type { GuardContext, Refusal } from "./guard.ts";

const VERIFY_FIRST = "Run phlb verify to see what is wrong, and phlb backup for a new snapshot";

/**
 * Why older snapshots must stay because of the newest one of their name: it has to be complete, and
 * to be what was stored as far as a look without reading contents tells. Undefined when it is.
 *
 * @throws {Cancelled}
 */
export async function checkNewest(
  newest: ListedSnapshot,
  { deps, root, settings }: GuardContext,
): Promise<Refusal | undefined> {
  if (newest.kind !== "phlb") {
    return {
      reason: "its newest snapshot has no manifest, so that nobody can say whether it is complete",
      hint: "Take it in with phlb add, or make a new snapshot with phlb backup",
      canForce: false,
    };
  }
  if (newest.summary?.complete === false) {
    return { reason: "its newest snapshot is not complete", hint: VERIFY_FIRST, canForce: false };
  }
  const problems: Problem[] = [];
  await verifyRoot({
    root,
    targets: [{ root, ref: newest, id: newest.id, relPath: "" }],
    scope: "",
    isWhole: false,
    skipped: [],
  }, {
    fast: true,
    sample: undefined,
    maxDurationMs: undefined,
    resume: false,
    settings,
  }, {
    ...deps,
    cores: deps.host.cores,
    onEvent: (event) => {
      if (event.kind !== "problem") return deps.onEvent(event);
      // The manifest of the one before may be told as well.
      if (event.problem.snapshotId === newest.id) problems.push(event.problem);
    },
  });
  const [first, ...others] = problems;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return {
    reason: `its newest snapshot is not what was stored: ${first.message}${more}`,
    hint: VERIFY_FIRST,
    canForce: false,
  };
}
