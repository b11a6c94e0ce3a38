import type { Dir, FileSystem, Xattrs } from "../../fs/file_system.ts";
import { FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";

/** Directories are open to their owner alone until they are complete. */
const UNFINISHED_MODE = 0o700;

const ACCESS_ACL = "system.posix_acl_access";
const DEFAULT_ACL = "system.posix_acl_default";

/**
 * An ACL without entries: setting it takes the ACL away. Source: Linux `posix_acl_xattr.h`: the
 * header alone, version 2.
 */
const NO_ACL: Uint8Array = new Uint8Array([2, 0, 0, 0]);

/** The directories of the target, made when they are missing, as one thread sees them. */
export class TargetDirs {
  readonly #fs: FileSystem;
  readonly #dirs: DirCache;
  #lastMade: string | undefined;
  #acl: { readonly relPath: string; readonly inherits: boolean } | undefined;

  constructor(fs: FileSystem, target: Dir) {
    this.#fs = fs;
    this.#dirs = new DirCache(fs, target);
  }

  /**
   * The directory of that path, open until the next call.
   *
   * @throws {FsError} when it is missing or no directory (a symlink is none)
   */
  get(relPath: string): Dir {
    return this.#dirs.get(relPath);
  }

  /** The same; makes it, and those above it, when they are not there yet. */
  make(relPath: string): Dir {
    if (relPath === "" || relPath === this.#lastMade) return this.#dirs.get(relPath);
    const slash = relPath.lastIndexOf("/");
    const parentPath = slash < 0 ? "" : relPath.slice(0, slash);
    const parent = this.#getOrMake(parentPath);
    const name = relPath.slice(slash + 1);
    try {
      this.#fs.makeDir(parent, name, UNFINISHED_MODE);
      if (this.inheritsAcls(parentPath)) {
        const xattrs = withoutAcls([], { isDir: true });
        this.#fs.setAttributes(this.#dirs.get(parentPath), name, { xattrs });
      }
    } catch (error) {
      // Another thread was quicker; if it is something else, opening it tells.
      if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
    }
    this.#lastMade = relPath;
    return this.#dirs.get(relPath);
  }

  /** Whether what is made in a directory gets ACLs that nobody asked for. */
  inheritsAcls(relPath: string): boolean {
    if (this.#acl?.relPath !== relPath) {
      const inherits = this.#fs.xattrs(this.#dirs.get(relPath), "")
        .some(([name]) => name === DEFAULT_ACL);
      this.#acl = { relPath, inherits };
    }
    return this.#acl.inherits;
  }

  /** Gives a directory other names in it: what was remembered of it may not hold any more. */
  forget(): void {
    this.#lastMade = undefined;
    this.#acl = undefined;
    this.#dirs.close();
  }

  close(): void {
    this.#dirs.close();
  }

  #getOrMake(relPath: string): Dir {
    try {
      return this.#dirs.get(relPath);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
      return this.make(relPath);
    }
  }
}

/** `wanted`, and what takes the ACLs away that are not among them. */
export function withoutAcls(wanted: Xattrs, { isDir }: { isDir: boolean }): Xattrs {
  const given = new Set(wanted.map(([name]) => name));
  const names = isDir ? [DEFAULT_ACL, ACCESS_ACL] : [ACCESS_ACL];
  const cleared = names.filter((name) => !given.has(name));
  return [...cleared.map((name): readonly [string, Uint8Array] => [name, NO_ACL]), ...wanted];
}
