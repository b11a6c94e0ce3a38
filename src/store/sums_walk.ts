/**
 * What the SHA256SUMS files of a snapshot tell about it: for snapshots that have no manifest.
 *
 * @module
 */
import { Buffer } from "node:buffer";
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

/** Hears of a directory, relative to the snapshot, that is left out. */
export type OnTrouble = (relPath: string, reason: string) => void;

/**
 * Every regular file that a checksum file in its directory lists, directory by directory. A
 * directory that cannot be read is told to `onTrouble` and left out, as are the files of one with
 * more than one checksum file, of which one must be the user's own.
 */
export function* walkSums(
  fs: FileSystem,
  snapshot: Dir,
  onTrouble: OnTrouble,
): Generator<SummedFile[]> {
  const dirs = new DirCache(fs, snapshot);
  const open = [""];
  try {
    for (let relPath = open.pop(); relPath !== undefined; relPath = open.pop()) {
      const files = attempt(relPath, onTrouble, () => {
        const dir = dirs.get(relPath);
        const { names, error } = fs.readDir(dir);
        if (error !== undefined) throw error;
        const digests = attempt(relPath, onTrouble, () => readDigests(fs, dir, names));
        const listed = listDirectory(fs, dir, { relPath, names, digests: digests ?? new Map() });
        open.push(...listed.subDirs);
        return listed.files;
      });
      if (files !== undefined && files.length > 0) yield files;
    }
  } finally {
    dirs.close();
  }
}

/** A directory's checksum file is not to be believed. */
class SumsUnusable extends Error {}

function attempt<T>(relPath: string, onTrouble: OnTrouble, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof FsError) && !(error instanceof SumsUnusable)) throw error;
    onTrouble(relPath, error.message);
    return undefined;
  }
}

function readDigests(fs: FileSystem, dir: Dir, names: readonly string[]): Map<string, string> {
  const candidates = names.filter(isSumsName);
  const [fileName] = candidates;
  if (fileName === undefined) return new Map();
  if (candidates.length > 1) {
    throw new SumsUnusable(`it has ${candidates.length} checksum files, one of them a user's own`);
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (const chunk of fileChunks(fs, dir, fileName)) {
    total += chunk.length;
    if (total > MAX_SUMS_BYTES) throw new SumsUnusable(`its ${fileName} is too large`);
    chunks.push(chunk);
  }
  const { sums } = parseSums(Buffer.concat(chunks));
  return new Map(sums.map(({ name, digest }) => [name, digest]));
}

function listDirectory(
  fs: FileSystem,
  dir: Dir,
  { relPath, names, digests }: {
    relPath: string;
    names: readonly string[];
    digests: ReadonlyMap<string, string>;
  },
): { files: SummedFile[]; subDirs: string[] } {
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
