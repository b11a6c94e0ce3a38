import { ACTION } from "./plan_entry.ts";
import type { PlanStep } from "./planner.ts";
import type { RestoreAnswer } from "./restore_messages.ts";

/** What a restore comes to. Entries are files, directories, links and special files. */
export interface RestoreCounts {
  /** That were selected. */
  readonly entries: number;
  readonly entriesRestored: number;
  /** That were as they should be already, or had to stay. */
  readonly entriesSkipped: number;
  readonly entriesFailed: number;
  /** Names that were removed from the target. */
  readonly removed: number;
  readonly bytes: number;
  readonly bytesRestored: number;
  readonly bytesSkipped: number;
  /** Names among the restored that are hard links of another one. */
  readonly hardLinks: number;
  /** Names that should have been hard links, and got a file of their own. */
  readonly unlinked: number;
  /** Files without a digest in the snapshot: their content could not be checked. */
  readonly unchecked: number;
  /** Entries that belong to the user who restored and not to their owner. */
  readonly otherOwners: number;
  /** Attributes that the target's file system does not keep: names of xattrs, "owner", "mode", "times". */
  readonly notKept: readonly string[];
}

/** Adds up what was planned and done. */
export class RestoreTally {
  entries = 0;
  bytes = 0;
  entriesDone = 0;
  dirsRestored = 0;
  entriesSkipped = 0;
  bytesSkipped = 0;
  bytesDone = 0;
  #failed = 0;
  #hardLinks = 0;
  #unlinked = 0;
  #removed = 0;
  #unchecked = 0;
  #otherOwners = 0;
  readonly #notKept = new Set<string>();

  /** A section of the plan. */
  planned({ selected, dir, actions }: Extract<PlanStep, { kind: "section" }>): void {
    const { section } = selected;
    if (dir !== undefined && selected.wantsDir) {
      this.entries++;
      if (dir.action === "conflict") this.#failed++;
      else if (dir.metadata === undefined) this.entriesSkipped++;
      else this.dirsRestored++;
    }
    for (const [i, action] of actions.entries()) {
      if (action === ACTION.none) continue;
      const isFile = section.stats.type(i + 1) === "file";
      const bytes = isFile ? section.stats.sizeBytes(i + 1) : 0;
      this.entries++;
      this.bytes += bytes;
      if (action === ACTION.conflict) this.#failed++;
      if (action !== ACTION.same && action !== ACTION.keep) continue;
      this.entriesSkipped++;
      this.bytesSkipped += bytes;
    }
  }

  /** A directory could not be had after all. */
  dirFailed(): void {
    this.#failed++;
    this.dirsRestored--;
  }

  /** What a thread did. */
  answered(answer: RestoreAnswer): void {
    this.entriesDone += answer.entriesDone;
    this.bytesDone += answer.bytesDone;
    this.#failed += answer.failed.length;
    this.#hardLinks += answer.hardLinks;
    this.#unlinked += answer.unlinked;
    this.#removed += answer.removed;
    this.#unchecked += answer.unchecked;
    this.#otherOwners += answer.otherOwners;
    for (const name of answer.refused) this.#notKept.add(name);
  }

  get counts(): RestoreCounts {
    return {
      entries: this.entries,
      entriesRestored: this.entries - this.entriesSkipped - this.#failed,
      entriesSkipped: this.entriesSkipped,
      entriesFailed: this.#failed,
      removed: this.#removed,
      bytes: this.bytes,
      bytesRestored: this.bytesDone,
      bytesSkipped: this.bytesSkipped,
      hardLinks: this.#hardLinks,
      unlinked: this.#unlinked,
      unchecked: this.#unchecked,
      otherOwners: this.#otherOwners,
      notKept: [...this.#notKept].toSorted(),
    };
  }
}
