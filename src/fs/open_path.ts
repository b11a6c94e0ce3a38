import type { Dir, FileSystem } from "./file_system.ts";

/**
 * Opens the directory `relPath` below `root` (`""`: `root` itself), component by component, following
 * no symlink. The caller closes what it gets, and `root` stays as it is.
 *
 * @throws {FsError} when a component is missing, unreadable, or no directory (a symlink is none)
 */
export function openDirPath(fs: FileSystem, root: Dir, relPath: string): Dir {
  if (relPath === "") return fs.reopenDir(root);
  let dir = root;
  try {
    for (const name of relPath.split("/")) {
      const next = fs.openDir(dir, name);
      if (dir !== root) fs.closeDir(dir);
      dir = next;
    }
    return dir;
  } catch (error) {
    if (dir !== root) fs.closeDir(dir);
    throw error;
  }
}

/**
 * Open directories that a {@link DirCache} keeps, so that a deep tree does not use up descriptors: the
 * threads of a run have up to 20 caches, and many systems give a process 1024 descriptors.
 */
const KEPT_DIRS = 32;

interface KeptDir {
  readonly relPath: string;
  readonly dir: Dir;
}

/**
 * Keeps the directories on the way to the last path open: in a depth-first order, most requests
 * cost one `openDir` or none. Belongs to one thread.
 */
export class DirCache {
  readonly #fs: FileSystem;
  readonly #root: Dir;
  /** Each inside the one before it, not necessarily directly. */
  readonly #kept: KeptDir[] = [];

  constructor(fs: FileSystem, root: Dir) {
    this.#fs = fs;
    this.#root = root;
  }

  /**
   * The directory of that path, open until the next `get`.
   *
   * @throws {FsError} when a component is missing, unreadable, or no directory (a symlink is none)
   */
  get(relPath: string): Dir {
    for (let last = this.#kept.at(-1); last !== undefined; last = this.#kept.at(-1)) {
      if (last.relPath === relPath) return last.dir;
      if (relPath.startsWith(last.relPath) && relPath[last.relPath.length] === "/") break;
      this.#fs.closeDir(last.dir);
      this.#kept.pop();
    }
    return this.#descend(relPath);
  }

  /** Closes all that are open. */
  close(): void {
    for (const { dir } of this.#kept.splice(0)) this.#fs.closeDir(dir);
  }

  #descend(relPath: string): Dir {
    const base = this.#kept.at(-1);
    let dir = base?.dir ?? this.#root;
    let at = base === undefined ? 0 : base.relPath.length + 1;
    while (at <= relPath.length && relPath !== "") {
      const slash = relPath.indexOf("/", at);
      const end = slash < 0 ? relPath.length : slash;
      dir = this.#fs.openDir(dir, relPath.slice(at, end));
      this.#keep({ relPath: relPath.slice(0, end), dir });
      at = end + 1;
    }
    return dir;
  }

  #keep(kept: KeptDir): void {
    this.#kept.push(kept);
    if (this.#kept.length <= KEPT_DIRS) return;
    const [outermost] = this.#kept.splice(0, 1);
    if (outermost !== undefined) this.#fs.closeDir(outermost.dir);
  }
}
