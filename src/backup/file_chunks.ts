import type { Dir, FileSystem } from "../fs/file_system.ts";

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file of ours from its start; the file is open only while it is being read. */
export function* readChunks(
  fs: FileSystem,
  dir: Dir,
  name: string,
): Generator<Uint8Array<ArrayBuffer>> {
  const file = fs.openFile(dir, name);
  try {
    for (let at = 0;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const got = fs.read(file, chunk, at);
      if (got > 0) yield chunk.subarray(0, got);
      if (got < CHUNK_BYTES) return;
      at += got;
    }
  } finally {
    fs.closeFile(file);
  }
}
