import { joinRel } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "./file_system.ts";
import { DirCache } from "./open_path.ts";
import { StatTable } from "./stat_table.ts";

/** How {@link removeTree} tells of its work. */
export interface RemoveOptions {
  /** Called after each name that was removed. */
  readonly onRemoved?: () => void;
  /** Asked before each name; answering true ends the removal, to be called again later. */
  readonly isCancelled?: () => boolean;
}

const OWNER_ALL = 0o700;

/**
 * Removes `name` of `dir` with all that is in it, following no symlink, and returns how many names
 * that were. A name that is gone already counts as removed. The depth of the tree does not matter.
 *
 * @throws {FsError} when something cannot be removed; what was removed stays removed
 */
export function removeTree(
  fs: FileSystem,
  dir: Dir,
  name: string,
  options: RemoveOptions = {},
): number {
  const dirs = new DirCache(fs, dir);
  try {
    return new Removal(fs, dirs, options).run(name);
  } finally {
    dirs.close();
  }
}

/** A directory whose content is being removed. */
interface Level {
  /** Relative to where the removal began. */
  readonly relPath: string;
  readonly name: string;
  /** Not removed yet. */
  readonly names: string[];
  /** Why there may be more. */
  readonly error: FsError | undefined;
}

class Removal {
  readonly #fs: FileSystem;
  readonly #dirs: DirCache;
  readonly #options: RemoveOptions;
  readonly #stats = new StatTable(1);
  /** From the outermost to where the work is. */
  readonly #levels: Level[] = [];
  #removed = 0;

  constructor(fs: FileSystem, dirs: DirCache, options: RemoveOptions) {
    this.#fs = fs;
    this.#dirs = dirs;
    this.#options = options;
  }

  run(name: string): number {
    if (!this.#isCancelled()) this.#remove("", name);
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (this.#isCancelled()) break;
      const next = level.names.pop();
      if (next === undefined) this.#removeEmptied(level);
      else this.#remove(level.relPath, next);
    }
    return this.#removed;
  }

  /** Removes what is no directory; a directory has to be emptied first. */
  #remove(parentPath: string, name: string): void {
    const parent = this.#dirs.get(parentPath);
    const stats = this.#stats;
    try {
      this.#fs.lstat(parent, name, stats, 0);
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return;
      throw error;
    }
    if (!stats.isDir(0)) {
      this.#fs.unlink(parent, name);
      this.#count();
      return;
    }
    if ((stats.permissions(0) & OWNER_ALL) !== OWNER_ALL) this.#makeWritable(parent, name);
    const relPath = joinRel(parentPath, name);
    const { names, error } = this.#fs.readDir(this.#dirs.get(relPath));
    this.#levels.push({ relPath, name, names: [...names], error });
  }

  #removeEmptied({ name, error }: Level): void {
    if (error !== undefined) throw error;
    this.#levels.pop();
    this.#fs.removeDir(this.#dirs.get(this.#levels.at(-1)?.relPath ?? ""), name);
    this.#count();
  }

  /** Directories of an ordinary user may lack the permissions to be emptied. */
  #makeWritable(parent: Dir, name: string): void {
    try {
      this.#fs.setAttributes(parent, name, { mode: OWNER_ALL });
    } catch (error) {
      if (!(error instanceof FsError)) throw error; // opening or emptying it will tell
    }
  }

  #count(): void {
    this.#removed++;
    this.#options.onRemoved?.();
  }

  #isCancelled(): boolean {
    return this.#options.isCancelled?.() === true;
  }
}
