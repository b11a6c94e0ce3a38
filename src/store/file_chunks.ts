import type { Dir, FileSystem } from "../fs/file_system.ts";

/** Read at a time. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file from its start, each piece a new buffer; it is open while they are read. */
export function* fileChunks(
  fs: FileSystem,
  dir: Dir,
  name: string,
): Generator<Uint8Array<ArrayBuffer>> {
  const file = fs.openFile(dir, name);
  try {
    for (let offset = 0;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const count = fs.read(file, chunk, offset);
      if (count === 0) return;
      yield chunk.subarray(0, count);
      offset += count;
    }
  } finally {
    fs.closeFile(file);
  }
}
