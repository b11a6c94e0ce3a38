import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { EntrySide } from "./plan_entry.ts";

/** What lies in the target, looked at while a restore is planned. Nothing is changed. */
export class TargetLook {
  readonly #fs: FileSystem;
  readonly #dirs: DirCache;

  constructor(fs: FileSystem, target: Dir) {
    this.#fs = fs;
    this.#dirs = new DirCache(fs, target);
  }

  /** What has that name in a directory of the target; undefined when nothing has. */
  entry(
    relPath: string,
    name: string,
    { wantsXattrs = false }: { wantsXattrs?: boolean } = {},
  ): EntrySide | undefined {
    const stats = new StatTable(1);
    try {
      const dir = this.#dirs.get(relPath);
      this.#fs.lstat(dir, name, stats, 0);
      return {
        stats,
        row: 0,
        ...(stats.type(0) === "link" ? { linkTarget: this.#fs.readLink(dir, name) } : {}),
        ...(wantsXattrs ? { xattrs: this.#fs.xattrs(dir, name) } : {}),
      };
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /**
   * All names in a directory of the target.
   *
   * @throws {FsError} when they cannot all be read
   */
  names(relPath: string): Set<string> {
    const { names, error } = this.#fs.readDir(this.#dirs.get(relPath));
    if (error !== undefined) throw error;
    return new Set(names);
  }

  close(): void {
    this.#dirs.close();
  }
}
