import { joinRel, printable } from "../base/path_bytes.ts";
import type { ChangeKind, PlannedChange } from "../ops/restore/planned_change.ts";
import type { RestoreReport } from "../ops/restore/restore.ts";
import type { Figures } from "./figures.ts";
import { pathFields } from "./json_lines.ts";
import type { JsonMessage } from "./json_lines.ts";
import type { Phrase } from "./words.ts";
import { padText, textWidth } from "./text_width.ts";

/** What a restore came to, for people: plain text for 80 columns. */
export function restoreText(report: RestoreReport, { figures }: { figures: Figures }): string {
  const { dryRun, counts, snapshotId, inside, target, verified } = report;
  const what = printable(inside === "" ? snapshotId : `${snapshotId}:${inside}`);
  const { count, size, say } = figures;
  const place = { what, target: printable(target) };
  const isTroubled = counts.entriesFailed > 0 || (verified?.problems ?? 0) > 0;
  const head = dryRun
    ? say("Dry run: nothing was written to {target}", place)
    : isTroubled
    ? say("Restored {what} to {target}, with problems", place)
    : say("Restored {what} to {target}", place);
  const { hardLinks } = counts;
  const links = hardLinks > 0 ? `, ${say("{hardLinks:hard link|hard links}", { hardLinks })}` : "";
  const rows: Row[] = [
    {
      label: dryRun ? say("To restore") : say("Restored"),
      number: counts.entriesRestored,
      remark: `${size(counts.bytesRestored)}${links}`,
      always: true,
    },
    { label: say("Left alone"), number: counts.entriesSkipped, remark: size(counts.bytesSkipped) },
    {
      label: dryRun ? say("In the way") : say("Failed"),
      number: counts.entriesFailed,
      remark: say("see above"),
    },
    { label: dryRun ? say("To remove") : say("Removed"), number: counts.removed },
  ];
  const readBack: Row[] = verified === undefined ? [] : [{
    label: say("Read back"),
    number: verified.entries,
    remark: verified.problems === 0
      ? say("{size}, all as it should be", { size: size(verified.bytes) })
      : say("{problems} {problems:|differs|differ}, see above", { problems: verified.problems }),
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
  const labels = Math.max(12, ...shown.map(({ label }) => textWidth(label) + 2));
  const width = Math.max(...shown.map(({ number }) => textWidth(count(number))));
  return shown.map(({ label, number, remark }) => {
    const text = count(number);
    const gap = " ".repeat(width - textWidth(text));
    return `  ${label}${" ".repeat(labels - textWidth(label))}${gap}${text}${
      remark === undefined ? "" : `  ${remark}`
    }`;
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

const WORDS: Readonly<Record<ChangeKind, Phrase>> = {
  create: "create",
  replace: "replace",
  attributes: "attributes",
  unchanged: "unchanged",
  keep: "keep",
  remove: "remove",
  conflict: "in the way",
};

/** One line of a plan, for people; `target` comes before its path. */
export function plannedText(
  { kind, type, relPath }: PlannedChange,
  { target, figures }: { target: string; figures: Figures },
): string {
  const path = relPath === "" ? target : joinRel(target, relPath);
  const word = padText(figures.say(WORDS[kind]), 11);
  return `${word}${word.endsWith(" ") ? "" : " "}${printable(path)}${type === "dir" ? "/" : ""}`;
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
  rest({ say }: Figures): string | undefined {
    if (this.#all) return undefined;
    const parts = [...this.#counts]
      .filter(([kind, total]) => !QUIET.has(kind) && total > LISTED)
      .map(([kind, total]) =>
        say("{more} more: {what}", { more: total - LISTED, what: say(WORDS[kind]) })
      );
    return parts.length === 0
      ? undefined
      : say("… {parts}; -v lists everything", { parts: parts.join(", ") });
  }
}
