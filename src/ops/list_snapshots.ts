import { join } from "node:path";
import { joinRel } from "../base/path_bytes.ts";
import { openRootDir } from "../backup/run/preflight.ts";
import { readSmallText } from "../backup/run/small_text.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { openDirPath } from "../fs/open_path.ts";
import { type Companion, companionName, snapshotDir } from "../store/layout.ts";
import { type Marks, parseMarks } from "../store/marks.ts";
import {
  listSnapshots,
  placeOf,
  type SkippedSnapshot,
  type SnapshotRef,
} from "../store/snapshots.ts";
import { parseSummary, type Summary } from "../store/summary.ts";

/** A snapshot with what its run wrote down about it. */
export interface ListedSnapshot extends SnapshotRef {
  /** `<name>/<time>`. */
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  /** Undefined when there is none that can be read. */
  readonly summary: Summary | undefined;
  /** What was written down about it later; undefined when nobody did. */
  readonly marks?: Marks | undefined;
}

/** What a backup root holds. */
export interface RootListing {
  /** Absolute, without symlinks. */
  readonly root: string;
  /** In order of names, then times. */
  readonly snapshots: readonly ListedSnapshot[];
  readonly skipped: readonly SkippedSnapshot[];
}

/**
 * Lists the snapshots of a backup root; writes nothing and takes no lock.
 *
 * @throws {ROOT_MISSING} when there is no such directory
 */
export function listRoot(
  fs: FileSystem,
  { root: path, name }: { root: string; name: string | undefined },
): RootListing {
  const root = openRootDir(fs, path);
  try {
    const { snapshots, skipped } = listSnapshots(fs, root.dir, name === undefined ? {} : { name });
    return {
      root: root.path,
      snapshots: snapshots.map((snapshot) => described(snapshot, { fs, root })),
      skipped,
    };
  } finally {
    fs.closeDir(root.dir);
  }
}

interface OpenRoot {
  readonly fs: FileSystem;
  readonly root: { readonly dir: Dir; readonly path: string };
}

function described(snapshot: SnapshotRef, { fs, root }: OpenRoot): ListedSnapshot {
  const { name, time } = snapshot;
  const summary = readCompanion(snapshot, "summaryJson", { fs, root });
  const marks = readCompanion(snapshot, "marks", { fs, root });
  return {
    ...snapshot,
    id: joinRel(name, time),
    path: join(root.path, snapshotDir(placeOf(snapshot))),
    summary: summary === undefined ? undefined : parseSummary(summary),
    marks: marks === undefined ? undefined : parseMarks(marks),
  };
}

function readCompanion(
  { name, time, companions }: SnapshotRef,
  kind: Companion,
  { fs, root }: OpenRoot,
): string | undefined {
  if (!companions.has(kind)) return undefined;
  try {
    const dir = openDirPath(fs, root.dir, name);
    try {
      return readSmallText(fs, dir, companionName(time, kind));
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined; // gone since it was listed
    throw error;
  }
}
