import { printable } from "../../base/path_bytes.ts";
import { type ScheduledJob, unwritable } from "./scheduled_job.ts";

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/**
 * Text between two tags.
 *
 * @throws {SCHEDULE_UNWRITABLE} for what no XML may hold
 */
export function xmlText(
  text: string,
  { job, what }: { job: ScheduledJob; what: string },
): string {
  if (!text.isWellFormed() || FORBIDDEN.test(text)) {
    throw unwritable(job, {
      what,
      reason: `"${printable(text)}" cannot stand in XML`,
      hint: "Give the directory another name, or reach it through a symlink",
    });
  }
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll(/[\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Text within a comment. */
export function xmlComment(text: string): string {
  return printable(text).replaceAll("--", "- -").replaceAll(/[<>&]/g, "_");
}
