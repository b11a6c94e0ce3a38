import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName } from "../../store/layout.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import type { Protection } from "../../store/protection.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";
import type { NameProtection } from "./doctor_report.ts";

/** How the newest snapshot of each name in a root is protected, by its manifest. */
export async function findProtections(fs: FileSystem, root: Dir): Promise<NameProtection[]> {
  const newest = new Map<string, SnapshotRef>();
  for (const ref of listSnapshots(fs, root).snapshots) {
    if (ref.kind === "phlb") newest.set(ref.name, ref); // the last of a name is its newest
  }
  const found: NameProtection[] = [];
  for (const ref of newest.values()) {
    found.push({ name: ref.name, protect: await protectionOf(fs, root, ref) });
  }
  return found;
}

/** A manifest that cannot be read says nothing; phlb verify tells of it. */
async function protectionOf(fs: FileSystem, root: Dir, ref: SnapshotRef): Promise<Protection> {
  try {
    const dir = openDirPath(fs, root, ref.name);
    try {
      const chunks = fileChunks(fs, dir, companionName(ref.time, "manifest"));
      return (await readManifestHeader(chunks))?.protect ?? "none";
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError || error instanceof ManifestError) return "none";
    throw error;
  }
}
