import { Option, type OptionValues } from "commander";
import type { Flags } from "../config/config.ts";
import type { Settings } from "../config/schema.ts";
import type { WorkEvent } from "../ops/ops_deps.ts";
import type { Operations } from "./operations.ts";

/** The options that make work slower for the good of others, with what they do. */
export const PACE_OPTIONS = {
  nice: ["--nice <n>", "niceness from -20 to 19: 19 leaves the processor to all others"],
  ionice: ["--ionice <class>", "priority on the disk: idle, or best-effort:0 to best-effort:7"],
  bwlimit: ["--bwlimit <rate>", "read no more than that in a second, such as 20M"],
} as const;

/** Adds `--nice --ionice --bwlimit` in a group of their own; {@link paceFlags} reads them. */
export function addPaceOptions(
  command: { optionsGroup(heading: string): unknown; addOption(option: Option): unknown },
): void {
  command.optionsGroup("Pace:");
  for (const [flags, description] of Object.values(PACE_OPTIONS)) {
    command.addOption(new Option(flags, description));
  }
}

/** What the command line says of them, by the key of the configuration that it stands for. */
export function paceFlags(values: OptionValues): Flags {
  const text = (key: string) => typeof values[key] === "string" ? values[key] : undefined;
  return {
    "performance.nice": text("nice"),
    "performance.ionice": text("ionice"),
    "performance.bwlimit": text("bwlimit"),
  };
}

/** Takes the configured priorities; a command without any has nothing to load for that. */
export async function takeConfiguredPriority(
  settings: Settings,
  { operations, onEvent }: {
    operations: Pick<Operations, "takePriority">;
    onEvent: (event: WorkEvent) => void;
  },
): Promise<void> {
  const { "performance.nice": nice, "performance.ionice": ionice } = settings;
  if (nice === undefined && ionice === undefined) return;
  await operations.takePriority(settings, onEvent);
}
