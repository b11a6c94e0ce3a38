/**
 * The directory that is restored into: found and judged before anything is made.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";

/** A target, whether it is there or not. */
export interface Target {
  /** Absolute, without symlinks. */
  readonly path: string;
  /** Open; undefined when it is missing. The caller closes it. */
  readonly dir: Dir | undefined;
  /** Whether nothing is in it. */
  readonly isEmpty: boolean;
}

/** What a target must not be. */
export interface TargetRules {
  /** The backup root, absolute, without symlinks. */
  readonly root: string;
  readonly rootInode: string;
  /** Whether what is not in the snapshot is removed. */
  readonly deletes: boolean;
  /** Of the user, absolute. */
  readonly home: string | undefined;
}

/**
 * Looks for the target at the absolute path `path`. Symlinks in it are followed: the user named it.
 *
 * @throws {TARGET_IN_ROOT} {TARGET_NOT_DIRECTORY} {DELETE_REFUSED} {TARGET_UNWRITABLE}
 */
export function findTarget(fs: FileSystem, path: string, rules: TargetRules): Target {
  const { existing, rest } = nearest(fs, path);
  const real = rest === "" ? existing : join(existing, rest);
  refuseRoot(fs, { existing, real }, rules);
  if (rules.deletes) refuseDeletion(fs, real, rules);
  if (rest !== "") return { path: real, dir: undefined, isEmpty: true };
  const dir = fs.openRoot(real);
  try {
    const { names, error } = fs.readDir(dir);
    if (error !== undefined) throw error;
    return { path: real, dir, isEmpty: names.length === 0 };
  } catch (error) {
    fs.closeDir(dir);
    throw unwritable(error, real);
  }
}

/**
 * Makes the directories that are missing and opens the target. With `isOwn`, nobody else may enter
 * it until it gets its attributes.
 *
 * @throws {TARGET_UNWRITABLE}
 */
export function makeTarget(fs: FileSystem, path: string, { isOwn }: { isOwn: boolean }): Dir {
  try {
    const { existing, rest } = nearest(fs, path);
    let dir = fs.openRoot(existing);
    const names = rest.split("/").filter((name) => name !== "");
    for (const [i, name] of names.entries()) {
      try {
        fs.makeDir(dir, name, isOwn && i === names.length - 1 ? 0o700 : 0o777);
        const next = fs.openDir(dir, name);
        fs.closeDir(dir);
        dir = next;
      } catch (error) {
        fs.closeDir(dir);
        throw error;
      }
    }
    return dir;
  } catch (error) {
    throw unwritable(error, path);
  }
}

/** The nearest directory at or above `path` that exists, without symlinks, and what is below it. */
function nearest(fs: FileSystem, path: string): { existing: string; rest: string } {
  let rest = "";
  for (let at = path;; at = dirname(at)) {
    try {
      const existing = fs.realPath(at);
      fs.closeDir(fs.openRoot(existing));
      return { existing, rest };
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code === "ENOTDIR" && isFile(fs, at)) throw noDirectory(at);
      if (error.code !== "ENOENT" || at === dirname(at)) throw unwritable(error, path);
      if (isLink(fs, at)) throw noDirectory(at);
    }
    const name = at.slice(at.lastIndexOf("/") + 1);
    rest = rest === "" ? name : joinRel(name, rest);
  }
}

function isFile(fs: FileSystem, path: string): boolean {
  try {
    fs.realPath(path);
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** Whether there is a link that leads nowhere: making a directory there would follow it. */
function isLink(fs: FileSystem, path: string): boolean {
  try {
    const dir = fs.openRoot(fs.realPath(dirname(path)));
    try {
      fs.lstat(dir, path.slice(path.lastIndexOf("/") + 1), new StatTable(1), 0);
      return true;
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

function refuseRoot(
  fs: FileSystem,
  { existing, real }: { existing: string; real: string },
  { root, rootInode }: TargetRules,
): void {
  // By inode as well: the root may be mounted in more than one place.
  let isInRoot = isInside(real, root);
  for (let at = existing; !isInRoot; at = dirname(at)) {
    isInRoot = inodeOf(fs, at) === rootInode;
    if (at === dirname(at)) break;
  }
  if (!isInRoot) return;
  throw new AppError(
    `Cannot restore to "${printable(real)}": it lies inside the backup root "${printable(root)}"`,
    {
      code: "TARGET_IN_ROOT",
      exitCode: EXIT.usage,
      hint: "Choose a target outside of the backup root: what is in there is never changed",
    },
  );
}

function refuseDeletion(fs: FileSystem, real: string, { root, home }: TargetRules): void {
  const realHome = home === undefined ? undefined : realOr(fs, home);
  const reason = real === "/"
    ? "it is the whole file system"
    : isInside(root, real)
    ? "the backup root lies in it"
    : realHome !== undefined && isInside(realHome, real)
    ? "it is a home directory, or holds one"
    : ["/home", "/root", "/Users"].includes(real) ||
        ["/home", "/Users"].includes(dirname(real))
    ? "it is a home directory, or holds them"
    : undefined;
  if (reason === undefined) return;
  throw new AppError(`Cannot use --delete with the target "${printable(real)}": ${reason}`, {
    code: "DELETE_REFUSED",
    exitCode: EXIT.usage,
    hint: "Restore a directory below it, or leave --delete away",
  });
}

function realOr(fs: FileSystem, path: string): string {
  try {
    return fs.realPath(path);
  } catch (error) {
    if (error instanceof FsError) return path;
    throw error;
  }
}

function inodeOf(fs: FileSystem, path: string): string | undefined {
  try {
    const dir = fs.openRoot(path);
    const stats = new StatTable(1);
    try {
      fs.lstat(dir, "", stats, 0);
      return stats.inodeKey(0);
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}

function noDirectory(path: string): AppError {
  return new AppError(`Cannot restore to "${printable(path)}": it is not a directory`, {
    code: "TARGET_NOT_DIRECTORY",
    exitCode: EXIT.usage,
    hint: "Give the directory into which to restore; it is made when it is missing",
  });
}

function unwritable(error: unknown, path: string): unknown {
  if (!(error instanceof FsError)) return error;
  return new AppError(`Cannot restore to "${printable(path)}": ${error.message}`, {
    code: "TARGET_UNWRITABLE",
    exitCode: EXIT.failed,
    hint: "May this user write there, and is there room left?",
    cause: error,
  });
}
