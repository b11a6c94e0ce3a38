import type { WorkEvent } from "../ops_deps.ts";

/** How far a verify is. */
export class ProgressTally {
  entriesDone = 0;
  bytesDone = 0;
  entriesFound = 0;
  bytesFound = 0;
  walkDone = false;
  problems = 0;
  currentPath = "";

  /** `bytesUnderWay`: read of files that are not through yet. */
  event(bytesUnderWay: number): WorkEvent {
    return {
      kind: "progress",
      entriesDone: this.entriesDone,
      bytesDone: this.bytesDone + bytesUnderWay,
      entriesFound: this.entriesFound,
      bytesFound: this.bytesFound,
      walkDone: this.walkDone,
      problems: this.problems,
      currentPath: this.currentPath,
    };
  }
}
