import { joinRel, printable } from "../base/path_bytes.ts";
import type { ChangeKind, PlannedChange } from "../ops/restore/planned_change.ts";
import type { RestoreReport } from "../ops/restore/restore.ts";
import type { Figures } from "./figures.ts";
import { pathFields } from "./json_lines.ts";
import type { JsonMessage } from "./json_lines.ts";
import { textWidth } from "./text_width.ts";

/** What a restore came to, for people: plain text for 80 columns. */
export function restoreText(report: RestoreReport, { figures }: { figures: Figures }): string {
  const { dryRun, counts, snapshotId, inside, target, verified } = report;
  const what = printable(inside === "" ? snapshotId : `${snapshotId}:${inside}`);
  const end = counts.entriesFailed > 0 || (verified?.problems ?? 0) > 0 ? ", with problems" : "";
  const head = dryRun
    ? `Dry run: nothing was written to ${printable(target)}`
    : `Restored ${what} to ${printable(target)}${end}`;
  const { count, size } = figures;
  const links = counts.hardLinks > 0 ? `, ${count(counts.hardLinks)} hard links` : "";
  const rows: Row[] = [
    {
      label: dryRun ? "To restore" : "Restored",
      number: counts.entriesRestored,
      remark: `${size(counts.bytesRestored)}${links}`,
      always: true,
    },
    { label: "Left alone", number: counts.entriesSkipped, remark: size(counts.bytesSkipped) },
    { label: dryRun ? "In the way" : "Failed", number: counts.entriesFailed, remark: "see above" },
    { label: dryRun ? "To remove" : "Removed", number: counts.removed },
  ];
  const readBack: Row[] = verified === undefined ? [] : [{
    label: "Read back",
    number: verified.entries,
    remark: verified.problems === 0
      ? `${size(verified.bytes)}, all as it should be`
      : `${count(verified.problems)} differ, see above`,
    always: true,
  }];
  return [head, ...lines([...rows, ...readBack], count)].join("\n");
}

interface Row {
  readonly label: string;
  readonly number: number;
  readonly remark?: string;
  /** Shown also when it is zero. */
  readonly always?: boolean;
}

function lines(rows: readonly Row[], count: Figures["count"]): string[] {
  const shown = rows.filter(({ number, always }) => always === true || number > 0);
  const width = Math.max(...shown.map(({ number }) => textWidth(count(number))));
  return shown.map(({ label, number, remark }) => {
    const text = count(number);
    const gap = " ".repeat(width - textWidth(text));
    return `  ${label.padEnd(12)}${gap}${text}${remark === undefined ? "" : `  ${remark}`}`;
  });
}

/** The same as a message. */
export function restoreMessage(report: RestoreReport): JsonMessage {
  const { counts, verified, inside } = report;
  return {
    message_type: "summary",
    snapshot_id: report.snapshotId,
    inside,
    dry_run: report.dryRun,
    seconds_elapsed: Math.floor(report.seconds),
    total_duration: report.seconds,
    total_files: counts.entries,
    files_restored: counts.entriesRestored,
    files_skipped: counts.entriesSkipped,
    files_failed: counts.entriesFailed,
    files_deleted: counts.removed,
    total_bytes: counts.bytes,
    bytes_restored: counts.bytesRestored,
    bytes_skipped: counts.bytesSkipped,
    hard_links: counts.hardLinks,
    files_unchecked: counts.unchecked,
    owners_not_given: counts.otherOwners,
    attributes_not_kept: counts.notKept,
    ...(verified === undefined ? {} : {
      verified_files: verified.entries,
      verified_bytes: verified.bytes,
      verify_problems: verified.problems,
    }),
    ...pathFields(report.target),
  };
}

const WORDS: Readonly<Record<ChangeKind, string>> = {
  create: "create",
  replace: "replace",
  attributes: "attributes",
  unchanged: "unchanged",
  keep: "keep",
  remove: "remove",
  conflict: "in the way",
};

/** One line of a plan, for people; `target` comes before its path. */
export function plannedText({ kind, type, relPath }: PlannedChange, target: string): string {
  const path = relPath === "" ? target : joinRel(target, relPath);
  return `${WORDS[kind].padEnd(11)}${printable(path)}${type === "dir" ? "/" : ""}`;
}

/** The same as a message. */
export function plannedMessage({ kind, type, relPath, sizeBytes }: PlannedChange): JsonMessage {
  return {
    message_type: "plan",
    action: kind,
    ...(type === undefined ? {} : { type }),
    ...(type === "file" ? { size: sizeBytes } : {}),
    ...pathFields(relPath),
  };
}

/** Changes of each kind that are listed when not all of them are wanted. */
const LISTED = 20;

/** Kinds that nobody needs to see one by one, unless all are wanted. */
const QUIET: ReadonlySet<ChangeKind> = new Set(["create", "unchanged", "keep", "attributes"]);

/** Chooses which lines of a plan people get to see. */
export class PlanExcerpt {
  readonly #counts = new Map<ChangeKind, number>();
  readonly #all: boolean;

  constructor({ all }: { all: boolean }) {
    this.#all = all;
  }

  /** Whether the change is shown. */
  shows({ kind }: PlannedChange): boolean {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return this.#all || (!QUIET.has(kind) && count <= LISTED);
  }

  /** How many were not shown of those that would have been worth it; undefined when there are none. */
  rest(count: Figures["count"]): string | undefined {
    if (this.#all) return undefined;
    const parts = [...this.#counts]
      .filter(([kind, total]) => !QUIET.has(kind) && total > LISTED)
      .map(([kind, total]) => `${count(total - LISTED)} more to ${kind}`);
    return parts.length === 0 ? undefined : `… ${parts.join(", ")}; -v lists everything`;
  }
}
