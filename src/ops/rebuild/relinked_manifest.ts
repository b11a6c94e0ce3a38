/**
 * Keeps the manifest true of a snapshot in which files became links of another inode, or in which a
 * run that was killed left such links.
 *
 * @module
 */
import { joinRel, printable } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { fileSha256 } from "../../store/file_digest.ts";
import { companionName } from "../../store/layout.ts";
import { readManifestHeader } from "../../store/manifest_reader.ts";
import type { SnapshotInRebuild } from "./examine.ts";
import { type Mtime, rewriteManifest } from "./manifest_rewrite.ts";
import { dropSignature, NewCompanion } from "./new_manifest.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/**
 * Writes the manifest of a snapshot anew if it has to be. The new one has the digest of the old, so
 * that the manifests that follow need no change.
 */
export async function updateManifest(
  work: RebuildWork,
  { opened, number }: SnapshotInRebuild,
): Promise<void> {
  const { fs, store, options } = work;
  const { nameDir, ref, dir } = opened;
  if (store.countFaults("stored", number) === 0) return;
  const fileName = companionName(ref.time, "manifest");
  const header = await readManifestHeader(fileChunks(fs, nameDir, fileName));
  if (header === undefined) return; // another program's
  const replacedSha256 = fileSha256(fs, nameDir, fileName);
  const file = new NewCompanion(fs, nameDir, fileName);
  const dirs = new DirCache(fs, dir);
  try {
    await rewriteManifest({
      chunks: fileChunks(fs, nameDir, fileName),
      sink: (bytes) => file.write(bytes),
      level: options.settings["snapshot.manifest_level"],
      storedMtime: (relPath) =>
        store.hasFault("stored", { snapshot: number, relPath })
          ? mtimeOf(work, { dirs, relPath })
          : undefined,
      replacedSha256,
      onTurn: () => new Promise((resolve) => setTimeout(resolve, 0)),
    });
    dropSignature(work, opened);
    file.publish({ replacing: true });
    work.log("info", `Wrote "${printable(joinRel(ref.name, fileName))}" anew`);
  } finally {
    dirs.close();
    file.discard();
  }
}

function mtimeOf(
  { fs }: RebuildWork,
  { dirs, relPath }: { dirs: DirCache; relPath: string },
): Mtime | undefined {
  const slash = relPath.lastIndexOf("/");
  const stats = new StatTable(1);
  try {
    const dir = dirs.get(slash < 0 ? "" : relPath.slice(0, slash));
    fs.lstat(dir, relPath.slice(slash + 1), stats, 0);
    return { sec: stats.get(0, STAT.mtimeSec), nsec: stats.get(0, STAT.mtimeNsec) };
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
