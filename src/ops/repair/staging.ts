import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { PRIVATE_DIR } from "../../store/layout.ts";
import { unlinkIfThere } from "../rebuild/dir_sums.ts";

/** What is made anew, until it takes its place. It lies in `.phlb`, where no snapshot has a name. */
export const NEW_FILE = "repair-new";

/** One more name of it, on its way to its place. */
export const NEW_NAME = "repair-name";

/**
 * Where new files are made and from where they are put in place, each by one rename. What a killed
 * run left there is removed.
 */
export class Staging {
  readonly #fs: FileSystem;
  /** `.phlb`, open. */
  readonly dir: Dir;

  constructor(fs: FileSystem, privateDir: Dir) {
    this.#fs = fs;
    this.dir = privateDir;
    this.clear();
  }

  /** Removes what was made and closes the directory. */
  close(): void {
    try {
      this.clear();
    } finally {
      this.#fs.closeDir(this.dir);
    }
  }

  /** Removes what was made. */
  clear(): void {
    unlinkIfThere(this.#fs, this.dir, NEW_FILE);
    unlinkIfThere(this.#fs, this.dir, NEW_NAME);
  }

  /**
   * Gives the file `from` the name `to` as well, in place of what has it. The directory of `to` gets
   * the given modification time back.
   *
   * @throws {FsError}
   */
  place(from: Place, to: Place & { readonly dirMtime: { sec: number; nsec: number } }): void {
    const fs = this.#fs;
    unlinkIfThere(fs, this.dir, NEW_NAME);
    fs.link(from.dir, from.name, this.dir, NEW_NAME);
    this.#put(NEW_NAME, to);
  }

  /** The same with {@link NEW_FILE}, which has no other name then. */
  move(to: Place & { readonly dirMtime: { sec: number; nsec: number } }): void {
    this.#put(NEW_FILE, to);
  }

  #put(
    name: string,
    { dir, name: to, dirMtime }: Place & { readonly dirMtime: { sec: number; nsec: number } },
  ): void {
    const fs = this.#fs;
    withMtime(fs, { dir, mtime: dirMtime }, () => {
      if (isThere(fs, dir, to)) fs.replace(this.dir, name, dir, to);
      else fs.rename(this.dir, name, dir, to);
    });
  }
}

/** Opens it below a backup root, whose `.phlb` must be there. */
export function openStaging(fs: FileSystem, root: Dir): Staging {
  return new Staging(fs, fs.openDir(root, PRIVATE_DIR));
}

interface Place {
  readonly dir: Dir;
  readonly name: string;
}

/** Runs a step that makes or removes names in a directory, and gives it that mtime afterwards. */
export function withMtime(
  fs: FileSystem,
  { dir, mtime }: { dir: Dir; mtime: { sec: number; nsec: number } },
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
        mtimeSec: mtime.sec,
        mtimeNsec: mtime.nsec,
      },
    });
  }
}

function isThere(fs: FileSystem, dir: Dir, name: string): boolean {
  try {
    fs.lstat(dir, name, new StatTable(1), 0);
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return false;
    throw error;
  }
}
