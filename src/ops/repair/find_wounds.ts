/**
 * Step 1 of a repair: a verify tells what is wrong.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { verifyRoot } from "../verify/root_verify.ts";
import type { RootTargets } from "../verify/targets.ts";
import type { RepairDeps, RepairOptions } from "./repair_deps.ts";
import type { RepairWork } from "./repair_work.ts";

/**
 * Verifies the targets and notes what is found. What a verify only remarks is passed on.
 *
 * @throws {Cancelled} {FENCE_MISSING}
 */
export async function findWounds(
  work: RepairWork,
  wanted: RootTargets,
  { deps, options }: { deps: RepairDeps; options: RepairOptions },
): Promise<void> {
  const { store, snapshots } = work;
  const numbers = new Map(snapshots.map((ref, number) => [joinRel(ref.name, ref.time), number]));
  const verifyOptions = {
    fast: options.fast,
    sample: undefined,
    maxDurationMs: undefined,
    resume: false,
    settings: options.settings,
  };
  await verifyRoot(wanted, verifyOptions, {
    ...deps,
    onEvent: (event) => {
      if (event.kind !== "problem") return deps.onEvent(event);
      const { relPath, code, message, snapshotId } = event.problem;
      const snapshot = numbers.get(snapshotId ?? "");
      if (snapshot === undefined) return deps.onEvent(event);
      work.log("info", message);
      store.addFinding({ snapshot, relPath }, code, message.replace(PREFIX, ""));
    },
  });
  work.counts.found = store.countFindings();
}

/** What every message of a verify begins with. */
const PREFIX = /^Cannot confirm ".*?": /s;
