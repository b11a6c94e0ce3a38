/**
 * What a rebuild works with and what it tells.
 *
 * @module
 */
import type { StateTexts } from "../../base/state_texts.ts";
import type { OpenedFileSystem } from "../../fs/open_file_system.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import type { Settings } from "../../config/schema.ts";
import type { Summary } from "../../store/summary.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { StartHasher } from "./hash_files.ts";

/** What a rebuild needs from the outside. */
export interface RebuildDeps extends Omit<OpsDeps, "fs"> {
  readonly openFileSystem: (wanted: "auto" | FileSystemKind) => OpenedFileSystem;
  readonly startHasher: StartHasher;
  readonly host: { readonly name: string; readonly pid: number; readonly cores: number };
  /** The command line, for the lock file. */
  readonly command: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** What this machine remembers; nothing when absent. */
  readonly state?: StateTexts | undefined;
  /** Calls `tick` again and again; the returned function ends that and may be called twice. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** A summary for people, as it goes into `-summary.txt`. */
  readonly summaryText: (summary: Summary, path: string) => string;
}

/** What is to be done. */
export interface RebuildOptions {
  /** The backup root, absolute; undefined when none is configured or given. */
  readonly root: string | undefined;
  readonly settings: Settings;
  /** Whether equal files are made hard links of one inode. */
  readonly link: boolean;
  /** Whether directories of other programs are renamed to snapshots. */
  readonly adopt: boolean;
  /** Under which name those are taken in that lie directly in the root. */
  readonly name: string | undefined;
  /** Only look: nothing is written. */
  readonly dryRun: boolean;
  /** False reads an inode again for each of its names. */
  readonly skipSameInode: boolean;
}

/** What was done, or would be. */
export interface RebuildCounts {
  snapshots: number;
  manifestsWritten: number;
  sumsWritten: number;
  /** Names of regular files. */
  files: number;
  filesHashed: number;
  bytesHashed: number;
  /** Files whose content is not what was recorded. */
  damaged: number;
  problems: number;
  /** Names that became hard links of a file that was stored before. */
  linked: number;
  bytesSaved: number;
  /** Directories that became snapshots. */
  adopted: number;
  /** Contents in the new index. */
  contents: number;
}

/** One thing that a rebuild does, told beforehand by a dry run. */
export type PlanStep =
  | { readonly action: "adopt"; readonly from: string; readonly to: string }
  | {
    readonly action: "rebuild";
    readonly snapshotId: string;
    readonly manifest: "keep" | "write" | "replace";
    /** Checksum files that are written. */
    readonly sums: number;
  }
  | { readonly action: "link"; readonly files: number; readonly bytes: number };

/** A directory that could be a snapshot of another program. */
export interface Adoptable {
  /** Relative to the root. */
  readonly path: string;
  /** Where it would lie as a snapshot; undefined: it needs a name. */
  readonly to: string | undefined;
}

/** How it went. */
export interface RebuildResult {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly dryRun: boolean;
  readonly counts: Readonly<RebuildCounts>;
  readonly plan: readonly PlanStep[];
  /** What was left alone because nobody asked to adopt it. */
  readonly adoptable: readonly Adoptable[];
  readonly seconds: number;
}

/** All zero. */
export function noCounts(): RebuildCounts {
  return {
    snapshots: 0,
    manifestsWritten: 0,
    sumsWritten: 0,
    files: 0,
    filesHashed: 0,
    bytesHashed: 0,
    damaged: 0,
    problems: 0,
    linked: 0,
    bytesSaved: 0,
    adopted: 0,
    contents: 0,
  };
}
