import type { Threads } from "../../backup/threads/threads.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import type { Job } from "../../config/config.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { StartFenceTest } from "./fence_attempts.ts";

/** What `phlb doctor` needs from the outside. */
export interface DoctorDeps extends OpsDeps {
  readonly startWalker: Threads["walker"];
  readonly startFenceTest: StartFenceTest;
  readonly host: { readonly name: string; readonly pid: number };
  /** The command line, for the lock. */
  readonly command: string;
  /** What this machine remembers; nothing when absent. */
  readonly state?: StateTexts | undefined;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Text of a file that the configuration names; throws when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
}

/** What is to be examined; the backup root, the source and its rules are those of the job. */
export interface DoctorQuery {
  readonly job: Job;
  /** How long the source may be looked at. */
  readonly maxPassMs: number;
  /** Whether to measure how fast things are. */
  readonly bench: boolean;
}
