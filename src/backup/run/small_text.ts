import { decodeName } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";

/** More than this is no file of ours. */
const MAX_BYTES = 8 << 20;

/** Text of a small file of ours, undefined when there is none, or none that is to be read. */
export function readSmallText(fs: FileSystem, dir: Dir, name: string): string | undefined {
  try {
    const file = fs.openFile(dir, name);
    try {
      const stats = new StatTable(1);
      fs.fstat(file, stats, 0);
      if (stats.type(0) !== "file" || stats.sizeBytes(0) > MAX_BYTES) return undefined;
      const bytes = new Uint8Array(stats.sizeBytes(0));
      return decodeName(bytes.subarray(0, fs.read(file, bytes, 0)));
    } finally {
      fs.closeFile(file);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
