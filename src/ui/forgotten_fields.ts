import type { ForgottenPath } from "../store/forgotten.ts";
import { pathFields } from "./json_lines.ts";

/** What a JSON message says of a path that was taken out of a snapshot. */
export function forgottenFields(
  { relPath, at, by, entries, bytes }: ForgottenPath,
): Readonly<Record<string, unknown>> {
  return { ...pathFields(relPath), at, by, entries, bytes };
}
