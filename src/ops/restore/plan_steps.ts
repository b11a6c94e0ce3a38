import type { Problem } from "../../base/problem.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { type OpenedSnapshot, readSections } from "../read/open_snapshot.ts";
import type { Overwrite } from "./plan_entry.ts";
import { Planner, type PlanStep } from "./planner.ts";
import type { RestoreFilter } from "./restore_filter.ts";
import { selectSections } from "./selected_sections.ts";
import type { TargetLook } from "./target_look.ts";

/** What is restored, and how. */
export interface RestoreJob {
  readonly fs: FileSystem;
  readonly snapshot: OpenedSnapshot;
  /** Below the snapshot. */
  readonly path: string;
  readonly filter: RestoreFilter;
  readonly overwrite: Overwrite;
  readonly deletes: boolean;
  readonly rootInode: string;
}

/** Sections after which the thread lets signals and the display have their turn. */
const SECTIONS_AT_A_TIME = 100;

/**
 * The plan, step by step, while the snapshot is read; no step at all when it has no such path.
 * `look` undefined: nothing is in the target.
 */
export async function* planSteps(
  { fs, snapshot, path, filter, overwrite, deletes, rootInode }: RestoreJob,
  { look, onProblem, check }: {
    look: TargetLook | undefined;
    onProblem: (problem: Problem) => void;
    /** Called now and then; throws to end the work. */
    check: () => void;
  },
): AsyncGenerator<PlanStep> {
  const givesOwners = fs.abilities.ownership && fs.userId() === 0;
  const planner = new Planner({ overwrite, givesOwners, look, filter, deletes, rootInode });
  let isFromTree = !snapshot.hasManifest;
  const sections = readSections(fs, snapshot, {
    onProblem: (problem) => {
      isFromTree = true;
      planner.keepExtra();
      onProblem(problem);
    },
  });
  let count = 0;
  for await (
    const selected of selectSections(sections, {
      path,
      filter,
      isFromTree: () => isFromTree,
    })
  ) {
    check();
    yield* planner.plan(selected);
    if (++count % SECTIONS_AT_A_TIME === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  yield* planner.end();
}
