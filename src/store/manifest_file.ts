import { createHash } from "node:crypto";
import type { Dir, FileSystem } from "../fs/file_system.ts";
import { readManifest, readManifestHeader } from "./manifest_reader.ts";
import type { ManifestHeader } from "./manifest_header.ts";
import type { ManifestSection } from "./section.ts";

/** Read at a time. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file in pieces. The file is open while they are read. */
export function* fileChunks(fs: FileSystem, dir: Dir, name: string): Generator<Uint8Array<ArrayBuffer>> {
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

/**
 * {@link readManifest} for a file; it is closed when the last section was handed out, reading broke
 * off or the consumer stopped.
 *
 * @throws {ManifestError} also when the file cannot be read
 */
export function readManifestFile(
  fs: FileSystem,
  dir: Dir,
  name: string,
): AsyncGenerator<ManifestSection> {
  return readManifest(fileChunks(fs, dir, name));
}

/**
 * {@link readManifestHeader} for a file.
 *
 * @throws {ManifestError}
 */
export function readManifestFileHeader(
  fs: FileSystem,
  dir: Dir,
  name: string,
): Promise<ManifestHeader | undefined> {
  return readManifestHeader(fileChunks(fs, dir, name));
}

/**
 * SHA-256 of a file as it lies on disk, in hex, for the chain of manifests.
 *
 * @throws {FsError}
 */
export function fileDigest(fs: FileSystem, dir: Dir, name: string): string {
  const hash = createHash("sha256");
  for (const chunk of fileChunks(fs, dir, name)) hash.update(chunk);
  return hash.digest("hex");
}
