import { createHash } from "node:crypto";
import { type Dir, type File, type FileSystem, FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";

/** Runs of zeros of that length become holes where the origin has holes. */
const BLOCK_BYTES = 4096;

/** Bytes after which signals get their turn. */
const TURN_BYTES = 16 << 20;

/** What a content must be. */
export interface WantedContent {
  readonly sizeBytes: number;
  readonly digest: string;
}

/** How {@link pour} goes about it. */
export interface PourOptions extends WantedContent {
  readonly from: { readonly dir: Dir; readonly name: string };
  /** Gets the content; undefined: it is only read. */
  readonly to: File | undefined;
  readonly bufferBytes: number;
  /** Called with the bytes done so far. */
  readonly onBytes: (bytes: number) => void;
  readonly turn: () => Promise<void>;
}

/** Something can be read, but is not what is wanted, or cannot be read. */
export class NotWanted extends Error {}

/**
 * Reads a file of any origin and writes what it reads, hashing the very bytes that are written. No
 * symlink is followed.
 *
 * @throws {NotWanted} when the content is not the wanted one; what was written is worth nothing then
 * @throws {FsError} when it cannot be written
 */
export async function pour(fs: FileSystem, options: PourOptions): Promise<void> {
  const { from, sizeBytes, digest } = options;
  const file = reading(() => fs.openFile(from.dir, from.name));
  try {
    const isSparse = checkFile(fs, file, sizeBytes);
    const found = await pourBlocks(fs, { ...options, file, isSparse });
    if (found !== digest) throw new NotWanted("its content is another one");
    if (isSparse && options.to !== undefined) fs.truncate(options.to, sizeBytes);
  } finally {
    fs.closeFile(file);
  }
}

/** Resolves with the digest of what was read and written. */
async function pourBlocks(
  fs: FileSystem,
  { file, isSparse, to, sizeBytes, bufferBytes, onBytes, turn }: PourOptions & {
    readonly file: File;
    readonly isSparse: boolean;
  },
): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.max(BLOCK_BYTES, bufferBytes));
  let turnAt = TURN_BYTES;
  for (let at = 0; at < sizeBytes;) {
    const block = buffer.subarray(0, Math.min(buffer.length, sizeBytes - at));
    if (reading(() => fs.read(file, block, at)) < block.length) {
      throw new NotWanted("it was cut short");
    }
    hash.update(block);
    if (to !== undefined && !(isSparse && isZero(block))) fs.write(to, block, at);
    at += block.length;
    onBytes(at);
    if (at < turnAt) continue;
    turnAt = at + TURN_BYTES;
    await turn();
  }
  return hash.digest("hex");
}

/** Whether the file has holes. */
function checkFile(fs: FileSystem, file: File, sizeBytes: number): boolean {
  const stats = new StatTable(1);
  reading(() => fs.fstat(file, stats, 0));
  if (stats.type(0) !== "file") throw new NotWanted("it is no regular file");
  const found = stats.sizeBytes(0);
  if (found !== sizeBytes) throw new NotWanted(`it has ${found} bytes instead of ${sizeBytes}`);
  return stats.get(0, STAT.allocatedBytes) < sizeBytes;
}

/** What the system refuses while reading says nothing of the backup root. */
export function reading<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new NotWanted(error.message);
  }
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}
