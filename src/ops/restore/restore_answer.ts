import type { Problem } from "../../base/problem.ts";
import type { RestoreAnswer } from "./restore_messages.ts";

/** Builds the answer to a call. */
export class AnswerDraft {
  readonly #failed: number[] = [];
  readonly #failedDirs: string[] = [];
  readonly #problems: Problem[] = [];
  readonly refused = new Set<string>();
  entriesDone = 0;
  bytesDone = 0;
  hardLinks = 0;
  unlinked = 0;
  removed = 0;
  unchecked = 0;
  otherOwners = 0;

  /** An entry could not be restored. */
  fail(index: number, problem: Problem): void {
    this.#failed.push(index);
    this.#problems.push(problem);
  }

  /** A directory could not be had, and so none of its entries. */
  failDir(problem: Problem, { first, count }: { first: number; count: number }): void {
    this.#failedDirs.push(problem.relPath);
    this.#problems.push(problem);
    for (let i = 0; i < count; i++) this.#failed.push(first + i);
  }

  /** Something else is to be told. */
  tell(problem: Problem): void {
    this.#problems.push(problem);
  }

  get answer(): RestoreAnswer {
    return {
      failed: this.#failed,
      failedDirs: this.#failedDirs,
      problems: this.#problems,
      entriesDone: this.entriesDone,
      bytesDone: this.bytesDone,
      hardLinks: this.hardLinks,
      unlinked: this.unlinked,
      removed: this.removed,
      unchecked: this.unchecked,
      otherOwners: this.otherOwners,
      refused: [...this.refused],
    };
  }
}
