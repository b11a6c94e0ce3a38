/**
 * Immutable files of a root are ordinary ones for a moment while they are linked, renamed or
 * removed. Which, stands in `.phlb/lifted-*` before that; so what a killed run left open is made
 * immutable again by the next one. FORMAT.md is the text for people.
 *
 * @module
 */
import { decodeName, encodeName, joinRel } from "../base/path_bytes.ts";
import { type Dir, type File, type FileSystem, FsError } from "../fs/file_system.ts";
import { lacksRoom } from "../fs/lacks_room.ts";
import { openDirPath } from "../fs/open_path.ts";
import { STAT, StatTable } from "../fs/stat_table.ts";
import { PRIVATE_DIR, TRASH_DIR } from "./layout.ts";

/** How the files are called that say what is open to change. */
const PREFIX = "lifted-";

/** No path is longer. Source: PATH_MAX of Linux, and a number. */
const MAX_BYTES = 8192;

/**
 * Lets `fs` get past immutable files below the root. `slot` is the thread's own: of each, the file
 * that it opened last is written down.
 */
export function allowLifting(fs: FileSystem, root: Dir, slot: string): void {
  let file: File | undefined;
  fs.liftBelow(root, ({ dir, name, stats }) => {
    const relPath = joinRel(dir.path, name).slice(root.path.length + 1);
    const [high, low] = inodeOf(stats);
    const nlink = stats.get(0, STAT.nlink);
    try {
      file ??= createNote(fs, root, PREFIX + slot);
      fs.write(file, encodeName(`${high} ${low} ${nlink} ${relPath}\0`), 0);
    } catch (error) {
      // What makes room on a full disk goes on without a note.
      if (!lacksRoom(error)) throw error;
    }
  });
}

/** Makes immutable again what a killed run, or a thread of this one, left open; how many that were. */
export function sealAgain(fs: FileSystem, root: Dir): number {
  try {
    const dir = fs.openDir(root, PRIVATE_DIR);
    try {
      const notes = fs.readDir(dir).names.filter((name) => name.startsWith(PREFIX));
      return notes.filter((name) => settleNote(fs, root, { dir, name })).length;
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return 0; // a disk that cannot be read tells elsewhere
    throw error;
  }
}

interface Note {
  readonly inode: readonly [high: number, low: number];
  readonly nlink: number;
  /** Relative to the root. */
  readonly relPath: string;
}

function createNote(fs: FileSystem, root: Dir, name: string): File {
  const dir = fs.openDir(root, PRIVATE_DIR);
  try {
    return fs.createFile(dir, name);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
    return fs.openFile(dir, name, "write");
  } finally {
    fs.closeDir(dir);
  }
}

function settleNote(
  fs: FileSystem,
  root: Dir,
  { dir, name }: { dir: Dir; name: string },
): boolean {
  const note = readNote(fs, dir, name);
  const isSealed = note !== undefined && sealWhereFound(fs, root, note);
  fs.unlink(dir, name);
  return isSealed;
}

function readNote(fs: FileSystem, dir: Dir, name: string): Note | undefined {
  const bytes = new Uint8Array(MAX_BYTES);
  const file = fs.openFile(dir, name);
  try {
    const text = decodeName(bytes.subarray(0, fs.read(file, bytes, 0)));
    const [, high, low, nlink, relPath] = /^(\d+) (\d+) (\d+) ([^\0]+)\0/.exec(text) ?? [];
    if (relPath === undefined) return undefined; // cut off: nothing was opened yet
    return { inode: [Number(high), Number(low)], nlink: Number(nlink), relPath };
  } finally {
    fs.closeFile(file);
  }
}

/** Whether the file was open to change, and is not any more. */
function sealWhereFound(fs: FileSystem, root: Dir, note: Note): boolean {
  const own = sealIfIs(fs, root, note);
  if (own !== undefined) return own;
  if (note.nlink < 2) return false; // it was about to lose its only name
  for (const relPath of likelyPaths(fs, root, note.relPath)) {
    const found = sealIfIs(fs, root, { ...note, relPath });
    if (found !== undefined) return found;
  }
  return sealAnywhere(fs, root, note);
}

/** Undefined: it is not the file. */
function sealIfIs(fs: FileSystem, root: Dir, { inode, relPath }: Note): boolean | undefined {
  const slash = relPath.lastIndexOf("/");
  const stats = new StatTable(1);
  let dir: Dir | undefined;
  try {
    dir = openDirPath(fs, root, relPath.slice(0, Math.max(slash, 0)));
    const name = relPath.slice(slash + 1);
    fs.lstat(dir, name, stats, 0);
    const [high, low] = inodeOf(stats);
    if (stats.type(0) !== "file" || high !== inode[0] || low !== inode[1]) return undefined;
    if (fs.isSealed(dir, name)) return false;
    fs.seal(dir, name);
    return true;
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  } finally {
    if (dir !== undefined) fs.closeDir(dir);
  }
}

/** The same path in the other snapshots, where most files have their other names. */
function* likelyPaths(fs: FileSystem, root: Dir, relPath: string): Generator<string> {
  const parts = relPath.split("/");
  for (const snapshot of treesOf(fs, root)) {
    // How deep the snapshot lies that the path leads into: by itself, below a name, in the trash.
    for (const depth of [2, 4, 1]) {
      if (parts.length > depth) yield joinRel(snapshot, parts.slice(depth).join("/"));
    }
  }
}

/** Directories that are snapshots, or lie where these lie. */
function* treesOf(fs: FileSystem, root: Dir): Generator<string> {
  for (const name of dirsIn(fs, root, "")) {
    if (name === PRIVATE_DIR) continue;
    for (const time of dirsIn(fs, root, name)) yield joinRel(name, time);
    yield name;
  }
  const trash = joinRel(PRIVATE_DIR, TRASH_DIR);
  for (const entry of dirsIn(fs, root, trash)) {
    const path = joinRel(trash, entry);
    for (const time of dirsIn(fs, root, path)) yield joinRel(path, time);
  }
}

/** Goes through all of the root: only when the file has another name than in any other snapshot. */
function sealAnywhere(fs: FileSystem, root: Dir, note: Note): boolean {
  const left = [""];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    for (const { name, isDir, isIt } of entriesIn(fs, root, { path, inode: note.inode })) {
      const relPath = path === "" ? name : joinRel(path, name);
      if (isDir) left.push(relPath);
      else if (isIt) return sealIfIs(fs, root, { ...note, relPath }) === true;
    }
  }
  return false;
}

function dirsIn(fs: FileSystem, root: Dir, path: string): string[] {
  const inode = NO_INODE;
  return entriesIn(fs, root, { path, inode }).flatMap(({ name, isDir }) => isDir ? [name] : []);
}

const NO_INODE: Note["inode"] = [0, 0];

function entriesIn(
  fs: FileSystem,
  root: Dir,
  { path, inode }: { path: string; inode: Note["inode"] },
): { name: string; isDir: boolean; isIt: boolean }[] {
  const stats = new StatTable(1);
  let dir: Dir | undefined;
  try {
    const opened = dir = openDirPath(fs, root, path);
    return fs.readDir(opened).names.map((name) => {
      fs.lstat(opened, name, stats, 0);
      const [high, low] = inodeOf(stats);
      return { name, isDir: stats.isDir(0), isIt: high === inode[0] && low === inode[1] };
    });
  } catch (error) {
    if (error instanceof FsError) return []; // no directory, or not for this user
    throw error;
  } finally {
    if (dir !== undefined) fs.closeDir(dir);
  }
}

function inodeOf(stats: StatTable): [high: number, low: number] {
  return [stats.get(0, STAT.inoHigh), stats.get(0, STAT.inoLow)];
}
