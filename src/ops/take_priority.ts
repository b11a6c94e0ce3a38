import { type IoPriority, parseIoPriority } from "../base/io_priority.ts";
import type { Settings } from "../config/schema.ts";
import { setIoPriority, setNiceness } from "../fs/process_priority.ts";
import type { WorkEvent } from "./ops_deps.ts";

/** The settings that say how far this process steps back behind others. */
export type PrioritySettings = Pick<
  Settings,
  "performance.nice" | "performance.ionice" | "performance.file_system"
>;

/**
 * Gives this process the configured priorities; call it before threads are started. What the system
 * refuses is told as a warning: work that is done at another priority is better than none.
 */
export function takePriority(
  settings: PrioritySettings,
  onEvent: (event: Extract<WorkEvent, { kind: "log" }>) => void,
): void {
  const nice = settings["performance.nice"];
  const ionice = ioPriorityOf(settings);
  const tell = (what: string, refusal: string | undefined, hint = "") => {
    if (refusal === undefined) return;
    const message = `Cannot set ${what}: ${refusal}; going on without it${hint}`;
    onEvent({ kind: "log", level: "warning", message });
  };
  const set = <T>(setting: (value: T) => string | undefined, value: T) =>
    settings["performance.file_system"] === "portable" ? NOT_PORTABLE : setting(value);
  if (nice !== undefined) {
    const hint = " (only root may take a niceness below the present one)";
    tell(`the niceness ${nice}`, set(setNiceness, nice), hint);
  }
  if (ionice !== undefined) {
    tell(`the disk priority "${settings["performance.ionice"]}"`, set(setIoPriority, ionice));
  }
}

const NOT_PORTABLE = "it takes the C library, which the portable file system does without";

function ioPriorityOf({ "performance.ionice": text }: PrioritySettings): IoPriority | undefined {
  return text === undefined ? undefined : parseIoPriority(text);
}
