import type { Problem } from "../base/problem.ts";

/** A problem of a whole name, not of one entry. */
export function problemFields(message: string, hint: string): Problem {
  return { relPath: "", step: "prune", code: "held", message, stored: true, hint };
}
