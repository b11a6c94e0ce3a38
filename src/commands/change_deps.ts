import type { CommandDeps } from "./command_deps.ts";
import type { ChangeDeps } from "./operations.ts";
import { stateTexts } from "./state_texts.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";

/** What a command hands to work that changes a backup root. */
export function changeDeps(deps: CommandDeps, onEvent: ChangeDeps["onEvent"]): ChangeDeps {
  const { clock, signal, host, argv } = deps;
  return {
    clock,
    signal,
    host,
    command: ["phlb", ...argv].join(" "),
    state: stateTexts(deps),
    sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
    onEvent,
  };
}
