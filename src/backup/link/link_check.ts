/**
 * What the linker makes of a refused link, and how it tells that the right thing was linked.
 *
 * @module
 */
import { isTimeOf } from "../../base/coarse_time.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { badNameReason } from "./unholdable.ts";
import type { InodeMetadata, LinkFailureKind, StoredMtime } from "./link_messages.ts";

/**
 * Errors of link() that mean "store it again": the link limit (EMLINK, ERANGE on ntfs-3g), a server
 * or file system that will not (EIO, EPERM, EACCES, EOPNOTSUPP, ENOSYS), another device (EXDEV).
 * ENOSPC, EDQUOT and EROFS are not among them: a copy would fail as well.
 */
const REFUSALS = new Set([
  "EMLINK",
  "ERANGE",
  "EIO",
  "EPERM",
  "EACCES",
  "EXDEV",
  "EOPNOTSUPP",
  "ENOSYS",
  "EINVAL",
]);

/** The stored file, or a directory on the way to it, is not there or is something else. */
const GONE = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ESTALE"]);

/** What a stored file must be. */
export interface Expected {
  /** A mode with the type bits that the inode must have. */
  readonly typeMode: number;
  readonly sizeBytes: number;
  readonly mtime: StoredMtime;
}

/** Why an entry could not be linked. */
export interface Failed {
  readonly kind: LinkFailureKind;
  readonly reason: string;
}

/** What a refused link means; failures that end the run are thrown on. */
export function failureOf(error: unknown): Failed {
  if (!(error instanceof FsError)) throw error;
  if (GONE.has(error.code)) return { kind: "damaged", reason: `it is missing (${error.message})` };
  // EINVAL may be about the inode: storing it again tells.
  const badName = error.code === "EINVAL" ? undefined : badNameReason(error);
  if (badName !== undefined) return { kind: "unsupported", reason: badName };
  if (REFUSALS.has(error.code)) return { kind: "refused", reason: error.message };
  throw error;
}

/** A link: the stored file, and where it gets one more name. */
export interface LinkNames {
  readonly from: Dir;
  readonly fromName: string;
  readonly into: Dir;
  readonly name: string;
}

/**
 * Whether a link that was refused is there all the same: a server may make it and then fail to say so.
 * Not for a name that was there before (EEXIST).
 */
export function isLinked(fs: FileSystem, { from, fromName, into, name }: LinkNames): boolean {
  const stats = new StatTable(2);
  try {
    fs.lstat(into, name, stats, 0);
    fs.lstat(from, fromName, stats, 1);
  } catch (error) {
    if (error instanceof FsError && GONE.has(error.code)) return false;
    throw error;
  }
  return stats.inodeKey(0) === stats.inodeKey(1);
}

/** Whether a link was refused because the stored file is immutable, and this user may not lift that. */
export function isShut(fs: FileSystem, { kind }: Failed, at: { dir: Dir; name: string }): boolean {
  if (kind !== "refused") return false;
  try {
    return fs.isSealed(at.dir, at.name);
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** The mtime of a row. */
export function mtimeOf(stats: StatTable, row: number): StoredMtime {
  return { sec: stats.get(row, STAT.mtimeSec), nsec: stats.get(row, STAT.mtimeNsec) };
}

/** In what way the file that was looked at is not the expected one; undefined when it is. */
export function describeDifference(found: StatTable, expected: Expected): string | undefined {
  const type = 0o170000;
  if ((found.get(0, STAT.mode) & type) !== (expected.typeMode & type)) {
    return `it is of type "${found.type(0)}" now`;
  }
  if (found.sizeBytes(0) !== expected.sizeBytes) {
    return `its size is ${found.sizeBytes(0)} bytes instead of ${expected.sizeBytes}`;
  }
  if (!isMtime(found, expected.mtime)) return "its modification time differs from its record";
  return undefined;
}

/** Whether row 0 has that mtime, as exactly as the file system keeps it. */
export function isMtime(found: StatTable, expected: StoredMtime): boolean {
  const { sec, nsec } = mtimeOf(found, 0);
  return sec === expected.sec && isTimeOf(nsec, expected.nsec);
}

/** What an inode of that row says beside its content. */
export function metadataOf(stats: StatTable, row: number): InodeMetadata {
  return {
    mode: stats.permissions(row),
    uid: stats.get(row, STAT.uid),
    gid: stats.get(row, STAT.gid),
    mtime: mtimeOf(stats, row),
  };
}
