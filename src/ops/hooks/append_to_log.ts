import { basename, dirname } from "node:path";
import { logLines, type LogMessage } from "../../backup/snapshot/run_log.ts";
import { encodeName } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";

/** What {@link appendToLog} adds, and where. */
export interface LogAddition {
  /** Absolute path of a log that a run has closed. */
  readonly path: string;
  readonly messages: readonly LogMessage[];
  readonly least: LogMessage["level"];
  readonly now: Date;
}

/**
 * Adds to the log of a run that is over. False when it is not there any more: a hook may have
 * unmounted the disk. Nothing stays open that would keep a disk from being unmounted.
 */
export function appendToLog(fs: FileSystem, addition: LogAddition): boolean {
  const bytes = encodeName(logLines(addition.messages, addition));
  const nameDir = dirname(addition.path);
  let root: Dir | undefined;
  let dir: Dir | undefined;
  try {
    root = fs.openRoot(dirname(nameDir));
    dir = fs.openDir(root, basename(nameDir));
    append(fs, dir, { name: basename(addition.path), bytes });
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  } finally {
    if (dir !== undefined) fs.closeDir(dir);
    if (root !== undefined) fs.closeDir(root);
  }
}

function append(
  fs: FileSystem,
  dir: Dir,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> },
): void {
  const file = fs.openFile(dir, name, "write");
  try {
    const stats = new StatTable(1);
    fs.fstat(file, stats, 0);
    fs.write(file, bytes, stats.sizeBytes(0));
  } finally {
    fs.closeFile(file);
  }
}
