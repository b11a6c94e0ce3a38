import { type FileSystem, FsError } from "../../fs/file_system.ts";

/** Names in a directory; none when it cannot be read. */
export function listNames(fs: FileSystem, path: string): readonly string[] {
  try {
    const dir = fs.openRoot(fs.realPath(path));
    try {
      return fs.readDir(dir).names;
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
