import type { Clock } from "../base/clock.ts";
import type { SshKeygen } from "../base/ssh_keygen.ts";
import type { StateTexts } from "../base/state_texts.ts";
import type { FileSystemKind } from "../fs/file_system.ts";
import type { OpenedFileSystem } from "../fs/open_file_system.ts";
import type { Writeback } from "../fs/writeback.ts";
import type { Summary } from "../store/summary.ts";
import type { Aftercare } from "./aftercare.ts";
import type { BackupEvent } from "./events.ts";
import type { MarkPolicy } from "./run/root_mark.ts";
import type { LogMessage } from "./snapshot/run_log.ts";
import type { Threads } from "./threads/threads.ts";

/** What a backup needs from the outside; everything that a test wants to hold in its hand. */
export interface BackupDeps {
  readonly clock: Clock;
  readonly threads: Threads;
  readonly openFileSystem: (wanted: "auto" | FileSystemKind) => OpenedFileSystem;
  /** Without it, all that is stored waits for the sync at the end. */
  readonly openWriteback?: (path: string) => Writeback | undefined;
  /** Text of a file that the configuration names; throws when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Absolute. */
  readonly cwd: string;
  readonly host: {
    readonly name: string;
    readonly pid: number;
    readonly cores: number;
    /** Milliseconds of processor time that this process has had. */
    readonly cpuMs?: () => number;
    /** The same of all processes together. */
    readonly machineMs?: () => number;
  };
  /** The command line, for the lock file. */
  readonly command: string;
  /** Signs manifests. */
  readonly sshKeygen: SshKeygen;
  /** What this machine remembers; nothing when absent. */
  readonly state?: StateTexts | undefined;
  /** Whether a root that has lost its mark, or is empty now, is a new one; see `root_mark.ts`. */
  readonly unmarkedRoot?: MarkPolicy["unmarked"];
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** A summary for people, as it goes into `-summary.txt`; `path` is the snapshot's, or the leftover's. */
  readonly summaryText: (summary: Summary, path: string) => string;
  /** Aborted when the user wants the run to stop. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: BackupEvent) => void;
  /** What happened before the run and belongs into its log. */
  readonly earlier?: readonly LogMessage[];
  /** Without it, older snapshots are left as they are. */
  readonly aftercare?: Aftercare;
}
