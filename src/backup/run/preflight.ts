/**
 * The checks before the first byte: what can be known to be wrong is said before anything is made.
 *
 * @module
 */
import { basename } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Job } from "../../config/config.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import type { NameFolding } from "../../fs/folded_names.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { checkName, PRIVATE_DIR } from "../../store/layout.ts";
import { entryFailure } from "./root_errors.ts";

/** A directory that a user named, open, with its real path. */
export interface RootDir {
  /** Absolute, without symlinks. */
  readonly path: string;
  readonly dir: Dir;
  /** Row 0: the directory itself. */
  readonly stats: StatTable;
}

/** What a run starts from. */
export interface Checked {
  readonly source: RootDir;
  readonly root: RootDir;
  /** Name of the snapshots' directory in the root. */
  readonly name: string;
  /** Whether the backup root lies inside the source, and so has to be left out. */
  readonly rootInSource: boolean;
}

/**
 * Opens source and backup root and checks that they can be what they are meant to be.
 *
 * @throws {AppError} SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_IN_ROOT, DESTINATION_UNSET,
 * ROOT_MISSING, NAME_UNSET, NAME_INVALID
 */
export function checkJob(fs: FileSystem, job: Job, { cwd }: { cwd: string }): Checked {
  const root = openRootDir(fs, job.settings.destination);
  const source = openSource(fs, job.settings.source ?? cwd);
  const name = chooseName(job.settings.name, source.path);
  if (isInside(source.path, root.path)) {
    throw new AppError(
      `Cannot back up "${source.path}": it lies inside the backup root "${root.path}"`,
      {
        code: "SOURCE_IN_ROOT",
        exitCode: EXIT.usage,
        hint: "Choose a destination outside of the source, or a source outside of the destination",
      },
    );
  }
  return { source, root, name, rootInSource: isInside(root.path, source.path) };
}

/**
 * Opens the backup root `path` for reading.
 *
 * @throws {AppError} DESTINATION_UNSET, ROOT_MISSING
 */
export function openRootDir(fs: FileSystem, path: string | undefined): RootDir {
  if (path === undefined) {
    throw new AppError("Cannot back up: no destination is given", {
      code: "DESTINATION_UNSET",
      exitCode: EXIT.usage,
      hint:
        "Give it as the second argument (phlb backup SOURCE DESTINATION), set `destination` in " +
        "phlb.toml (phlb config init writes one), or set PHLB_DESTINATION",
    });
  }
  try {
    return openReal(fs, path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new AppError(`Cannot open the backup root "${path}": ${error.message}`, {
      code: "ROOT_MISSING",
      exitCode: EXIT.noRoot,
      hint: "Is the disk mounted? A new backup root is made with: mkdir -p " + shellQuote(path),
      cause: error,
    });
  }
}

/**
 * Opens the source `path` and makes sure that it can be listed.
 *
 * @throws {AppError} SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function openSource(fs: FileSystem, path: string): RootDir {
  try {
    const source = openReal(fs, path);
    const listing = fs.readDir(source.dir);
    if (listing.error !== undefined) throw listing.error;
    return source;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const missing = error.code === "ENOENT";
    throw new AppError(`Cannot read the source "${printable(path)}": ${error.message}`, {
      code: missing ? "SOURCE_MISSING" : "SOURCE_UNREADABLE",
      exitCode: EXIT.failed,
      hint: missing ? "Is it spelled right, and is its disk mounted?" : "May this user read it?",
      cause: error,
    });
  }
}

function openReal(fs: FileSystem, path: string): RootDir {
  const real = fs.realPath(path);
  const dir = fs.openRoot(real);
  const stats = new StatTable(1);
  fs.lstat(dir, "", stats, 0);
  return { path: real, dir, stats };
}

function chooseName(configured: string | undefined, sourcePath: string): string {
  const name = configured ?? basename(sourcePath);
  if (name === "") {
    throw new AppError(`Cannot name the backup of "${sourcePath}": it has no last component`, {
      code: "NAME_UNSET",
      exitCode: EXIT.usage,
      hint: "Give one with --name NAME, or set `name` in phlb.toml",
    });
  }
  checkName(name);
  return name;
}

function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}

/** What is told of a root that takes nothing. */
export const UNWRITABLE = {
  code: "ROOT_UNWRITABLE",
  hint: "May this user write there, and is it mounted read-write with room left?",
} as const;

const PROBE = ".phlb-probe";
const PROBE_LINK = ".phlb-probe-link";

/** As one character, and as two. */
const PROBE_COMPOSED = ".phlb-probe-\u00e9";
const PROBE_DECOMPOSED = ".phlb-probe-e\u0301";

/**
 * Checks that hard links work in the root: writes a file, links it, and believes nothing but the
 * inode, because some servers make copies instead. Tells which names the root takes for one. Call
 * it under the root's lock.
 *
 * @throws {AppError} ROOT_UNWRITABLE, NO_HARD_LINKS
 */
export function probeRoot(fs: FileSystem, root: RootDir): NameFolding {
  removeProbes(fs, root.dir);
  try {
    fs.closeFile(fs.createFile(root.dir, PROBE));
  } catch (error) {
    const message = `Cannot write to the backup root "${root.path}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  }
  try {
    fs.link(root.dir, PROBE, root.dir, PROBE_LINK);
    const stats = new StatTable(2);
    fs.lstat(root.dir, PROBE, stats, 0);
    fs.lstat(root.dir, PROBE_LINK, stats, 1);
    const linked = stats.inodeKey(0) === stats.inodeKey(1) && stats.get(1, STAT.nlink) === 2;
    if (!linked) throw new FsError({ code: "EIO", op: "link", path: root.path, reason: PRETENDED });
    return {
      case: isThere(fs, root.dir, PROBE.toUpperCase()),
      unicode: foldsUnicode(fs, root.dir),
    };
  } catch (error) {
    throw entryFailure(error, {
      fs,
      root,
      message: `Cannot make hard links in the backup root "${root.path}"`,
      code: "NO_HARD_LINKS",
      hint: "phlb needs a file system with hard links, such as ext4, XFS, Btrfs, ZFS, APFS or NTFS",
    });
  } finally {
    removeProbes(fs, root.dir);
  }
}

const PRETENDED = "the file system makes copies and calls them links";

/** What can be told of a root that is only looked at. */
export function seenFolding(fs: FileSystem, dir: Dir): NameFolding {
  const foldsCase = isThere(fs, dir, PRIVATE_DIR) && isThere(fs, dir, PRIVATE_DIR.toUpperCase());
  return { case: foldsCase, unicode: false };
}

/** A file system that has no such letter does not take it for two. */
function foldsUnicode(fs: FileSystem, dir: Dir): boolean {
  try {
    fs.closeFile(fs.createFile(dir, PROBE_COMPOSED));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return false;
  }
  return isThere(fs, dir, PROBE_DECOMPOSED);
}

function isThere(fs: FileSystem, dir: Dir, name: string): boolean {
  try {
    fs.lstat(dir, name, new StatTable(1), 0);
    return true;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return false;
  }
}

function removeProbes(fs: FileSystem, dir: Dir): void {
  for (const name of [PROBE_LINK, PROBE, PROBE_COMPOSED]) {
    try {
      fs.unlink(dir, name);
    } catch (error) {
      // Not there, or not removable: creating it next will tell.
      if (!(error instanceof FsError)) throw error;
    }
  }
}

function shellQuote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
