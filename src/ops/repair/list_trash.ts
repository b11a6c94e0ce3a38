import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { companionName, COMPANIONS, PRIVATE_DIR, TRASH_DIR } from "../../store/layout.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";

/**
 * Removed snapshots that have a manifest, as if each entry of the trash were a name. They are only
 * read, and may go at any time.
 */
export function listTrash(fs: FileSystem, root: Dir): SnapshotRef[] {
  const trash = joinRel(PRIVATE_DIR, TRASH_DIR);
  const suffix = companionName("", "manifest");
  return namesIn(fs, root, trash).flatMap((entry) => {
    const name = joinRel(trash, entry);
    const names = namesIn(fs, root, name);
    return names.filter((file) => file.endsWith(suffix)).flatMap((file): SnapshotRef[] => {
      const time = file.slice(0, -suffix.length);
      if (!names.includes(time)) return [];
      const companions = COMPANIONS.filter((kind) => names.includes(companionName(time, kind)));
      return [{ name, time, date: undefined, kind: "phlb", companions: new Set(companions) }];
    });
  });
}

function namesIn(fs: FileSystem, root: Dir, path: string): readonly string[] {
  try {
    const dir = openDirPath(fs, root, path);
    try {
      return fs.readDir(dir).names;
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
