/**
 * Has a plan done by the restoring threads: batches of entries, hard links once their first name is
 * restored, and each directory's attributes once all in it is done.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { Lane } from "../../threads/lane.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import { HardLinks, type LinkGroup } from "./hard_links.ts";
import { ACTION } from "./plan_entry.ts";
import type { PlannedDir, PlanStep } from "./planner.ts";
import type { FinishedDir, RestoreAnswer, RestoreCall, SectionWork } from "./restore_messages.ts";
import type { RestoreTally } from "./restore_tally.ts";
import { workOf } from "./section_work.ts";

/** Entries and bytes that travel in one message at most, give or take one. */
const BATCH_ENTRIES = 400;
const BATCH_BYTES = 8 << 20;

/** Directories whose attributes travel in one message. */
const FINISH_BATCH = 200;

/** What {@link PlanApplier} works with. */
export interface ApplierOptions {
  readonly lanes: readonly Lane<RestoreCall, RestoreAnswer>[];
  readonly tally: RestoreTally;
  readonly cancel: CancelFlag;
  readonly onProblem: (problem: Problem) => void;
  /** Hears of each entry that was not restored, or that stayed as it was. */
  readonly onUntouched: (relPath: string) => void;
}

type SectionStep = Extract<PlanStep, { kind: "section" }>;

/** A directory that is being restored. */
interface OpenDir {
  readonly relPath: string;
  readonly parent: OpenDir | undefined;
  readonly planned: PlannedDir;
  readonly storedPath: string;
  /** What has to be done before its attributes: calls, directories in it, and the plan's own steps. */
  pending: number;
  /** Whether it is wanted itself, or something in it is. */
  isWanted: boolean;
}

/** Entries on their way to a thread. */
interface Batch {
  readonly sections: SectionWork[];
  readonly dirs: OpenDir[];
  /** By their index among all entries. */
  readonly groups: Map<number, LinkGroup<LinkWork>>;
  entries: number;
  bytes: number;
}

/** One entry that waits for the first name of its inode. */
interface LinkWork {
  readonly work: SectionWork;
  readonly dir: OpenDir;
}

/** Takes the steps of a plan in their order. */
export class PlanApplier {
  readonly #options: ApplierOptions;
  readonly #pool: LanePool<RestoreCall, RestoreAnswer>;
  readonly #links = new HardLinks<LinkWork>();
  readonly #running = new Set<Promise<void>>();
  #dir: OpenDir | undefined;
  #batch = emptyBatch();
  #finished: FinishedDir[] = [];
  readonly #failedDirs = new Set<string>();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#pool = new LanePool(options.lanes);
  }

  /**
   * Takes one step; resolves when there is room for the next.
   *
   * @throws what a thread threw
   */
  async take(step: PlanStep): Promise<void> {
    if (step.kind === "leave") this.#leave(step);
    else await this.#section(step);
    if (isFull(this.#batch)) this.#flush();
    while (this.#running.size > this.#options.lanes.length * 2) await Promise.race(this.#running);
    this.#check();
  }

  /**
   * Resolves when all is done.
   *
   * @throws what a thread threw
   */
  async finish(): Promise<void> {
    for (;;) {
      this.#flush();
      this.#flushFinished();
      this.#check();
      if (this.#running.size === 0) break;
      await Promise.race(this.#running);
    }
  }

  /** Resolves when no thread works any more. Never rejects. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
  }

  /** What a thread threw first. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#options.cancel.check();
  }

  async #section(step: SectionStep): Promise<void> {
    const { selected, dir: planned, actions, conflicts } = step;
    for (const { storedPath, reason } of conflicts) {
      const message = `Cannot restore "${printable(storedPath)}": ${reason}`;
      const code = "exists";
      this.#tell({ relPath: storedPath, step: "restore", code, message, stored: false });
    }
    if (planned !== undefined) this.#open(step, planned);
    const dir = this.#dir;
    if (dir === undefined) return;
    this.#options.tally.planned(step);
    this.#noteUntouched(step);
    const isWanted = selected.wantsDir || actions.some((action) => action !== ACTION.none);
    if (isWanted && !dir.isWanted) await this.#want(dir);
    if (planned !== undefined && planned.leftovers.length > 0) {
      this.#removeNames(dir, planned.leftovers);
    }
    const indices = [...actions.keys()].filter((i) => isToDo(step, i));
    const makesDir = planned !== undefined && isWanted && step.isNew;
    if (indices.length > 0 || makesDir) this.#split(step, dir, indices);
  }

  #open({ selected }: SectionStep, planned: PlannedDir): void {
    const parent = this.#dir;
    if (parent !== undefined) parent.pending++;
    const { relPath, section } = selected;
    const storedPath = section.relPath;
    this.#dir = { relPath, parent, planned, storedPath, pending: 1, isWanted: false };
    if (planned.metadata === undefined) this.#options.onUntouched(storedPath);
  }

  /** Makes way for a directory, and those above it, as soon as one entry in it is wanted. */
  async #want(dir: OpenDir): Promise<void> {
    if (dir.parent !== undefined && !dir.parent.isWanted) await this.#want(dir.parent);
    dir.isWanted = true;
    const { relPath, storedPath, planned } = dir;
    const how = planned.action === "replace" ? "replace" : planned.isShut ? "open-up" : undefined;
    if (how === undefined) return;
    this.#flush();
    const [lane] = this.#options.lanes;
    if (lane === undefined) return;
    this.#answered(await lane.call({ kind: "prepare", relPath, storedPath, how }));
  }

  /** Hands a section's entries to batches, hard links apart. */
  #split(step: SectionStep, dir: OpenDir, indices: readonly number[]): void {
    const { stats } = step.selected.section;
    let slice: number[] = [];
    let bytes = 0;
    const cut = () => {
      if (slice.length > 0) this.#add(dir, workOf(step, slice), bytes);
      [slice, bytes] = [[], 0];
    };
    if (indices.length === 0) this.#add(dir, workOf(step, []), 0);
    for (const i of indices) {
      if (stats.get(i + 1, STAT.nlink) > 1) {
        this.#addLinked(step, dir, i);
        continue;
      }
      slice.push(i);
      bytes += stats.type(i + 1) === "file" ? stats.sizeBytes(i + 1) : 0;
      if (
        slice.length + this.#batch.entries < BATCH_ENTRIES &&
        bytes + this.#batch.bytes < BATCH_BYTES
      ) continue;
      cut();
      this.#flush();
    }
    cut();
  }

  #addLinked(step: SectionStep, dir: OpenDir, i: number): void {
    const { section } = step.selected;
    const work = workOf(step, [i]);
    const found = step.foundInodes.get(i);
    const action = step.actions[i] ?? ACTION.none;
    const group = this.#links.group(section.stats, i + 1);
    if (action === ACTION.same) {
      if (group.noteSame(pathOf(work), found)) return;
    }
    this.#addToGroup(group, { work: action === ACTION.same ? replacing(work) : work, dir });
  }

  #addToGroup(group: LinkGroup<LinkWork>, link: LinkWork): void {
    const { work, dir } = link;
    switch (group.join(pathOf(work))) {
      case "first":
        this.#batch.groups.set(this.#batch.entries, group);
        this.#add(dir, work, sizeOf(work));
        return;
      case "link":
        this.#add(dir, { ...work, linkTo: new Map([[0, group.path]]) }, 0);
        return;
      case "wait":
        dir.pending++;
        group.waiting.push(link);
    }
  }

  #add(dir: OpenDir, work: SectionWork, bytes: number): void {
    dir.pending++;
    this.#batch.sections.push(work);
    this.#batch.dirs.push(dir);
    this.#batch.entries += work.names.length;
    this.#batch.bytes += bytes;
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch.sections.length === 0) return;
    this.#batch = emptyBatch();
    const transfer = batch.sections.flatMap(({ stats, actions }) => [stats.buffer, actions.buffer]);
    this.#run(async () => {
      const call = { kind: "restore", sections: batch.sections } as const;
      const answer = await this.#pool.lease((lane) => lane.call(call, transfer));
      this.#answered(answer);
      this.#noteFailed(batch.sections, answer.failed);
      const failed = new Set(answer.failed);
      for (const [index, group] of batch.groups) {
        this.#settleGroup(group, { isRestored: !failed.has(index) });
      }
      for (const dir of batch.dirs) this.#release(dir);
    });
  }

  /** Those that waited for the first name: links to it, or the next one takes its place. */
  #settleGroup(group: LinkGroup<LinkWork>, outcome: { isRestored: boolean }): void {
    for (const link of group.settle(outcome)) {
      this.#addToGroup(group, link);
      this.#release(link.dir);
      if (isFull(this.#batch)) this.#flush();
    }
  }

  #leave({ relPath, extra }: Extract<PlanStep, { kind: "leave" }>): void {
    const dir = this.#dir;
    if (dir?.relPath !== relPath) throw new Error(`"${relPath}" is left, but not the innermost`);
    if (extra.length > 0) this.#removeNames(dir, extra);
    this.#dir = dir.parent;
    this.#release(dir);
  }

  #removeNames(dir: OpenDir, names: readonly string[]): void {
    dir.pending++;
    const { relPath } = dir;
    this.#run(async () => {
      const call = { kind: "remove", relPath, names } as const;
      this.#answered(await this.#pool.lease((lane) => lane.call(call)));
      this.#release(dir);
    });
  }

  /** One thing less to wait for; with the last one the directory can get its attributes. */
  #release(dir: OpenDir): void {
    for (let at: OpenDir | undefined = dir; at !== undefined; at = at.parent) {
      if (--at.pending > 0) return;
      this.#finishDir(at);
    }
  }

  #finishDir({ relPath, storedPath, planned, isWanted }: OpenDir): void {
    if (!isWanted || planned.metadata === undefined) return;
    const { stats, record } = planned.metadata;
    const xattrs = record?.xattrs ?? [];
    const existed = planned.action === "enter";
    this.#finished.push({ relPath, storedPath, stats: stats.data, xattrs, existed });
    if (this.#finished.length >= FINISH_BATCH) this.#flushFinished();
  }

  /** All by one thread, so that a directory comes after those in it. */
  #flushFinished(): void {
    const dirs = this.#finished.filter(({ storedPath }) => !this.#failedDirs.has(storedPath));
    this.#finished = [];
    const [lane] = this.#options.lanes;
    if (dirs.length === 0 || lane === undefined) return;
    this.#run(async () => this.#answered(await lane.call({ kind: "finish", dirs })));
  }

  #run(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#options.cancel.raise();
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #answered(answer: RestoreAnswer): void {
    for (const path of answer.failedDirs) {
      if (!this.#failedDirs.has(path)) this.#options.tally.dirFailed();
      this.#failedDirs.add(path);
    }
    for (const problem of answer.problems) this.#tell(problem);
    this.#options.tally.answered(answer);
  }

  #tell(problem: Problem): void {
    this.#options.onProblem(problem);
    this.#options.onUntouched(problem.relPath);
  }

  #noteFailed(sections: readonly SectionWork[], failed: readonly number[]): void {
    if (failed.length === 0) return;
    const paths = sections.flatMap(({ storedPath, names }) =>
      names.map((name) => joinRel(storedPath, name))
    );
    for (const index of failed) this.#options.onUntouched(paths[index] ?? "");
  }

  #noteUntouched({ selected, actions }: SectionStep): void {
    const { section } = selected;
    for (const [i, action] of actions.entries()) {
      if (action !== ACTION.keep && action !== ACTION.conflict) continue;
      this.#options.onUntouched(joinRel(section.relPath, section.names[i] ?? ""));
    }
  }
}

/** Whether a thread has to see the entry; of hard links also one that is right, but for its inode. */
function isToDo({ actions, selected }: SectionStep, i: number): boolean {
  const action = actions[i];
  if (action === ACTION.same) return selected.section.stats.get(i + 1, STAT.nlink) > 1;
  return action === ACTION.create || action === ACTION.replace || action === ACTION.metadata;
}

function emptyBatch(): Batch {
  return { sections: [], dirs: [], groups: new Map(), entries: 0, bytes: 0 };
}

function isFull({ entries, bytes }: Batch): boolean {
  return entries >= BATCH_ENTRIES || bytes >= BATCH_BYTES;
}

function pathOf({ relPath, names }: SectionWork): string {
  return joinRel(relPath, names[0] ?? "");
}

function replacing(work: SectionWork): SectionWork {
  return { ...work, actions: new Uint8Array([ACTION.replace]) };
}

function sizeOf({ stats }: SectionWork): number {
  const table = new StatTable(stats);
  return stats.length >= STAT_FIELDS && table.type(0) === "file" ? table.sizeBytes(0) : 0;
}
