import type { WalkedSection } from "../../backup/walk/walked.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { fileSize } from "../diff/change_list.ts";
import { comparisonProblem } from "../diff/content_judge.ts";
import { pathOf, type TreeEntry } from "../diff/entry_cursor.ts";
import type { MergeVisitor } from "../diff/merge_trees.ts";
import type { WorkEvent } from "../ops_deps.ts";
import type { ContentQueue, FilePair, FileReading } from "./content_queue.ts";
import { CompareCounter, type CompareTotals, type Difference } from "./difference.ts";
import { type CompareScope, judgeEntry, judgeFile, loneDifference } from "./judge_entry.ts";
import { NotCompared } from "./source_sections.ts";

/** What {@link CompareWork} works with. */
export interface CompareWorkOptions {
  readonly scope: CompareScope;
  /** Whether stored files are read as well. */
  readonly checksumBoth: boolean;
  readonly queue: ContentQueue;
  readonly cancel: CancelFlag;
  /** One Int32 for each reader: KiB done of the file in work. */
  readonly kibDone: readonly Int32Array[];
  readonly onDifference: (difference: Difference) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Judges what a merge of backup (first) and source (second) finds, and counts. */
export class CompareWork implements MergeVisitor {
  readonly #options: CompareWorkOptions;
  readonly #counter = new CompareCounter();
  readonly #notCompared = new NotCompared();
  #entriesFound = 1;
  #bytesFound = 0;
  #bytesDone = 0;
  #entriesDone = 0;
  #walkDone = false;
  #problems = 0;
  #relPath = "";

  constructor(options: CompareWorkOptions) {
    this.#options = options;
  }

  get totals(): CompareTotals {
    return this.#counter.totals;
  }

  /** Takes notice of a section that the walker found. */
  found(section: WalkedSection): void {
    const { names, stats, skipped, problems } = section;
    this.#notCompared.add(section);
    this.#entriesFound += section.seen - skipped.length;
    for (let row = 1; row <= names.length; row++) {
      if (stats.type(row) === "file") this.#bytesFound += stats.sizeBytes(row);
    }
    this.#counter.excluded(skipped.length);
    for (const problem of problems) {
      this.problem({ ...problem, step: "compare" });
      if (!problem.stored) this.#settle(undefined, "failed");
    }
  }

  /** Nothing more will be found. */
  walkDone(): void {
    this.#walkDone = true;
  }

  problem(problem: Problem): void {
    this.#problems++;
    this.#options.onProblem(problem);
  }

  async gone(stored: TreeEntry): Promise<void> {
    const relPath = pathOf(stored.place);
    if (this.#notCompared.has(relPath)) return;
    await this.#tell(stored, loneDifference("missing", { ...stored, relPath }));
  }

  async added(source: TreeEntry): Promise<void> {
    await this.#tell(source, loneDifference("new", source));
  }

  async both(stored: TreeEntry, source: TreeEntry): Promise<void> {
    const { scope, checksumBoth, queue } = this.#options;
    const verdict = judgeEntry(stored, source, scope);
    if (verdict !== "read") return await this.#tell(source, verdict);
    const readsStored = checksumBoth || stored.record?.digest === undefined;
    const pair: FilePair = { stored, source, readsStored };
    await queue.add({
      kind: "files",
      pair,
      settle: (own, other) => this.#settleFile(pair, own, other),
    });
  }

  check(): void {
    this.#options.cancel.check();
  }

  /** How far it is. */
  get progress(): WorkEvent {
    const inWork = this.#options.kibDone.reduce((sum, kib) => sum + (kib[0] ?? 0), 0) * 1024;
    return {
      kind: "progress",
      entriesDone: this.#entriesDone,
      bytesDone: Math.min(this.#bytesDone + inWork, this.#bytesFound),
      entriesFound: this.#entriesFound,
      bytesFound: this.#bytesFound,
      walkDone: this.#walkDone,
      problems: this.#problems,
      currentPath: this.#relPath,
    };
  }

  async #tell(entry: TreeEntry, outcome: Difference | "equal"): Promise<void> {
    const settle = () => this.#settle(entry, outcome);
    await this.#options.queue.add({ kind: "ready", settle });
  }

  #settle(entry: TreeEntry | undefined, outcome: Difference | "equal" | "failed"): void {
    this.#counter.outcome(outcome);
    if (entry !== undefined) {
      const sizeBytes = fileSize(entry);
      const isMissing = typeof outcome === "object" && outcome.kind === "missing";
      const type = entry.stats.type(entry.row);
      this.#counter.entry({ type, sizeBytes: isMissing ? 0 : sizeBytes });
      if (!isMissing) {
        this.#entriesDone++;
        this.#bytesDone += sizeBytes;
      }
      this.#relPath = entry.relPath;
    }
    if (typeof outcome === "object") this.#options.onDifference(outcome);
  }

  #settleFile(pair: FilePair, own: FileReading, other: FileReading | undefined): void {
    const { stored, source } = pair;
    for (const problem of own.problems) this.problem(comparisonProblem(problem));
    for (const problem of other?.problems ?? []) this.problem(storedProblem(problem));
    if (own.digest !== undefined) this.#counter.read(own.stats.sizeBytes(own.row));
    const recorded = stored.record?.digest;
    if (other !== undefined && other.digest === undefined) return this.#settle(source, "failed");
    if (own.digest === undefined) return this.#settle(source, "failed");
    if (recorded !== undefined && other !== undefined && other.digest !== recorded) {
      this.#counter.damaged();
      this.problem(damage(stored));
    }
    const outcome = judgeFile(
      { stored, source, reading: own },
      recorded ?? other?.digest,
      this.#options.scope,
    );
    this.#settle(source, outcome);
  }
}

function storedProblem(problem: Problem): Problem {
  const message = problem.message.replace(/^Cannot back up /, "Cannot read the stored file ");
  return { ...problem, step: "compare", message };
}

function damage({ relPath }: TreeEntry): Problem {
  return {
    relPath,
    step: "compare",
    code: "damaged",
    message: `The stored file "${printable(relPath)}" is damaged: ` +
      "its content is not what was recorded of it",
    stored: false,
  };
}
