/**
 * Counts all that lies in a backup root, holder by holder: every name of every inode is looked at,
 * because only that tells what is shared. Nothing is written and no lock is taken.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { snapshotDir } from "../../store/layout.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import type { CountAnswer, NearLimit } from "./count_batch.ts";
import type { CountingLanes } from "./counting_lanes.ts";
import { HolderCount } from "./holder_count.ts";
import type { Amount } from "./forecast.ts";
import type { HolderPlan } from "./holders.ts";
import { HELD, InodeTable } from "./inode_table.ts";
import { countEntries, lookAt } from "./own_entries.ts";

/** How far the count is. */
export interface CountProgress {
  /** Index of the plan that is being counted, and what it has come to. */
  readonly holder: number;
  readonly counted: Amount;
  /** Of all before it and itself. */
  readonly done: Amount;
  readonly problems: number;
  /** Relative to the root. */
  readonly currentPath: string;
}

/** What {@link countHolders} needs. */
export interface CountOptions<Ref extends SnapshotRef> {
  readonly fs: FileSystem;
  readonly root: Dir;
  readonly lanes: CountingLanes;
  readonly isChosen: (ref: Ref) => boolean;
  readonly onProgress: (progress: CountProgress) => void;
  /** Hears of each plan that was counted to its end. */
  readonly onCounted: (holder: number, counted: Amount) => void;
  readonly onProblem: (problem: Problem) => void;
  /** Hears of a snapshot whose directory was gone when it had been counted. */
  readonly onVanished: (ref: Ref) => void;
}

/** The whole count. */
export interface Counted<Ref extends SnapshotRef> {
  /** Those that are still there, in the order of the plans. */
  readonly holders: readonly HolderCount<Ref>[];
  /** What removing all chosen snapshots would give back. */
  readonly together: { readonly bytes: number; readonly inodes: number };
  /** Most links first, each file once. */
  readonly nearLimit: readonly NearLimit[];
}

/**
 * See the module text.
 *
 * @throws {Cancelled}
 */
export async function countHolders<Ref extends SnapshotRef>(
  plans: readonly HolderPlan<Ref>[],
  options: CountOptions<Ref>,
): Promise<Counted<Ref>> {
  const counter = new RootCounter(options);
  for (const plan of plans) await counter.count(plan);
  return counter.settle();
}

class RootCounter<Ref extends SnapshotRef> {
  readonly #options: CountOptions<Ref>;
  readonly #table = new InodeTable();
  readonly #holders: HolderCount<Ref>[] = [];
  readonly #vanished = new Set<HolderCount<Ref>>();
  readonly #nearLimit = new Map<string, NearLimit>();
  /** What is done but for the holder that is being counted. */
  #done: Amount = { entries: 0, bytes: 0 };
  #problems = 0;

  constructor(options: CountOptions<Ref>) {
    this.#options = options;
  }

  async count(plan: HolderPlan<Ref>): Promise<void> {
    const { isChosen, lanes, onVanished, onCounted } = this.#options;
    const { ref, kind } = plan;
    const chosen = kind === "snapshot" && ref !== undefined && isChosen(ref);
    const path = ref === undefined ? undefined : snapshotDir(placeOf(ref));
    const prefix = chosen ? path : undefined;
    const holder = new HolderCount(plan, {
      number: this.#holders.length,
      isChosen: chosen,
      prefix,
    });
    this.#holders.push(holder);
    const problems: Problem[] = [];
    const { fs, root } = this.#options;
    const own = countEntries(fs, root, plan.entries);
    this.#take(holder, own);
    problems.push(...own.problems);
    await lanes.count(plan, (answer) => {
      this.#take(holder, answer);
      problems.push(...answer.problems);
    });
    const counted = amountOf(holder);
    this.#done = added(this.#done, counted);
    onCounted(holder.number, counted);
    if (path !== undefined && ref !== undefined && this.#isGone(path)) {
      this.#vanished.add(holder);
      onVanished(ref);
    } else for (const problem of problems) this.#keepProblem(problem);
  }

  settle(): Counted<Ref> {
    const together = { bytes: 0, inodes: 0 };
    this.#table.forEach((firstHolder, held, bytes) => {
      this.#holders[firstHolder]?.settle(held, bytes);
      if ((held & HELD.byChosen) === 0) return;
      together.bytes += bytes;
      together.inodes++;
    });
    for (const { isChosen, lone } of this.#holders) {
      if (!isChosen) continue;
      together.bytes += lone.bytes;
      together.inodes += lone.inodes;
    }
    return {
      holders: this.#holders.filter((holder) => !this.#vanished.has(holder)),
      together,
      nearLimit: [...this.#nearLimit.values()].sort((a, b) => b.links - a.links),
    };
  }

  #take(holder: HolderCount<Ref>, answer: Omit<CountAnswer, "left">): void {
    holder.take(answer, this.#table);
    for (const near of answer.nearLimit) {
      if (!this.#nearLimit.has(near.inode)) this.#nearLimit.set(near.inode, near);
    }
    const counted = amountOf(holder);
    this.#options.onProgress({
      holder: holder.number,
      counted,
      done: added(this.#done, counted),
      problems: this.#problems,
      currentPath: answer.paths.at(-1) ?? "",
    });
  }

  #isGone(relPath: string): boolean {
    const { fs, root } = this.#options;
    return lookAt(fs, root, { relPath, into: new StatTable(1) })?.code === "ENOENT";
  }

  #keepProblem(problem: Problem): void {
    this.#problems++;
    this.#options.onProblem(problem);
  }
}

function amountOf({ files, directories, others, apparentBytes }: HolderCount): Amount {
  return { entries: files + directories + others, bytes: apparentBytes };
}

function added(a: Amount, b: Amount): Amount {
  return { entries: a.entries + b.entries, bytes: a.bytes + b.bytes };
}
