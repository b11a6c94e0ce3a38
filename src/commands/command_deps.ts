import type { Words } from "../ui/words.ts";
import type { Machine } from "./machine.ts";
import type { Operations } from "./operations.ts";

/** All that a command has to work with. */
export interface CommandDeps extends Machine {
  /** The command line, without the program's name. */
  readonly argv: readonly string[];
  /** Aborted when the run is to stop. From the first look at it on, Ctrl-C is ours to handle. */
  readonly signal: AbortSignal;
  readonly operations: Operations;
  /** Takes the `locale` that is configured: errors are told in it. */
  /** The words that errors are told in. */
  readonly words?: () => Promise<Words>;
  readonly useLocale?: (configured: string) => void;
}
