import { createHash } from "node:crypto";
import type { Dir, FileSystem } from "../fs/file_system.ts";
import { fileChunks } from "./file_chunks.ts";

/**
 * SHA-256 of a file as it lies on disk, in hex.
 *
 * @throws {FsError}
 */
export function fileSha256(fs: FileSystem, dir: Dir, name: string): string {
  const digest = createHash("sha256");
  for (const chunk of fileChunks(fs, dir, name)) digest.update(chunk);
  return digest.digest("hex");
}
