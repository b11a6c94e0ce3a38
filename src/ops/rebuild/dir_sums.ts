/**
 * The checksum file of one directory: what it is called, what it says, what it should say.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import {
  formatSums,
  isSumsName,
  parseSums,
  type Sum,
  sumsFileName,
} from "../../store/checksum_file.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { trySeal, WRITE_BITS } from "../../store/protection.ts";
import type { CollectedDir } from "./dir_collector.ts";
import { planSums, type SumsPlan } from "./sums_plan.ts";

/**
 * What earlier versions made in a snapshot for a moment, and a kill may have left there. A user may have
 * a file of that name: only what the manifest does not have is one of these.
 */
export const TEMPORARY_NAME = /^\.phlb-(?:link|sums)-new$/;

/** A checksum file that is being written, in `.phlb`: there it is in the way of no user's file. */
export const NEW_SUMS = "sums-new";

/** A checksum file above this size is not read: 2,000,000 lines. */
const MAX_SUMS_BYTES = 256 * 1024 * 1024;

/** What {@link planDirSums} found. */
export interface DirSums extends SumsPlan {
  readonly fileName: string;
  readonly exists: boolean;
}

/**
 * Looks at the checksum file of a directory and decides what it should say.
 *
 * @throws {FsError} when the directory or the file cannot be read
 */
export function planDirSums(
  fs: FileSystem,
  dir: Dir,
  { collected, isDamaged }: {
    collected: CollectedDir;
    isDamaged: (name: string) => boolean;
  },
): DirSums {
  const { names, digests } = collected;
  const stats = new StatTable(1);
  const fileName = sumsFileName((name) =>
    names.has(name) || typeOf(fs, dir, { name, stats }) === "dir"
  );
  const exists = typeOf(fs, dir, { name: fileName, stats }) === "file";
  const existing = exists ? readSums(fs, dir, fileName) : undefined;
  const isUntold = (name: string) => names.has(name) && !digests.has(name);
  return { fileName, exists, ...planSums({ wanted: digests, existing, isDamaged, isUntold }) };
}

/** Whether `name` may be a checksum file of phlb in a directory with these entries. */
export function isOwnSums(name: string, { names }: Pick<CollectedDir, "names">): boolean {
  return isSumsName(name) && !names.has(name);
}

function typeOf(
  fs: FileSystem,
  dir: Dir,
  { name, stats }: { name: string; stats: StatTable },
): string | undefined {
  try {
    fs.lstat(dir, name, stats, 0);
    return stats.type(0);
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The lines of a checksum file; undefined when it is too large to be one.
 *
 * @throws {FsError}
 */
export function readSums(fs: FileSystem, dir: Dir, name: string): readonly Sum[] | undefined {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (const chunk of fileChunks(fs, dir, name)) {
    total += chunk.length;
    if (total > MAX_SUMS_BYTES) return undefined;
    chunks.push(chunk);
  }
  return parseSums(Buffer.concat(chunks)).sums;
}

/**
 * Writes the checksum file anew, in `.phlb`, and puts it in its place: the one that is there may be a
 * hard link to those of other snapshots. The directory keeps its times.
 *
 * @throws {FsError}
 */
export function writeDirSums(
  fs: FileSystem,
  dir: Dir,
  { privateDir, fileName, exists, lines, stats }: {
    /** `.phlb`, open. */
    privateDir: Dir;
    fileName: string;
    exists: boolean;
    lines: readonly Sum[];
    /** Row 0: the directory as it is recorded. */
    stats: StatTable;
  },
): void {
  const names = lines.map(({ name }) => name);
  const content = formatSums(names, lines.map(({ digest }) => digest));
  const mtimeSec = stats.get(0, STAT.mtimeSec);
  const mtimeNsec = stats.get(0, STAT.mtimeNsec);
  const times = { atimeSec: mtimeSec, atimeNsec: mtimeNsec, mtimeSec, mtimeNsec };
  const mode = exists ? sumsModeLike(fs, dir, fileName) : SUMS_MODE;
  const isSealed = exists && fs.isSealed(dir, fileName);
  keepingTimes(fs, { dir, recorded: stats }, () => {
    unlinkIfThere(fs, privateDir, NEW_SUMS);
    const file = fs.createFile(privateDir, NEW_SUMS);
    try {
      fs.write(file, content, 0);
      fs.setFileAttributes(file, { mode, times });
    } finally {
      fs.closeFile(file);
    }
    if (exists) fs.replace(privateDir, NEW_SUMS, dir, fileName);
    else fs.rename(privateDir, NEW_SUMS, dir, fileName);
    if (isSealed) trySeal(() => fs.seal(dir, fileName));
  });
}

/** Readable for whoever may enter the directory: it tells names and digests only. */
const SUMS_MODE = 0o644;

/** A checksum file without write bits is followed by one without them. */
function sumsModeLike(fs: FileSystem, dir: Dir, name: string): number {
  const stats = new StatTable(1);
  fs.lstat(dir, name, stats, 0);
  return (stats.permissions(0) & WRITE_BITS) === 0 ? SUMS_MODE & ~WRITE_BITS : SUMS_MODE;
}

/** Runs `step`, which makes or removes names in `dir`, and gives it the mtime of row 0 afterwards. */
export function keepingTimes(
  fs: FileSystem,
  { dir, recorded }: { dir: Dir; recorded: StatTable },
  step: () => void,
): void {
  const now = new StatTable(1);
  fs.lstat(dir, "", now, 0);
  try {
    step();
  } finally {
    fs.setAttributes(dir, "", {
      times: {
        atimeSec: now.get(0, STAT.atimeSec),
        atimeNsec: now.get(0, STAT.atimeNsec),
        mtimeSec: recorded.get(0, STAT.mtimeSec),
        mtimeNsec: recorded.get(0, STAT.mtimeNsec),
      },
    });
  }
}

/** Removes a file that need not be there. */
export function unlinkIfThere(fs: FileSystem, dir: Dir, name: string): void {
  try {
    fs.unlink(dir, name);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
  }
}
