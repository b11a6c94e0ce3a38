import { comparePaths } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { Summary } from "../../store/summary.ts";
import type { RuleOrigin } from "../select/select.ts";
import { isSameMetadata, type PreviousEntry } from "../settle/compare.ts";
import type { KnownSection } from "../settle/known.ts";
import { OUTCOME, type SettlingSection } from "../settle/settling.ts";

/** Problems that a summary names one by one; all are counted, and the log has all. */
const LISTED_PROBLEMS = 1000;

/**
 * Running totals of a run. `walked` is what the walker met, counted there; the sum of `linked`,
 * `copied`, `directories`, `symlinks`, `specials`, `recorded`, `excluded` and `failed` is what became
 * of it, counted here. At the end the two must agree: no entry is left out.
 */
export class Tally {
  readonly counts = {
    walked: 1, // the source root itself
    linked: 0,
    copied: 0,
    directories: 0,
    symlinks: 0,
    specials: 0,
    recorded: 0,
    excluded: 0,
    failed: 0,
    problems: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    damaged: 0,
    healed: 0,
  };
  readonly bytes = { processed: 0, linked: 0, copied: 0, saved: 0 };
  readonly #excludedBy = new Map<string, RuleOrigin & { count: number }>();
  readonly #problems: Problem[] = [];

  /** Rules with the number of entries each left out, most first. */
  get excludedBy(): { rule: string; layer: string; count: number }[] {
    return [...this.#excludedBy.values()].toSorted((a, b) =>
      b.count - a.count || comparePaths(a.rule, b.rule)
    );
  }

  /** These fields of a summary. */
  get summary(): Pick<Summary, "counts" | "bytes" | "excluded_by" | "problems"> {
    return {
      counts: { ...this.counts },
      bytes: { ...this.bytes },
      excluded_by: this.excludedBy,
      problems: this.#problems.map(({ relPath, step, code, message, stored }) => ({
        path: relPath,
        step,
        code,
        message,
        stored,
      })),
    };
  }

  /** Counts a settled section. */
  add(section: SettlingSection): void {
    const { walked } = section;
    if (!walked.continues) this.counts[section.isLost ? "failed" : "directories"]++;
    for (const [index, outcome] of section.outcomes.entries()) {
      this.#addEntry(section, index, outcome);
    }
    for (const skipped of walked.skipped) this.#addSkipped(skipped.by);
    for (const problem of section.problems) this.addProblem(problem);
    // Names that could not even be looked at are in no column: they are problems alone.
    this.counts.failed += walked.problems.filter((problem) => !problem.stored).length;
    this.counts.walked += walked.seen;
  }

  /** Counts a directory that is as it was. */
  addKnown({ walked, files, bytes }: KnownSection): void {
    const { counts } = this;
    counts.directories++;
    counts.linked += files;
    counts.symlinks += walked.names.length - files;
    counts.unchanged += walked.names.length;
    counts.walked += walked.seen;
    this.bytes.processed += bytes;
    this.bytes.linked += bytes;
    this.bytes.saved = this.bytes.linked;
    for (const skipped of walked.skipped) this.#addSkipped(skipped.by);
  }

  /** Entries whose end is known; at the end of a run this must be `counts.walked`. */
  get accounted(): number {
    const { counts } = this;
    return counts.linked + counts.copied + counts.directories + counts.symlinks +
      counts.specials + counts.recorded + counts.excluded + counts.failed;
  }

  addProblem(problem: Problem): void {
    this.counts.problems++;
    if (problem.code === "damaged") this.counts.damaged++;
    if (this.#problems.length < LISTED_PROBLEMS) this.#problems.push(problem);
  }

  #addSkipped(by: RuleOrigin): void {
    this.counts.excluded++;
    const key = `${by.rule}\0${by.layer}`;
    const known = this.#excludedBy.get(key);
    if (known !== undefined) known.count++;
    else this.#excludedBy.set(key, { ...by, count: 1 });
  }

  #addEntry(section: SettlingSection, index: number, outcome: number): void {
    const { counts, bytes } = this;
    const row = index + 1;
    const type = section.stats.type(row);
    if (outcome === OUTCOME.lost || outcome === OUTCOME.open) {
      counts.failed++;
      return;
    }
    const previous = section.previous.entries[index];
    const sameContent = type === "file"
      ? previous?.record?.digest === section.records[row]?.digest
      : previous?.record?.linkTarget === section.records[row]?.linkTarget;
    this.#novelty(section, { row, previous, sameContent });
    if (outcome === OUTCOME.recorded) counts.recorded++;
    else if (type === "link") counts.symlinks++;
    else if (type !== "file") counts.specials++;
    else {
      const size = section.stats.sizeBytes(row);
      bytes.processed += size;
      counts[outcome === OUTCOME.linked ? "linked" : "copied"]++;
      bytes[outcome === OUTCOME.linked ? "linked" : "copied"] += size;
      bytes.saved = bytes.linked;
    }
  }

  #novelty(
    section: SettlingSection,
    { row, previous, sameContent }: {
      row: number;
      previous: PreviousEntry | undefined;
      sameContent: boolean;
    },
  ): void {
    if (previous === undefined) this.counts.new++;
    else if (sameContent && isSameMetadata(section.stats, row, previous)) this.counts.unchanged++;
    else this.counts.changed++;
  }
}
