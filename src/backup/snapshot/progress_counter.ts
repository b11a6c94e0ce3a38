import { joinRel } from "../../base/path_bytes.ts";
import type { BackupEvent } from "../events.ts";
import {
  type ComparedSection,
  type FileRef,
  pathOf,
  type SettlingSection,
} from "../settle/settling.ts";
import type { Tally } from "./tally.ts";
import type { WalkedSection } from "../walk/walked.ts";

/** The event that tells how far a run is. */
export type ProgressEvent = Extract<BackupEvent, { kind: "progress" }>;

/** Gathers what a progress event tells. */
export class ProgressCounter {
  readonly #tally: Tally;
  /** One Int32 for each hasher: KiB done of the file in work. */
  readonly #kib: readonly Int32Array[];
  readonly #large = new Map<number, FileRef>();
  /** Large files that were read to their end, but whose sections are not recorded yet. */
  readonly #ahead = new Map<SettlingSection, Set<number>>();
  #bytesAhead = 0;
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

  done(sections: readonly ComparedSection[]): void {
    for (const section of sections) {
      if ("links" in section) continue;
      for (const index of this.#ahead.get(section) ?? []) {
        this.#bytesAhead -= section.stats.sizeBytes(index + 1);
      }
      this.#ahead.delete(section);
    }
    const walked = sections.at(-1)?.walked;
    if (walked !== undefined) {
      this.#currentPath = joinRel(walked.relPath, walked.names.at(-1) ?? "");
    }
  }

  /** A hasher took up a large file, or put it down. */
  large(lane: number, ref: FileRef | undefined): void {
    const done = this.#large.get(lane);
    if (done !== undefined) this.#addAhead(done);
    if (ref === undefined) this.#large.delete(lane);
    else this.#large.set(lane, ref);
  }

  /** A file may be read twice (hashed, then copied); it counts once. */
  #addAhead({ section, index }: FileRef): void {
    const known = this.#ahead.get(section) ?? new Set();
    if (known.has(index)) return;
    this.#ahead.set(section, known.add(index));
    this.#bytesAhead += section.stats.sizeBytes(index + 1);
  }

  get event(): ProgressEvent {
    const { counts, bytes, accounted } = this.#tally;
    const inWork = this.#filesInWork();
    const [largeFile] = inWork.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    const bytesInWork = inWork.filter(({ again }) => !again)
      .reduce((sum, { bytesDone }) => sum + bytesDone, 0);
    return {
      kind: "progress",
      entriesDone: accounted,
      bytesDone: bytes.processed + this.#bytesAhead + bytesInWork,
      entriesFound: this.#entriesFound,
      bytesFound: this.#bytesFound,
      walkDone: this.#walkDone,
      problems: counts.problems,
      currentPath: this.#currentPath,
      ...(largeFile === undefined ? {} : { largeFile: shown(largeFile) }),
    };
  }

  #filesInWork(): FileInWork[] {
    return [...this.#large].map(([lane, ref]) => ({
      path: pathOf(ref),
      bytesDone: (this.#kib[lane]?.[0] ?? 0) * 1024,
      sizeBytes: ref.section.stats.sizeBytes(ref.index + 1),
      again: this.#ahead.get(ref.section)?.has(ref.index) === true,
    }));
  }
}

type FileInWork = NonNullable<ProgressEvent["largeFile"]> & {
  /** It was read to its end before. */
  readonly again: boolean;
};

function shown(file: FileInWork): NonNullable<ProgressEvent["largeFile"]> {
  const { path, bytesDone, sizeBytes } = file;
  return { path, bytesDone, sizeBytes };
}
