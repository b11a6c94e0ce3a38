import { type FileSystem, FsError } from "../fs/file_system.ts";
import { chooseReadersOf, readersText } from "../threads/reader_count.ts";

/** How many threads would read the directory `path` (absolute), undefined when it cannot be opened. */
export function readersNote(
  fs: FileSystem,
  { path, wanted, cores }: { path: string; wanted: number; cores: number },
): string | undefined {
  try {
    return readersText(chooseReadersOf(fs, fs.openRoot(path), { wanted, cores }));
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  } finally {
    fs.closeAll();
  }
}
