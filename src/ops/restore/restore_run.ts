/**
 * One restore under way: applies the plan, tells how far it is, and reads back what it restored.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import { joinRel } from "../../base/path_bytes.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { OpsDeps, WorkEvent } from "../ops_deps.ts";
import { PlanApplier } from "./apply_plan.ts";
import { ACTION } from "./plan_entry.ts";
import { planSteps, type RestoreJob } from "./plan_steps.ts";
import type { PlanStep } from "./planner.ts";
import type { RestoreAnswer, SectionWork } from "./restore_messages.ts";
import { LanePool } from "../../threads/lane_pool.ts";
import { RestoreTally } from "./restore_tally.ts";
import type { RestoreLanes } from "./restore_threads.ts";
import { checkOf } from "./section_work.ts";
import type { TargetLook } from "./target_look.ts";

/** What a {@link RestoreRun} works with. */
export interface RunOptions {
  readonly deps: Pick<OpsDeps, "onEvent">;
  readonly job: RestoreJob;
  readonly threads: RestoreLanes;
  readonly cancel: CancelFlag;
  /** Whether {@link RestoreRun.verify} follows. */
  readonly verifies: boolean;
}

/** What was read back. */
export interface VerifiedCounts {
  readonly entries: number;
  readonly bytes: number;
  readonly problems: number;
}

/** Entries that are read back in one message at most, give or take a section. */
const VERIFY_ENTRIES = 400;

/** See the module text. */
export class RestoreRun {
  readonly #options: RunOptions;
  readonly tally = new RestoreTally();
  /** Paths below the snapshot that the target does not hold as the snapshot does. */
  readonly #untouched = new Set<string>();
  #problems = 0;
  #walkDone = false;
  #currentPath = "";
  /** In the second pass: what was read back so far. */
  #checked: { entries: number; bytes: number } | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** @throws what a thread threw, {Cancelled} among it */
  async apply(look: TargetLook | undefined): Promise<void> {
    const { job, threads, cancel, verifies } = this.#options;
    const applier = new PlanApplier({
      lanes: threads.lanes,
      tally: this.tally,
      cancel,
      onProblem: (problem) => this.#tell(problem),
      onUntouched: (path) => {
        if (verifies) this.#untouched.add(path);
      },
    });
    try {
      for await (const step of this.#steps(job, look)) {
        if (step.kind === "section") this.#currentPath = step.selected.section.relPath;
        await applier.take(step);
      }
      this.#walkDone = true;
      await applier.finish();
    } catch (error) {
      await applier.settle();
      // What broke first made everything else stop.
      throw applier.failure?.error ?? error;
    }
  }

  /** Reads back what was restored, and tells as problems what differs. */
  async verify(): Promise<VerifiedCounts> {
    const { threads, cancel } = this.#options;
    const checked = { entries: 0, bytes: 0 };
    this.#checked = checked;
    this.#walkDone = true;
    const before = this.#problems;
    const pool = new LanePool(threads.lanes);
    const running = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    const send = (sections: readonly SectionWork[]) => {
      const refused = this.tally.counts.notKept;
      const call = { kind: "verify", sections, refused } as const;
      const work: Promise<void> = pool.lease((lane) => lane.call(call))
        .then((answer) => this.#noteChecked(answer, checked))
        .catch((error: unknown) => {
          failure ??= { error };
          cancel.raise();
        })
        .finally(() => running.delete(work));
      running.add(work);
    };
    try {
      for await (const sections of inBatches(this.#checks())) {
        send(sections);
        while (running.size > threads.lanes.length * 2) await Promise.race(running);
      }
    } catch (error) {
      failure ??= { error };
    }
    await Promise.all(running);
    if (failure !== undefined) throw failure.error;
    return { ...checked, problems: this.#problems - before };
  }

  get progress(): Extract<WorkEvent, { kind: "progress" }> {
    const { entries, bytes, entriesSkipped, bytesSkipped } = this.tally;
    const done = this.#checked ?? {
      entries: this.tally.entriesDone + this.tally.dirsRestored + entriesSkipped,
      bytes: this.tally.bytesDone + bytesSkipped,
    };
    return {
      kind: "progress",
      entriesDone: Math.min(done.entries, entries),
      bytesDone: done.bytes + this.#options.threads.bytesInWork(),
      entriesFound: entries,
      bytesFound: bytes,
      walkDone: this.#walkDone,
      problems: this.#problems,
      currentPath: this.#currentPath,
    };
  }

  get problems(): number {
    return this.#problems;
  }

  #steps(job: RestoreJob, look: TargetLook | undefined): AsyncGenerator<PlanStep> {
    return planSteps(job, {
      look,
      onProblem: (problem) => this.#tell(problem),
      check: () => this.#options.cancel.check(),
    });
  }

  /** The snapshot once more, without what was not restored. */
  async *#checks(): AsyncGenerator<SectionWork> {
    const { job, cancel } = this.#options;
    const all: RestoreJob = { ...job, overwrite: "always", deletes: false };
    const check = () => cancel.check();
    for await (const step of planSteps(all, { look: undefined, onProblem: () => {}, check })) {
      if (step.kind !== "section") continue;
      const { section, wantsDir } = step.selected;
      this.#currentPath = section.relPath;
      const indices = [...step.actions.keys()].filter((i) =>
        step.actions[i] !== ACTION.none &&
        !this.#untouched.has(joinRel(section.relPath, section.names[i] ?? ""))
      );
      const checksDir = step.dir !== undefined && wantsDir && !this.#untouched.has(section.relPath);
      if (indices.length > 0 || checksDir) yield checkOf(step, { indices, checksDir });
    }
  }

  #noteChecked(answer: RestoreAnswer, checked: { entries: number; bytes: number }): void {
    for (const problem of answer.problems) this.#tell(problem);
    checked.entries += answer.entriesDone;
    checked.bytes += answer.bytesDone;
  }

  #tell(problem: Problem): void {
    this.#problems++;
    this.#options.deps.onEvent({ kind: "problem", problem });
  }
}

async function* inBatches(works: AsyncIterable<SectionWork>): AsyncGenerator<SectionWork[]> {
  let batch: SectionWork[] = [];
  let entries = 0;
  for await (const work of works) {
    batch.push(work);
    entries += work.names.length + 1;
    if (entries < VERIFY_ENTRIES) continue;
    yield batch;
    [batch, entries] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
