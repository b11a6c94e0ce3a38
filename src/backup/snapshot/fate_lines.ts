import { joinRel } from "../../base/path_bytes.ts";
import type { KnownSection } from "../settle/known.ts";
import type { WalkedSection } from "../walk/walked.ts";
import type { LogLevel, RunLog } from "./run_log.ts";
import { OUTCOME, type SettlingSection } from "../settle/settling.ts";

/** Where the fates of entries go. */
export interface FateSinks {
  readonly log: RunLog;
  /** See `RecorderOptions`. */
  readonly echo: ((level: LogLevel, message: string) => void) | undefined;
}

/** Writes what a rule left out of a directory that is as it was; of the rest there is nothing to say. */
export function logKnown({ walked }: KnownSection, { log }: FateSinks): void {
  if (log.keeps("info")) log.addAll("info", exclusions(walked));
}

/**
 * Writes each entry's fate to the log: info for what was stored or left out, debug for what is as it
 * was, warning for problems.
 */
export function logLines(section: SettlingSection, { log, echo }: FateSinks): void {
  if (log.keeps("info") || echo !== undefined) {
    const everything = log.keeps("debug") || echo !== undefined;
    const lines = fates(section, { everything });
    log.addAll("info", lines);
    if (echo !== undefined) { for (const line of lines) echo("debug", line); }
  }
  for (const problem of section.problems) {
    log.add(problem.stored ? "warning" : "error", problem.message);
  }
}

function fates(
  section: SettlingSection,
  { everything }: { everything: boolean },
): string[] {
  const { relPath, continues, names } = section.walked;
  const lines = continues || !everything
    ? []
    : [`directory ${quoted(relPath === "" ? "." : relPath)}`];
  for (const [index, name] of names.entries()) {
    const fate = fateOf(section, index);
    if (fate === undefined || (fate === "unchanged" && !everything)) continue;
    lines.push(`${fate} ${quoted(joinRel(relPath, name))}${to(index)}`);
  }
  return [...lines, ...exclusions(section.walked)];

  function to(index: number): string {
    const stored = section.linkedTo.get(index);
    return stored === undefined ? "" : ` to ${quoted(stored)}`;
  }
}

function exclusions({ skipped }: WalkedSection): string[] {
  return skipped.map(({ relPath, by }) =>
    `excluded ${quoted(relPath)} by ${by.rule} (${by.layer})`
  );
}

function quoted(path: string): string {
  return `"${path}"`;
}

function fateOf(section: SettlingSection, index: number): string | undefined {
  const outcome = section.outcomes[index];
  if (outcome === OUTCOME.copied) return "copied";
  if (outcome === OUTCOME.linked) return section.linkedTo.has(index) ? "linked" : "unchanged";
  if (outcome === OUTCOME.recorded) return "recorded";
  if (outcome === OUTCOME.made) {
    return section.stats.type(index + 1) === "link" ? "symlink" : "special";
  }
  return undefined; // lost: its problem has a line of its own
}
