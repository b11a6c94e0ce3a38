/**
 * What is known of a backup root: the results of `phlb stats`. "On disk" and "bytes" without more
 * words mean allocated blocks, as `du` counts them; an inode counts once for whom it belongs to.
 *
 * @module
 */
import type { ScrubCoverage } from "../../store/scrub_record.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { NearLimit } from "./count_batch.ts";
import type { Growth } from "./growth.ts";
import type { LinkLimit } from "./link_limit.ts";
import type { Room } from "./room.ts";

/** What a snapshot holds on disk; counted, never estimated. */
export interface SnapshotCount {
  /** All of it: its tree and the files beside it. */
  readonly storedBytes: number;
  /** Contents of backed-up files that nobody else in the root holds. */
  readonly uniqueBytes: number;
  /** Contents that something else holds too. */
  readonly sharedBytes: number;
  /** Directories, symlinks, special files, checksum files and the files beside it. */
  readonly overheadBytes: number;
  /** What removing it would give back. */
  readonly freedBytes: number;
  readonly freedInodes: number;
  /** What no older snapshot in the root holds, whatever its name. */
  readonly addedBytes: number;
  readonly addedInodes: number;
  /** Where in it the contents among that lie; known for the snapshots that were asked for. */
  readonly growth: Growth | undefined;
}

/** One snapshot. Figures that are not known are undefined. */
export interface SnapshotStats {
  readonly snapshot: ListedSnapshot;
  /** Whether it is the oldest of its name. */
  readonly isFirst: boolean;
  /** Backed-up regular files. */
  readonly files: number | undefined;
  readonly directories: number | undefined;
  /** Symlinks and special files. */
  readonly others: number | undefined;
  /** Sizes of the files. */
  readonly apparentBytes: number | undefined;
  /** Content that its run stored, as the summary says. */
  readonly newBytes: number | undefined;
  /** Undefined unless the trees were counted. */
  readonly count: SnapshotCount | undefined;
}

/** Something that is not a complete snapshot. */
export interface OtherHolder {
  readonly kind: "partial" | "trash" | "private" | "rest";
  /** Of a partial: `<name>/<time>`. */
  readonly id: string | undefined;
  /** What it holds. */
  readonly storedBytes: number;
  /** What only it holds. */
  readonly freedBytes: number;
  readonly freedInodes: number;
}

/** The whole root, whatever was asked for. */
export interface RootTotals {
  readonly snapshots: number;
  /** Of all snapshots together, as if each were stored for itself. */
  readonly files: number | undefined;
  readonly apparentBytes: number | undefined;
  readonly count: RootCount | undefined;
}

/** What the whole root takes; all parts but `snapshotBytes` and `totalBytes` add up to the total. */
export interface RootCount {
  /** As `du` says of the root. */
  readonly totalBytes: number;
  readonly totalInodes: number;
  /** All complete snapshots: the next three together. */
  readonly snapshotBytes: number;
  /** Contents in one snapshot alone. */
  readonly uniqueBytes: number;
  /** Contents in several, or in one and something else. */
  readonly sharedBytes: number;
  readonly overheadBytes: number;
  /** What is in no complete snapshot. */
  readonly otherBytes: number;
  /** `apparentBytes` / `snapshotBytes`; undefined when nothing is stored. */
  readonly dedupRatio: number | undefined;
  readonly others: readonly OtherHolder[];
}

/** Files near the limit of hard links. */
export interface LinkStats {
  /** Undefined when the file system's limit is not known. */
  readonly limit: LinkLimit | undefined;
  /** How many files have 90 % of it or more. */
  readonly near: number;
  /** Some of them, most links first. */
  readonly examples: readonly NearLimit[];
}

/** See the module text. */
export interface RootStats {
  /** Absolute, without symlinks. */
  readonly root: string;
  /** Those that were asked for, in order of names, then times. */
  readonly snapshots: readonly SnapshotStats[];
  /** Whether they were named one by one. */
  readonly isNamed: boolean;
  readonly totals: RootTotals;
  /** What removing all of `snapshots` would give back; undefined unless they are some of several. */
  readonly together: { readonly freedBytes: number; readonly freedInodes: number } | undefined;
  /** Undefined unless the trees were counted. */
  readonly links: LinkStats | undefined;
  /** What `phlb verify` has read; undefined when it has no record of this root. */
  readonly coverage: ScrubCoverage | undefined;
  readonly room: Room;
}
