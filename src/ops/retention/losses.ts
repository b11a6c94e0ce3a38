/**
 * Snapshots that look like a disaster: much of what the one before had is changed or gone, or its
 * files look as if they had been encrypted.
 *
 * @module
 */
import { printable } from "../../base/path_bytes.ts";
import { runDiff } from "../diff/run_diff.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import { EncryptionSigns } from "./encryption_signs.ts";
import type { GuardContext, Refusal } from "./guard.ts";
import { type NamePlan, removedIn } from "./plan_prune.ts";

/** Fewer files say nothing, whatever their share. */
const LEAST_LOST = 5;

interface Pair {
  readonly before: ListedSnapshot;
  readonly after: ListedSnapshot;
}

/**
 * A refusal for each snapshot, newer than the oldest that goes, that looks like a disaster beside
 * the one that its run was compared with, and that nobody has accepted. Encryption is looked for in
 * the newest alone.
 *
 * @throws {Cancelled}
 */
export async function findLosses(plan: NamePlan, context: GuardContext): Promise<Refusal[]> {
  const all = plan.snapshots.map(({ snapshot }) => snapshot);
  const [oldestGone] = removedIn(plan);
  const first = oldestGone === undefined ? all.length : all.indexOf(oldestGone);
  const refusals: Refusal[] = [];
  for (let i = first + 1; i < all.length; i++) {
    const [before, after] = [all[i - 1], all[i]];
    if (before === undefined || after === undefined) continue;
    const isNewest = i === all.length - 1;
    const refusal = await judge({ before, after }, { context, isNewest });
    if (refusal !== undefined) refusals.push(refusal);
  }
  return refusals;
}

async function judge(
  pair: Pair,
  { context, isNewest }: { context: GuardContext; isNewest: boolean },
): Promise<Refusal | undefined> {
  const { before, after } = pair;
  const limit = context.settings["retention.max_loss_percent"];
  if (limit >= 100 || after.marks?.changeAccepted === true) return undefined;
  if (before.kind !== "phlb" || after.kind !== "phlb") return undefined;
  const isChained = after.summary?.previous?.time === before.time;
  if (!isChained && !isNewest) return undefined; // far apart, and long ago looked at
  const most = isChained ? mostLost(pair) : undefined;
  const couldBeTooMuch = most === undefined || isTooMuch(most, limit);
  // Without one changed file there is nothing to look at.
  if (!couldBeTooMuch && (!isNewest || most.lost < LEAST_LOST)) return undefined;
  return await lookClosely(pair, { context, limit, isNewest });
}

/** Files of the one before, and how many of them the other one has not as they were. */
interface Loss {
  readonly lost: number;
  readonly files: number;
}

function isTooMuch({ lost, files }: Loss, limitPercent: number): boolean {
  return lost >= LEAST_LOST && lost * 100 > files * limitPercent;
}

/** What the summaries allow at most; those whose metadata alone changed are among them. */
function mostLost({ before, after }: Pair): Loss | undefined {
  if (before.summary === undefined || after.summary === undefined) return undefined;
  const { new: added, changed, unchanged } = before.summary.counts;
  const files = added + changed + unchanged;
  return { lost: Math.max(0, files - after.summary.counts.unchanged), files };
}

async function lookClosely(
  pair: Pair,
  { context, limit, isNewest }: { context: GuardContext; limit: number; isNewest: boolean },
): Promise<Refusal | undefined> {
  const { deps, root, settings } = context;
  const { before, after } = pair;
  const signs = new EncryptionSigns(deps.fs, { before, after, root });
  const { totals } = await runDiff({
    before: addressOf(before),
    after: addressOf(after),
    base: { root, name: undefined, cwd: root },
    metadata: false,
    renames: true,
    settings,
  }, {
    ...deps,
    onEvent: (event) => {
      if (event.kind !== "problem") deps.onEvent(event); // verifying tells of damage
    },
  }, (change) => isNewest && signs.see(change));
  const lost = totals.changedFiles + totals.changedTypes + totals.removed.files;
  const known = mostLost(pair)?.files;
  const loss = { lost, files: Math.max(lost, known ?? lost + totals.renamed.files) };
  if (isTooMuch(loss, limit)) return refusal(pair, `${shareText(loss)} since`);
  const sign = isNewest ? signs.judge() : undefined;
  return sign === undefined ? undefined : refusal(pair, `${sign} since`);
}

/** A name with a colon would be taken for a snapshot with a path in it. */
function addressOf({ id, path }: ListedSnapshot): string {
  return id.includes(":") ? path : id;
}

function shareText({ lost, files }: Loss): string {
  const percent = Math.floor(lost * 100 / Math.max(files, 1));
  return `${lost} of ${files} files (${percent} %) were changed or lost`;
}

function refusal({ before, after }: Pair, what: string): Refusal {
  return {
    reason: `in "${printable(after.id)}", ${what} "${printable(before.id)}"`,
    hint: `Have a look with phlb diff ${printable(before.id)} ${printable(after.id)}; ` +
      "if that is right, --force prunes and remembers it",
    canForce: true,
    suspect: after,
  };
}
