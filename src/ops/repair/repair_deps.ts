/**
 * What a repair works with and what it tells.
 *
 * @module
 */
import type { Settings } from "../../config/schema.ts";
import type { LockDeps } from "../locked_root.ts";
import type { VerifyRequest } from "../verify/targets.ts";
import type { VerifyDeps } from "../verify/verify_options.ts";

/** What a repair needs from the outside. */
export interface RepairDeps extends VerifyDeps, LockDeps {
  readonly onHealed: (healed: Healed) => void;
}

/** What is to be repaired, and how. */
export interface RepairOptions {
  readonly request: VerifyRequest;
  /** Finds damage without reading the contents. */
  readonly fast: boolean;
  /** Only look: nothing is written. */
  readonly dryRun: boolean;
  /** Other backup roots to take contents from, absolute. */
  readonly replicas: readonly string[];
  readonly settings: Settings;
}

/** Something that is right again, or would be. */
export interface Healed {
  /**
   * `content`: a file was written anew. `linked`: it became a link to an equal file. The others were
   * made anew, or given what is recorded of them.
   */
  readonly action:
    | "content"
    | "linked"
    | "directory"
    | "symlink"
    | "special"
    | "attributes"
    | "checksums"
    | "leftover";
  /** `<name>/<time>` and the path below it: the first of its names. */
  readonly snapshotId: string;
  readonly relPath: string;
  /** How many names have it, in all snapshots. */
  readonly names: number;
  /** Where the content was read, absolute or relative to the backup root; undefined for the rest. */
  readonly from: string | undefined;
  readonly sizeBytes: number;
}

/** What was done, or would be. */
export interface RepairCounts {
  /** Damaged or missing things that were found, by path. */
  found: number;
  /** Contents, directories, links and the like that are right again. */
  healed: number;
  /** Names that are right again. */
  names: number;
  /** Bytes that were written. */
  bytes: number;
  /** What is still wrong, by path. */
  remaining: number;
}

/** How it went in one backup root. */
export interface RepairedRoot {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly counts: Readonly<RepairCounts>;
}

/** How it went. */
export interface RepairResult {
  readonly roots: readonly RepairedRoot[];
  readonly dryRun: boolean;
  readonly seconds: number;
}
