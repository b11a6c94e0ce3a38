/**
 * What `phlb forget-path` is asked, and what it plans.
 *
 * @module
 */
import type { RootDir } from "../../backup/run/preflight.ts";
import type { Settings } from "../../config/schema.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import type { Summary } from "../../store/summary.ts";
import type { LockDeps } from "../locked_root.ts";
import type { AddressBase } from "../read/address.ts";

/** What forgetting needs from the outside. */
export interface ForgetDeps extends LockDeps {
  /** A summary for people; `path` is the snapshot's. */
  readonly summaryText: (summary: Summary, path: string) => string;
}

/** What is to be forgotten. */
export interface ForgetQuery {
  /** Snapshots; none with `all`. */
  readonly addresses: readonly string[];
  /** All snapshots (of the base's name), those in the trash too. */
  readonly all: boolean;
  /** Below the snapshots, or absolute in their source. */
  readonly path: string;
  /** Also under all other names, in all snapshots and in the trash, that have the same content. */
  readonly everywhere: boolean;
  readonly base: AddressBase;
  readonly settings: Settings;
  readonly dryRun: boolean;
  /** Also in pinned snapshots. */
  readonly force: boolean;
}

/** A path that goes. */
export interface PlannedPath {
  /** Below the snapshot. */
  readonly relPath: string;
  /** Itself, and all that is below it. */
  readonly entries: number;
  /** Content of regular files. */
  readonly bytes: number;
}

/** What goes from one snapshot. */
export interface ForgetTarget {
  readonly ref: SnapshotRef;
  /** `<name>/<time>`; below `.phlb/trash` for one in the trash. */
  readonly id: string;
  readonly paths: readonly PlannedPath[];
  /** Forgotten before, by a run that was cut off: what is left of it goes. */
  readonly unfinished: readonly string[];
}

/** A name under which a content that goes elsewhere stays. */
export interface StayingName {
  readonly id: string;
  readonly relPath: string;
}

/** What a run does, in that order. */
export interface ForgetPlan {
  readonly root: RootDir;
  readonly targets: readonly ForgetTarget[];
  /** The first of the names under which the same contents stay, and how many there are. */
  readonly staying: readonly StayingName[];
  readonly stayingCount: number;
  /** What runs that were cut off left, relative to the root: nobody knows what is in there. */
  readonly leftovers: readonly string[];
  /** A source, absolute, that still has the path. */
  readonly sourcePath: string | undefined;
  readonly dryRun: boolean;
}
