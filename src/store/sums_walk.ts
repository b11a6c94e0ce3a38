/**
 * What the SHA256SUMS files of a snapshot tell about it: for snapshots that have no manifest.
 *
 * @module
 */
import { joinRel } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { DirCache } from "../fs/open_path.ts";
import { STAT, StatTable } from "../fs/stat_table.ts";
import { isSumsName, parseSums } from "./checksum_file.ts";
import { fileChunks } from "./file_chunks.ts";
import type { StoredFile } from "./content_index.ts";

/** A stored file and the digest that its directory's checksum file has for it. */
export interface SummedFile {
  readonly digest: string;
  readonly stored: Omit<StoredFile, "snapshotId">;
}

/** A checksum file above this size is not read: 2,000,000 lines. */
const MAX_SUMS_BYTES = 256 * 1024 * 1024;

/**
 * Every regular file that a checksum file in its directory lists, directory by directory. A
 * directory that cannot be read is told to `onTrouble` and left out, as is one with more than one
 * checksum file, of which one must be the user's own.
 */
export function* walkSums(
  fs: FileSystem,
  snapshot: Dir,
  { onTrouble }: { onTrouble: (relPath: string, reason: string) => void },
): Generator<SummedFile[]> {
  const dirs = new DirCache(fs, snapshot);
  const open = [""];
  try {
    for (let relPath = open.pop(); relPath !== undefined; relPath = open.pop()) {
      try {
        const { files, subDirs } = readDirectory(fs, dirs.get(relPath), relPath);
        open.push(...subDirs);
        yield files;
      } catch (error) {
        if (!(error instanceof FsError) && !(error instanceof SumsUnusable)) throw error;
        onTrouble(relPath, error.message);
      }
    }
  } finally {
    dirs.close();
  }
}

/** A directory's checksum file is not to be believed. */
class SumsUnusable extends Error {}

function readDirectory(
  fs: FileSystem,
  dir: Dir,
  relPath: string,
): { files: SummedFile[]; subDirs: string[] } {
  const { names, error } = fs.readDir(dir);
  if (error !== undefined) throw error;
  const digests = readDigests(fs, dir, names);
  const stats = new StatTable(1);
  const files: SummedFile[] = [];
  const subDirs: string[] = [];
  for (const name of names) {
    fs.lstat(dir, name, stats, 0);
    if (stats.isDir(0)) subDirs.push(joinRel(relPath, name));
    const digest = digests.get(name);
    if (digest === undefined || stats.type(0) !== "file") continue;
    files.push({ digest, stored: storedFile(stats, joinRel(relPath, name)) });
  }
  return { files, subDirs };
}

function storedFile(stats: StatTable, relPath: string): SummedFile["stored"] {
  return {
    sizeBytes: stats.sizeBytes(0),
    mtimeSec: stats.get(0, STAT.mtimeSec),
    mtimeNsec: stats.get(0, STAT.mtimeNsec),
    relPath,
  };
}
