/**
 * From what a user writes to a place in a snapshot: `latest:docs/a.txt`, `home/2026-01-07:docs`, or
 * a path that leads into a snapshot's directory.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { openRootDir } from "../../backup/run/preflight.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { findSnapshot } from "../../store/find_snapshot.ts";
import { PRIVATE_DIR, snapshotDir } from "../../store/layout.ts";
import {
  listSnapshots,
  placeOf,
  type SnapshotList,
  type SnapshotRef,
} from "../../store/snapshots.ts";

/** Where addresses without a path are looked up. */
export interface AddressBase {
  /** The backup root, absolute; undefined when none is configured or given. */
  readonly root: string | undefined;
  /** Taken where an address has no name; undefined: all names of the root. */
  readonly name: string | undefined;
  /** Absolute; what a relative path starts from. */
  readonly cwd: string;
}

/** A place in a snapshot. */
export interface Address {
  /** The backup root: absolute, without symlinks. */
  readonly root: string;
  readonly ref: SnapshotRef;
  /** `<name>/<time>`. */
  readonly id: string;
  /** Below the snapshot's directory, `""` for the snapshot itself. Need not exist. */
  readonly relPath: string;
}

/**
 * Finds the snapshot that `text` names. A text that begins with `/`, `./` or `../`, or that is a
 * path which exists, is a path; anything else is `SNAPSHOT[:PATH]`, looked up in the backup root.
 *
 * @throws {SNAPSHOT_UNKNOWN} {SNAPSHOT_AMBIGUOUS} with candidates
 * @throws {DESTINATION_UNSET} when there is no root to look in
 * @throws {ROOT_MISSING}
 */
export function resolveAddress(fs: FileSystem, text: string, base: AddressBase): Address {
  if (/^\.{0,2}\//.test(text) || text === "." || text === "..") {
    return resolvePath(fs, text, base) ?? failPath(text);
  }
  try {
    return resolveName(fs, text, base);
  } catch (error) {
    const found = text.includes("/") ? resolvePath(fs, text, base) : undefined;
    if (found !== undefined) return found;
    throw error;
  }
}

function resolveName(fs: FileSystem, text: string, { root: path, name }: AddressBase): Address {
  const root = openRootDir(fs, requireRoot(path));
  try {
    const { snapshots, skipped } = listSnapshots(fs, root.dir);
    const colon = text.indexOf(":");
    const spec = colon < 0 ? text : text.slice(0, colon);
    const ref = findSeen({ snapshots, skipped }, spec, { name });
    const relPath = colon < 0 ? "" : cleanRelPath(text.slice(colon + 1));
    return { root: root.path, ref, id: joinRel(ref.name, ref.time), relPath };
  } finally {
    fs.closeDir(root.dir);
  }
}

/**
 * `findSnapshot`, but never the second best because the one that is meant could not be looked at.
 *
 * @throws {FsError} why it could not
 */
function findSeen(
  { snapshots, skipped }: SnapshotList,
  spec: string,
  { name }: { name: string | undefined },
): SnapshotRef {
  const refused = skipped.flatMap(({ path, error }) => error === undefined ? [] : { path, error });
  try {
    const found = findSnapshot(snapshots, spec, { name });
    const isExact = found.time === spec.slice(spec.lastIndexOf("/") + 1);
    const hidden = refused.find(({ path }) =>
      path === found.name || path.startsWith(`${found.name}/`) || found.name === ""
    );
    if (hidden !== undefined && !isExact) throw hidden.error;
    return found;
  } catch (error) {
    const [hidden] = refused;
    const isUnknown = error instanceof AppError && error.code === "SNAPSHOT_UNKNOWN";
    throw isUnknown && hidden !== undefined ? hidden.error : error;
  }
}

/**
 * The backup root that commands look in.
 *
 * @throws {DESTINATION_UNSET}
 */
export function requireRoot(path: string | undefined): string {
  if (path !== undefined) return path;
  throw new AppError("Cannot look for snapshots: no backup root is given", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Give it with --root, or set "destination" in phlb.toml or PHLB_DESTINATION',
  });
}

/**
 * The path inside of a snapshot that a user wrote, without `.`, empty parts and slashes at its ends.
 *
 * @throws {PATH_INVALID} when it leads out of the snapshot
 */
export function cleanRelPath(text: string): string {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  if (!parts.includes("..")) return parts.join("/");
  throw new AppError(`Cannot use the path "${printable(text)}": it leads out of the snapshot`, {
    code: "PATH_INVALID",
    exitCode: EXIT.usage,
    hint: "Give it as it stands below the snapshot, for example latest:docs/a.txt",
  });
}

/** The snapshot in which a path of the file system lies, or that a path of `PATH:INSIDE` is. */
function resolvePath(fs: FileSystem, text: string, { cwd }: AddressBase): Address | undefined {
  const whole = nearestDir(fs, resolve(cwd, text));
  for (let colon = text.lastIndexOf(":"); colon > 0; colon = text.lastIndexOf(":", colon - 1)) {
    const left = nearestDir(fs, resolve(cwd, text.slice(0, colon)));
    if (left?.rest !== "" || whole?.rest === "") continue;
    const found = snapshotAbove(fs, left);
    if (found === undefined) continue;
    return { ...found, relPath: joinPaths(found.relPath, cleanRelPath(text.slice(colon + 1))) };
  }
  return whole === undefined ? undefined : snapshotAbove(fs, whole);
}

/** Goes up until a directory is a snapshot of the directory above it. */
function snapshotAbove(fs: FileSystem, { dir: inner, rest }: NearestDir): Address | undefined {
  for (let dir = inner; dir !== dirname(dir); dir = dirname(dir)) {
    const found = snapshotAt(fs, dir);
    const inside = inner.slice(dir.length + 1);
    if (found !== undefined) return { ...found, relPath: joinPaths(inside, rest) };
  }
  return undefined;
}

interface NearestDir {
  /** Without symlinks. */
  readonly dir: string;
  /** What is below it, `""` when the path is a directory itself. */
  readonly rest: string;
}

/** The nearest existing directory at or above `path`. */
function nearestDir(fs: FileSystem, path: string): NearestDir | undefined {
  let rest = "";
  for (let at = path;; at = dirname(at)) {
    try {
      const dir = fs.realPath(at);
      fs.closeDir(fs.openRoot(dir));
      return { dir, rest };
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
    if (at === dirname(at)) return undefined;
    rest = joinPaths(at.slice(at.lastIndexOf("/") + 1), rest);
  }
}

function joinPaths(first: string, second: string): string {
  return second === "" ? first : joinRel(first, second);
}

/** The snapshot whose directory `dir` is, when it lies in `<root>/<name>/` or directly in a root. */
function snapshotAt(fs: FileSystem, dir: string): Omit<Address, "relPath"> | undefined {
  const parent = dirname(dir);
  const name = parent.slice(parent.lastIndexOf("/") + 1);
  const inName = { root: dirname(parent), name };
  const places = holdsPrivateDir(fs, parent) ? [{ root: parent, name: "" }, inName] : [inName];
  for (const place of places) {
    const ref = listed(fs, place).find((snapshot) =>
      join(place.root, snapshotDir(placeOf(snapshot))) === dir
    );
    if (ref !== undefined) return { root: place.root, ref, id: joinRel(ref.name, ref.time) };
  }
  return undefined;
}

function holdsPrivateDir(fs: FileSystem, path: string): boolean {
  try {
    fs.closeDir(fs.openRoot(join(path, PRIVATE_DIR)));
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

function listed(
  fs: FileSystem,
  { root: path, name }: { root: string; name: string },
): readonly SnapshotRef[] {
  try {
    const root = fs.openRoot(path);
    try {
      return listSnapshots(fs, root, { name }).snapshots;
    } finally {
      fs.closeDir(root);
    }
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}

function failPath(text: string): never {
  throw new AppError(`Cannot find a snapshot at "${printable(text)}"`, {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: "A snapshot's directory is <backup root>/<name>/<time>; phlb snapshots lists them",
  });
}
