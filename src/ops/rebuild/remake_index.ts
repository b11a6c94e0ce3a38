import type { Dir } from "../../fs/file_system.ts";
import { type ContentIndex, openContentIndex } from "../../store/content_index.ts";
import { syncIndex } from "../../store/rebuild_index.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { indexPlace } from "../index_place.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/**
 * Makes the index anew from the manifests, in one transaction: until it is committed the old one
 * holds. Damaged files are not in it; where another file has what theirs should be, that one is.
 */
export async function remakeIndex(
  work: RebuildWork,
  privateDir: Dir,
  snapshots: readonly SnapshotRef[],
): Promise<void> {
  const { fs, root, options } = work;
  const place = indexPlace(fs, { root, privateDir, path: options.settings["index.path"] });
  try {
    const { index, reason } = openContentIndex(place);
    try {
      if (reason !== undefined) work.log("warning", reason);
      index.begin();
      for (const { id } of index.listSnapshots()) index.removeSnapshot(id);
      const log = (_level: string, message: string) => work.log("debug", message);
      await syncIndex(fs, { root: root.dir, index, log, check: () => work.cancel.check() });
      withoutDamaged(work, { index, snapshots });
      work.counts.contents = index.count();
      index.commit();
    } finally {
      index.close();
    }
  } finally {
    if (place.dir !== privateDir) fs.closeDir(place.dir);
  }
}

function withoutDamaged(
  { store }: RebuildWork,
  { index, snapshots }: { index: ContentIndex; snapshots: readonly SnapshotRef[] },
): void {
  const idOf = (number: number): number | undefined => {
    const ref = snapshots[number];
    return index.listSnapshots().find(({ name, time, leftover }) =>
      !leftover && name === ref?.name && time === ref.time
    )?.id;
  };
  for (const { digest, sizeBytes, at, sound } of store.damaged()) {
    const noted = index.find(digest, sizeBytes);
    if (noted === undefined) continue;
    if (noted.snapshotId !== idOf(at.snapshot) || noted.relPath !== at.relPath) continue;
    index.remove(digest);
    const snapshotId = sound === undefined ? undefined : idOf(sound.snapshot);
    if (sound === undefined || snapshotId === undefined) continue;
    const { relPath, mtime: { sec: mtimeSec, nsec: mtimeNsec } } = sound;
    index.put(digest, { sizeBytes, mtimeSec, mtimeNsec, snapshotId, relPath });
  }
}
