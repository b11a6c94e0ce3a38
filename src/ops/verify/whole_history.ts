import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName, PRIVATE_DIR, TRASH_DIR } from "../../store/layout.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";

/** What PyHardLinkBackup 1.x leaves in {@link PRIVATE_DIR}. */
const PREDECESSORS = ["size-lookup", "hash-lookup"];

/** Directories of a root in which snapshots never lay. */
const NOT_OURS: ReadonlySet<string> = new Set([PRIVATE_DIR, "lost+found"]);

/**
 * Whether the root still has every snapshot that was ever made in it, as far as can be told: only then
 * is the entry that first stored an inode among those that name it. Nothing was pruned or cut off, no
 * snapshot has no manifest, each manifest's predecessor is there, and no directory for snapshots has
 * none.
 */
export async function isHistoryWhole(fs: FileSystem, root: Dir): Promise<boolean> {
  const { snapshots } = listSnapshots(fs, root);
  if (snapshots.some(({ kind }) => kind !== "phlb")) return false;
  const kept = namesIn(fs, root, PRIVATE_DIR);
  if ([TRASH_DIR, ...PREDECESSORS].some((name) => kept.has(name))) return false;
  const groups = Map.groupBy(snapshots, (snapshot) => snapshot.name);
  const own = new Set(groups.get("")?.map(({ time }) => time));
  const others = [...namesIn(fs, root, "")].filter((name) => !groups.has(name) && !own.has(name));
  if (others.some((name) => !NOT_OURS.has(name) && isDir(fs, root, name))) return false;
  for (const [name, ofName] of groups) {
    const names = namesIn(fs, root, name);
    const logs = [...names].filter((entry) => entry.endsWith(companionName("", "log")));
    if (logs.length !== ofName.length) return false;
    if (!await isChained(fs, root, ofName)) return false;
  }
  return true;
}

function isDir(fs: FileSystem, root: Dir, name: string): boolean {
  try {
    fs.closeDir(fs.openDir(root, name));
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

function namesIn(fs: FileSystem, root: Dir, relPath: string): Set<string> {
  try {
    const dir = openDirPath(fs, root, relPath);
    try {
      return new Set(fs.readDir(dir).names);
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return new Set();
    throw error;
  }
}

/** Whether each manifest names the one before it, and the first none. */
async function isChained(
  fs: FileSystem,
  root: Dir,
  snapshots: readonly SnapshotRef[],
): Promise<boolean> {
  let before: string | undefined;
  for (const { name, time } of snapshots) {
    const fileName = companionName(time, "manifest");
    const dir = openDirPath(fs, root, name);
    try {
      const header = await readManifestHeader(fileChunks(fs, dir, fileName));
      if (header === undefined || header.previous?.fileName !== before) return false;
    } catch (error) {
      if (error instanceof ManifestError || error instanceof FsError) return false;
      throw error;
    } finally {
      fs.closeDir(dir);
    }
    before = fileName;
  }
  return true;
}
