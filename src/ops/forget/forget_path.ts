/**
 * `phlb forget-path`: takes a file or a directory out of snapshots that are finished, for good. The
 * manifest of each says so from then on.
 *
 * @module
 */
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { Dir } from "../../fs/file_system.ts";
import { PRIVATE_DIR } from "../../store/layout.ts";
import { withLockedRoot } from "../locked_root.ts";
import { NEW_SUMS, unlinkIfThere } from "../rebuild/dir_sums.ts";
import { NEW_LINK } from "../rebuild/link_duplicates.ts";
import { NEW_FILE, NEW_NAME } from "../repair/staging.ts";
import { Trash } from "../trash/trash.ts";
import type { ForgetDeps, ForgetPlan, ForgetQuery } from "./forget_deps.ts";
import { forgetInIndex } from "./forget_index.ts";
import { forgetInSnapshot } from "./forget_in_snapshot.ts";
import { type FullPlan, planForget } from "./plan_forget.ts";

/**
 * Forgets what the query says; `onPlan` hears what that is before the first of it goes. What was cut
 * off before is finished.
 *
 * @throws see `planForget`, and {DESTINATION_UNSET} {ROOT_MISSING} {LOCKED} {ROOT_FAILED}
 * @throws {Cancelled} run again, it goes on
 */
export async function forgetPath(
  deps: ForgetDeps,
  query: ForgetQuery,
  onPlan: (plan: ForgetPlan) => void,
): Promise<ForgetPlan> {
  const { base, settings, dryRun } = query;
  const lock = { root: base.root, waitMs: settings["backup.lock_wait"], lock: !dryRun };
  return await withLockedRoot(deps, lock, async (root) => {
    if (!dryRun) new Trash(deps.fs, root.dir).settle();
    deps.onEvent({ kind: "begin", text: `Looking for "${query.path}" in "${root.path}"` });
    const plan = await planForget(deps, { query, root });
    onPlan(plan);
    if (!dryRun && plan.targets.length > 0) await apply(deps, plan, query);
    return plan;
  });
}

async function apply(deps: ForgetDeps, plan: FullPlan, { settings }: ForgetQuery): Promise<void> {
  const { fs, clock, host, signal } = deps;
  const { root, targets } = plan;
  clearStaged(deps, root.dir);
  forgetInIndex(deps, plan, settings["index.path"]);
  const record = {
    root: root.path,
    at: isoTime(clock.now()),
    by: `${userName(deps)}@${host.name}`,
    level: settings["snapshot.manifest_level"],
  };
  try {
    for (const target of targets) {
      if (signal.aborted) throw new Cancelled();
      await forgetInSnapshot(deps, target, record);
    }
  } finally {
    fs.syncAll(root.dir);
  }
}

/** What killed runs were about to put in place may be one more name of a content. */
function clearStaged({ fs }: ForgetDeps, root: Dir): void {
  const privateDir = fs.openDir(root, PRIVATE_DIR);
  try {
    for (const name of STAGED) unlinkIfThere(fs, privateDir, name);
  } finally {
    fs.closeDir(privateDir);
  }
}

const STAGED = [NEW_FILE, NEW_NAME, NEW_LINK, NEW_SUMS];

function userName({ fs }: ForgetDeps): string {
  const id = fs.userId();
  return id === undefined ? "unknown" : fs.userName(id) ?? String(id);
}
