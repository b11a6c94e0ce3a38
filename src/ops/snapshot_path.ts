import { join } from "node:path";
import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, type FileSystemKind, FsError } from "../fs/file_system.ts";
import { openDirPath } from "../fs/open_path.ts";
import { StatTable } from "../fs/stat_table.ts";
import { type AddressBase, resolveAddress } from "./read/address.ts";
import { openSnapshot } from "./read/open_snapshot.ts";

/** A place in a snapshot that somebody asks for. */
export interface PlaceQuery {
  /** `SNAPSHOT[:PATH]`, or a path. */
  readonly address: string;
  readonly base: AddressBase;
  readonly fileSystem: "auto" | FileSystemKind;
}

/** Where it lies. */
export interface SnapshotPath {
  /** `<name>/<time>`. */
  readonly snapshotId: string;
  /** Below the snapshot's directory. */
  readonly relPath: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * The path of a snapshot, or of an entry of it, in the file system.
 *
 * @throws {PATH_UNKNOWN} when the snapshot has no such entry, and what `resolveAddress` throws
 */
export function snapshotPath(fs: FileSystem, { address, base }: PlaceQuery): SnapshotPath {
  const found = resolveAddress(fs, address, base);
  const { relPath, id: snapshotId } = found;
  const snapshot = openSnapshot(fs, found);
  try {
    if (relPath !== "") look(fs, snapshot.dir, relPath);
    return { snapshotId, relPath, path: join(snapshot.path, relPath) };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new AppError(
      `Cannot find "${printable(relPath)}" in the snapshot "${printable(snapshotId)}": ` +
        error.message,
      {
        code: "PATH_UNKNOWN",
        exitCode: EXIT.usage,
        hint: `phlb ls ${printable(snapshotId)} lists what it holds`,
        cause: error,
      },
    );
  } finally {
    snapshot.close();
  }
}

function look(fs: FileSystem, root: Dir, relPath: string): void {
  const slash = relPath.lastIndexOf("/");
  const dir = slash < 0 ? root : openDirPath(fs, root, relPath.slice(0, slash));
  try {
    fs.lstat(dir, relPath.slice(slash + 1), new StatTable(1), 0);
  } finally {
    if (dir !== root) fs.closeDir(dir);
  }
}
