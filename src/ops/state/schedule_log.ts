import { printable } from "../../base/path_bytes.ts";
import type { StateTexts } from "../../base/state_texts.ts";

/** Name of the log among the state texts. */
export const SCHEDULE_LOG = "schedule.log";

/** Lines that are kept. */
const MOST_LINES = 1000;

/**
 * Adds a line to the log of scheduled runs; one that cannot be written is left out: the log is not
 * worth a backup.
 */
export function logScheduled(state: StateTexts | undefined, line: string): void {
  if (state === undefined) return;
  const before = (state.read(SCHEDULE_LOG) ?? "").split("\n").filter((text) => text !== "");
  const text = [...before, printable(line)].slice(-MOST_LINES).join("\n");
  try {
    state.write(SCHEDULE_LOG, `${text}\n`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
