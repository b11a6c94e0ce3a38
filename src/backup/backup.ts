/**
 * The product, top to bottom: a source goes through five steps and comes out as a snapshot.
 *
 *   1 walker    the source tree, read in byte order (its own thread)
 *   2 select    which entries are kept, and by which rule not (in the walker's thread)
 *   3 hasher    unchanged by the previous manifest, or read and hashed (several threads)
 *   4 linker    hard links and the tree itself (two threads); contents by the hashers
 *   5 snapshot  SHA256SUMS, manifest, log, counts; then durable, then published by one rename
 *
 * @module
 */
import type { Job } from "../config/config.ts";
import type { Summary } from "../store/summary.ts";
import { Cancelled } from "../threads/cancel.ts";
import { PreviousTree } from "./settle/compare.ts";
import { settleContents } from "./settle/contents.ts";
import { inOrder } from "./run/in_order.ts";
import {
  ACTION,
  type KnownLinks,
  type LinkFailure,
  type LinkSection,
} from "./link/link_messages.ts";
import { compareText, isWhole, type KnownSection, takenApart } from "./settle/known.ts";
import { isLost } from "./settle/lost_dirs.ts";
import { applyLinks, planLinks, withoutIdle } from "./settle/plan_links.ts";
import type { BackupDeps } from "./deps.ts";
import { openRun, type Run } from "./run/run.ts";
import { type ComparedSection, type FileRef, SettlingSection } from "./settle/settling.ts";
import { walkBatches } from "./walk/walk_batches.ts";
import type { WalkedSection } from "./walk/walked.ts";

/** Batches in work at a time: enough to keep all threads busy, few enough to stay small. */
const BATCHES_IN_WORK = 8;

/**
 * Backs up one job. Resolves with the summary of a published snapshot.
 *
 * @throws {AppError} when nothing could be published
 * @throws {Cancelled} when the user stopped it; what was stored serves the next run
 */
export async function backup(job: Job, deps: BackupDeps): Promise<Summary> {
  const run = await openRun(job, deps);
  try {
    await copyTree(run);
    return await run.publish();
  } catch (error) {
    throw run.abandon(error);
  } finally {
    await run.close();
  }
}

async function copyTree(run: Run): Promise<void> {
  const previous = new PreviousTree(run.previousParts(), (error) => run.manifestBroken(error));
  try {
    await inOrder(comparedBatches(run, previous), {
      limit: BATCHES_IN_WORK,
      work: (sections) => settle(sections, run),
      take: async (sections) => {
        run.care.look(sections);
        await run.recorder.record(sections);
        run.noteDone(sections);
      },
    });
    await run.recorder.finish();
  } finally {
    await previous.close();
  }
}

/** Steps 1, 2 and the first half of 3: the walk, each section beside what the previous run had. */
async function* comparedBatches(
  run: Run,
  previous: PreviousTree,
): AsyncGenerator<ComparedSection[]> {
  for await (const batch of walkBatches(run.walker)) {
    run.noteWalked(batch);
    const sections: ComparedSection[] = [];
    for (const walked of batch) sections.push(await compare(walked, { run, previous }));
    yield sections;
  }
  run.noteWalkDone();
}

async function compare(
  walked: WalkedSection,
  { run, previous }: { run: Run; previous: PreviousTree },
): Promise<ComparedSection> {
  const options = isWhole(walked) ? run.knownOptions : undefined;
  const block = options && await previous.whole(walked.relPath);
  const found = block && options && compareText(walked, block, options);
  if (found === undefined) return new SettlingSection(walked, await previous.match(walked));
  previous.pass();
  return "links" in found ? found : new SettlingSection(walked, found);
}

/** Steps 3 and 4: links what is unchanged, then sees to the contents that are left. */
async function settle(compared: ComparedSection[], run: Run): Promise<ComparedSection[]> {
  try {
    const relPaths = newDirs(compared);
    const { failures } = await run.tree.call({ kind: "dirs", relPaths });
    const all = await run.lostDirs.settle(compared, { relPaths, failures });
    const held = all.filter((section) => !isLost(section));
    const plans = held.map((section) =>
      "links" in section ? section.links : planLinks(section, run.planOptions)
    );
    const { sections, left } = await linkUnchanged(held, { plans, run });
    await settleContents(left, run.contents);
    const settled = sections.values();
    return all.map((section) => isLost(section) ? section : settled.next().value ?? section);
  } catch (error) {
    // One failure of the backup root ends the run: everything else in work is stopped.
    if (!(error instanceof Cancelled)) run.failWith(error);
    throw error;
  }
}

/** Directories that these sections begin with; the snapshot itself is there. */
function newDirs(compared: readonly ComparedSection[]): string[] {
  return compared.flatMap(({ walked: { relPath, continues } }) =>
    continues || relPath === "" ? [] : [relPath]
  );
}

async function linkUnchanged(
  compared: readonly ComparedSection[],
  { plans, run }: { plans: readonly (LinkSection | KnownLinks)[]; run: Run },
): Promise<{ sections: ComparedSection[]; left: FileRef[] }> {
  const sections = plans.map(withoutIdle);
  const transfer = sections.flatMap((plan) => "actions" in plan ? [] : [plan.stats.buffer]);
  const { failures, refused } = await run.linkers.lease((lane) =>
    lane.call({ kind: "sections", sections }, transfer)
  );
  run.contents.onRefused(refused);
  const left: FileRef[] = [];
  const linked: ComparedSection[] = [];
  for (const [number, section] of compared.entries()) {
    const plan = plans[number];
    const own = failures.filter((failure) => failure.section === number);
    if ("links" in section) {
      linked.push(
        own.length === 0 ? section : await takeApart(section, { failures: own, run, left }),
      );
      continue;
    }
    linked.push(section);
    if (plan === undefined || !("actions" in plan)) continue;
    left.push(...applyLinks(section, { plan, failures: own, previousDir: run.previousDir }));
  }
  return { sections: linked, left };
}

/** A directory that was as it was, but whose stored files are not: from here on it is like any other. */
async function takeApart(
  known: KnownSection,
  { failures, run, left }: { failures: readonly LinkFailure[]; run: Run; left: FileRef[] },
): Promise<SettlingSection> {
  const section = await takenApart(known);
  const plan = planLinks(section, run.planOptions);
  const failed = new Set(failures.map(({ index }) => index));
  const actions = plan.actions.map((_, index) => {
    const isLink = known.walked.linkTargets.has(index + 1);
    return failed.has(index) && isLink ? ACTION.create : ACTION.leave;
  });
  // Symlinks need no content: they are made anew here and now.
  const symlinks = { ...plan, actions };
  const { refused } = await run.linkers.lease((lane) =>
    lane.call({ kind: "sections", sections: [symlinks] })
  );
  run.contents.onRefused(refused);
  const { previousDir } = run;
  const ofEntries = failures.filter(({ index }) => index < plan.actions.length);
  left.push(...applyLinks(section, { plan, failures: ofEntries, previousDir }));
  return section;
}
