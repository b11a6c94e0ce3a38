/**
 * What runs that were cut off left behind: their contents are hashed anew (a power cut may have
 * left them half-written, so no record of theirs is believed), offered to this run for linking, and
 * removed when this run is published.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { removeTree } from "../../fs/remove_tree.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { ContentIndex } from "../../store/content_index.ts";
import {
  companionName,
  parsePartialName,
  partialName,
  PRIVATE_DIR,
  unpublishedName,
} from "../../store/layout.ts";
import { parseSummary } from "../../store/summary.ts";
import { FATE, type HashAnswer, type HashCall } from "../hash/hash_messages.ts";
import type { Lane } from "../../threads/lane.ts";
import { readSmallText } from "./small_text.ts";
import type { WalkCall } from "../threads/thread_messages.ts";
import { walkBatches } from "../walk/walk_batches.ts";
import type { WalkedMessage, WalkedSection } from "../walk/walked.ts";

/** A directory that a run which was cut off left in the backup root. */
export interface Leftover {
  /** Name of the snapshots' directory it lies in. */
  readonly name: string;
  /** The time it would have had. */
  readonly time: string;
}

/** Path of a leftover relative to the backup root. */
export function leftoverPath({ name, time }: Leftover): string {
  return joinRel(name, partialName(time));
}

/** All leftovers of a backup root; call it under the root's lock, when no run is under way. */
export function findLeftovers(fs: FileSystem, root: Dir): Leftover[] {
  const found: Leftover[] = [];
  for (const name of fs.readDir(root).names) {
    if (name === PRIVATE_DIR || name.startsWith(".")) continue;
    for (const time of partialTimes(fs, root, name)) found.push({ name, time });
  }
  return found;
}

function partialTimes(fs: FileSystem, root: Dir, name: string): string[] {
  let dir: Dir;
  try {
    dir = fs.openDir(root, name);
  } catch (error) {
    if (error instanceof FsError) return []; // a file, or nothing of ours
    throw error;
  }
  try {
    const stats = new StatTable(1);
    return fs.readDir(dir).names.filter((entry) => {
      if (parsePartialName(entry) === undefined) return false;
      fs.lstat(dir, entry, stats, 0);
      return stats.isDir(0);
    }).map((entry) => parsePartialName(entry) ?? "");
  } finally {
    fs.closeDir(dir);
  }
}

/** The two lanes of an {@link adoptLeftover}, both started with the leftover as their source. */
export interface LeftoverLanes {
  readonly walker: Lane<WalkCall, WalkedMessage[] | undefined>;
  readonly hasher: Lane<HashCall, HashAnswer>;
}

/** Hashes the files of a leftover into the index under `snapshotId`; returns how many there are. */
export async function adoptLeftover(
  lanes: LeftoverLanes,
  { index, snapshotId, minSizeBytes }: {
    index: ContentIndex;
    snapshotId: number;
    minSizeBytes: number;
  },
): Promise<{ files: number; bytes: number }> {
  const total = { files: 0, bytes: 0 };
  for await (const batch of walkBatches(lanes.walker)) {
    for (const section of batch) {
      const { names, stats } = filesOf(section, minSizeBytes);
      if (names.length === 0) continue;
      const files = { groups: [{ relPath: section.relPath, names }], stats: stats.data };
      const answer = await lanes.hasher.call({ kind: "hash", hold: false, files });
      for (const [row, name] of names.entries()) {
        if (answer.fates[row] !== FATE.hashed) continue;
        const taken = index.putIfAbsent(answer.digests[row] ?? "", {
          sizeBytes: stats.sizeBytes(row),
          mtimeSec: stats.get(row, STAT.mtimeSec),
          mtimeNsec: stats.get(row, STAT.mtimeNsec),
          snapshotId,
          relPath: joinRel(section.relPath, name),
        });
        if (!taken) continue;
        total.files++;
        total.bytes += stats.sizeBytes(row);
      }
    }
  }
  return total;
}

function filesOf(
  section: WalkedSection,
  minSizeBytes: number,
): { names: string[]; stats: StatTable } {
  const rows = [...section.names.keys()].map((i) => i + 1).filter((row) =>
    section.stats.type(row) === "file" && section.stats.sizeBytes(row) >= minSizeBytes &&
    isFinished(section.stats, row)
  );
  const names = rows.map((row) => section.names[row - 1] ?? "");
  return { names, stats: section.stats.pick(rows) };
}

/** More than passes between the last byte of a file and its attributes. */
const FINISHING_SEC = 2;

/**
 * Whether a file got its attributes before the run was cut off. The times are given last: until
 * then a file was modified when it was changed. A source file that was as new is taken for
 * unfinished too, and stored again.
 */
function isFinished(stats: StatTable, row: number): boolean {
  const apart = stats.get(row, STAT.ctimeSec) - stats.get(row, STAT.mtimeSec);
  return Math.abs(apart) > FINISHING_SEC;
}

/** Removes a leftover and what belongs to it, but not the log and summary that tell of it. */
export function removeLeftover(
  fs: FileSystem,
  root: Dir,
  { name, time }: Leftover,
): void {
  const dir = openDirPath(fs, root, name);
  try {
    for (const kind of ["manifest", "summaryText", "summaryJson"] as const) {
      tryUnlink(fs, dir, unpublishedName(companionName(time, kind)));
    }
    tryUnlink(fs, dir, companionName(time, "manifest"));
    // Cut off between the last renames: what says "complete" is not true.
    const summary = readSmallText(fs, dir, companionName(time, "summaryJson"));
    if (summary !== undefined && parseSummary(summary)?.complete === true) {
      tryUnlink(fs, dir, companionName(time, "summaryJson"));
      tryUnlink(fs, dir, companionName(time, "summaryText"));
    }
    removeTree(fs, dir, partialName(time));
  } finally {
    fs.closeDir(dir);
  }
}

function tryUnlink(fs: FileSystem, dir: Dir, name: string): void {
  try {
    fs.unlink(dir, name);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
  }
}
