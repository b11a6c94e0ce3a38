/**
 * `hash_speed.ts DIR`: reads every regular file below DIR, each inode once, hashes it with SHA-256 in
 * one thread, and prints the seconds that took.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** As the readers of phlb have it. */
const BUFFER_BYTES = 256 * 1024;

const buffer = new Uint8Array(BUFFER_BYTES);
const seen = new Set<string>();

function hashBelow(dir: string): void {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(dir)) {
    if (isDirectory) hashBelow(`${dir}/${name}`);
    else if (isFile) hashFile(`${dir}/${name}`);
  }
}

function hashFile(path: string): void {
  using file = Deno.openSync(path);
  const { dev, ino, nlink } = file.statSync();
  const key = `${dev}:${ino}`;
  if (nlink !== 1 && seen.has(key)) return;
  seen.add(key);
  const hash = createHash("sha256");
  for (let n = file.readSync(buffer); n !== null; n = file.readSync(buffer)) {
    hash.update(buffer.subarray(0, n));
  }
  hash.digest();
}

const [dir = "."] = Deno.args;
const start = performance.now();
hashBelow(dir);
console.log(((performance.now() - start) / 1000).toFixed(4));
