import type { Job } from "../../config/config.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { companionName } from "../../store/layout.ts";
import type { Aftercare, HealedContent } from "../aftercare.ts";
import type { SnapshotInWork } from "../snapshot/snapshot_in_work.ts";
import type { Tally } from "../snapshot/tally.ts";
import { changeTest } from "../settle/compare.ts";
import type { ComparedSection, SettlingSection } from "../settle/settling.ts";
import type { OpenedRoot } from "./open_root.ts";
import { type IsUnchanged, noteRot, sampleSource } from "./source_rot.ts";
import type { Problem } from "../../base/problem.ts";

/** What {@link Care} works with. */
export interface CareParts {
  readonly job: Job;
  readonly root: OpenedRoot;
  readonly work: SnapshotInWork;
  readonly tally: Tally;
  readonly cancel: CancelFlag;
  readonly aftercare: Aftercare | undefined;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Takes care of what a run meets on its way: stored files that are damaged, and source files that
 * rot.
 */
export class Care {
  readonly #parts: CareParts;
  readonly #isUnchanged: IsUnchanged;
  readonly #contents: HealedContent[] = [];
  #rotten = 0;

  constructor(parts: CareParts) {
    const { settings } = parts.job;
    this.#parts = parts;
    this.#isUnchanged = changeTest({
      checksum: false,
      ignoreCtime: settings["backup.ignore_ctime"],
      ignoreInode: settings["backup.ignore_inode"],
      trustBeforeSec: parts.root.previous?.startedAtSec ?? 0,
    });
  }

  /** Tells what is known before the work. */
  begin(): void {
    const { root: { unprotected }, tally, work, onProblem } = this.#parts;
    if (unprotected === undefined) return;
    tally.addProblem(unprotected);
    work.log.add("warning", unprotected.message);
    onProblem(unprotected);
  }

  /** Looks at settled sections before they are recorded. */
  look(sections: readonly ComparedSection[]): void {
    const isEachRead = this.#parts.job.settings["backup.checksum"];
    for (const section of sections) {
      if ("links" in section || section.isLost) continue;
      if (isEachRead) this.#rotten += noteRot(section, this.#isUnchanged);
      if (section.problems.length > 0) this.#noteDamage(section);
    }
  }

  /** Does what is to be done when all is stored, before the snapshot is published. */
  async finish(): Promise<void> {
    this.#sample();
    await this.#pin();
    await this.#heal();
  }

  #noteDamage(section: SettlingSection): void {
    for (const { code, relPath } of section.problems) {
      if (code !== "damaged") continue;
      const index = section.walked.names.indexOf(relPath.slice(relPath.lastIndexOf("/") + 1));
      const digest = section.records[index + 1]?.digest;
      if (digest !== undefined) this.#contents.push({ digest, relPath });
    }
  }

  #sample(): void {
    const { job: { settings }, root, tally, work, onProblem } = this.#parts;
    const budgetBytes = settings["backup.sample"];
    if (root.previous?.manifest === undefined || budgetBytes === 0) return;
    if (settings["backup.checksum"]) return;
    const problems = sampleSource({
      fs: root.fs,
      source: root.source.dir,
      nameDir: root.nameDir,
      manifest: companionName(root.previous.time, "manifest"),
      isUnchanged: this.#isUnchanged,
      budgetBytes,
      random: Math.random,
    });
    for (const problem of problems) {
      tally.addProblem(problem);
      work.log.add("error", problem.message);
      onProblem(problem);
    }
    this.#rotten += problems.length;
  }

  /** What was before the rot must not be pruned. */
  async #pin(): Promise<void> {
    const { root, work, aftercare } = this.#parts;
    if (this.#rotten === 0 || root.previous === undefined) return;
    const { time } = root.previous;
    await aftercare?.pin(root.fs, root.root, { name: root.name, time });
    if (aftercare === undefined) return;
    work.note("warning", `The snapshot "${root.name}/${time}" is pinned: it has what was before`);
  }

  async #heal(): Promise<void> {
    const { job: { settings }, root, work, tally, cancel, aftercare } = this.#parts;
    if (this.#contents.length === 0 || !settings["dedup.heal"]) return;
    tally.counts.healed = await aftercare?.heal({
      fs: root.fs,
      root: root.root,
      settings,
      cancel,
      partial: { name: root.name, time: work.time },
      contents: this.#contents,
      log: (level, message) => work.note(level, message),
    }) ?? 0;
  }
}
