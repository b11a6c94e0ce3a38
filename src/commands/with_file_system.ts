import type { Settings } from "../config/schema.ts";
import type { FileSystem } from "../fs/file_system.ts";

/** Opens the file system that is configured while `use` works with it. */
export async function withFileSystem<T>(
  settings: Settings,
  use: (fs: FileSystem) => Promise<T>,
): Promise<T> {
  const { openFileSystem } = await import("../fs/open_file_system.ts");
  const { fs } = openFileSystem(settings["performance.file_system"]);
  try {
    return await use(fs);
  } finally {
    fs.closeAll();
  }
}
