import type { SshKeygen } from "../../base/ssh_keygen.ts";
import type { Settings } from "../../config/schema.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { VerifiedSnapshot } from "./target_state.ts";
import type { VerifyThreads } from "./threads/threads.ts";

/** How a verify goes about it. */
export interface VerifyOptions {
  /** Reads no contents. */
  readonly fast: boolean;
  /** The share of the bytes to read, above 0 and up to 1; undefined: all. */
  readonly sample: number | undefined;
  readonly maxDurationMs: number | undefined;
  /** Goes on with an unfinished run over the same snapshots. */
  readonly resume: boolean;
  readonly settings: Pick<
    Settings,
    | "performance.buffer"
    | "performance.hashers"
    | "performance.fence"
    | "performance.bwlimit"
    | "log.progress_interval"
  >;
}

/** Who has to have signed manifests. */
export interface SignatureCheck {
  readonly sshKeygen: SshKeygen;
  /** Path of the file with the keys that are trusted. */
  readonly allowedSigners: string;
}

/** What a verify needs from the outside. */
export interface VerifyDeps extends OpsDeps {
  readonly threads: VerifyThreads;
  /** How to check the signatures of manifests; absent: nobody has to have signed them. */
  readonly signatures?: SignatureCheck | undefined;
  /** Processor cores. */
  readonly cores: number;
  /** Milliseconds of processor time that this process has had. */
  readonly cpuMs?: (() => number) | undefined;
  /** The same of all processes together. */
  readonly machineMs?: (() => number) | undefined;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** What a verify found out about a root. */
export interface VerifiedRoot {
  /** Absolute. */
  readonly root: string;
  readonly snapshots: readonly VerifiedSnapshot[];
  /** All that the snapshots hold, each inode once. */
  readonly inodes: number;
  readonly bytes: number;
  /** Not read again, because an earlier run that this one goes on with had read them. */
  readonly inodesReadBefore: number;
  readonly bytesReadBefore: number;
  /** Files with a mode of which nobody can say whether it is right. */
  readonly modesUnjudged: number;
  /** Whether everything was done that was asked for. */
  readonly isComplete: boolean;
}
