import { join } from "node:path";
import type { RootDir } from "../backup/run/preflight.ts";
import type { Dir, FileSystem } from "../fs/file_system.ts";
import type { IndexPlace } from "../store/content_index.ts";
import { INDEX_FILE, PRIVATE_DIR } from "../store/layout.ts";

/**
 * Where the index of a backup root lies. Its `dir` is `privateDir`, or one that the caller closes.
 *
 * @throws {FsError} when the directory of `path` cannot be opened
 */
export function indexPlace(
  fs: FileSystem,
  { root, privateDir, path }: {
    root: RootDir;
    /** `.phlb`, open. */
    privateDir: Dir;
    /** The setting `index.path`. */
    path: string | undefined;
  },
): IndexPlace {
  if (path === undefined) {
    const inRoot = join(root.path, PRIVATE_DIR, INDEX_FILE);
    return { path: inRoot, fs, dir: privateDir, name: INDEX_FILE };
  }
  const slash = path.lastIndexOf("/");
  const dir = fs.openRoot(slash <= 0 ? "/" : path.slice(0, slash));
  return { path, fs, dir, name: path.slice(slash + 1) };
}
