import { joinRel } from "../base/path_bytes.ts";
import type { BackupEvent } from "./events.ts";
import { type FileRef, type SettlingSection } from "./settling.ts";
import { pathOf } from "./contents.ts";
import type { Tally } from "./tally.ts";
import type { WalkedSection } from "./walked.ts";

/** The event that tells how far a run is. */
export type ProgressEvent = Extract<BackupEvent, { kind: "progress" }>;

/** Gathers what a progress event tells. */
export class ProgressCounter {
  readonly #tally: Tally;
  /** One Int32 for each hasher: KiB done of the file in work. */
  readonly #kib: readonly Int32Array[];
  readonly #large = new Map<number, FileRef>();
  #entriesFound = 1;
  #bytesFound = 0;
  #walkDone = false;
  #currentPath = "";

  constructor(tally: Tally, kib: readonly Int32Array[]) {
    this.#tally = tally;
    this.#kib = kib;
  }

  found(sections: readonly WalkedSection[]): void {
    for (const { seen, names, stats } of sections) {
      this.#entriesFound += seen;
      for (let row = 1; row <= names.length; row++) {
        if (stats.type(row) === "file") this.#bytesFound += stats.sizeBytes(row);
      }
    }
  }

  walkDone(): void {
    this.#walkDone = true;
  }

  done(sections: readonly SettlingSection[]): void {
    const walked = sections.at(-1)?.walked;
    if (walked !== undefined) {
      this.#currentPath = joinRel(walked.relPath, walked.names.at(-1) ?? "");
    }
  }

  /** A hasher took up a large file, or put it down. */
  large(lane: number, ref: FileRef | undefined): void {
    if (ref === undefined) this.#large.delete(lane);
    else this.#large.set(lane, ref);
  }

  get event(): ProgressEvent {
    const { counts, bytes, accounted } = this.#tally;
    const largeFile = this.#largestInWork();
    return {
      kind: "progress",
      entriesDone: accounted,
      bytesDone: bytes.processed,
      entriesFound: this.#entriesFound,
      bytesFound: this.#bytesFound,
      walkDone: this.#walkDone,
      problems: counts.problems,
      currentPath: this.#currentPath,
      ...(largeFile === undefined ? {} : { largeFile }),
    };
  }

  #largestInWork(): ProgressEvent["largeFile"] {
    const files = [...this.#large].map(([lane, ref]) => ({
      path: pathOf(ref),
      bytesDone: (this.#kib[lane]?.[0] ?? 0) * 1024,
      sizeBytes: ref.section.stats.sizeBytes(ref.index + 1),
    }));
    return files.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  }
}
