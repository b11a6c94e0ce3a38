/**
 * Reproducible trees to measure with: the same seed gives the same names, sizes and bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createCipheriv } from "node:crypto";

/** A tree of many small files. */
export interface SmallTree {
  readonly files: number;
  readonly dirs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** A tree of large files, some of them equal. */
export interface LargeTree {
  readonly files: number;
  readonly fileBytes: number;
  /** Share of files, 0–1, that have the content of an earlier one. */
  readonly duplicates: number;
}

/** Pseudo-random bytes: AES in counter mode over zeros, at several hundred MB/s. */
class Noise {
  readonly #cipher;

  constructor(seed: number) {
    const key = Buffer.alloc(16);
    key.writeUInt32LE(seed);
    this.#cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  }

  bytes(count: number): Uint8Array {
    return this.#cipher.update(new Uint8Array(count));
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Buffer.from(this.bytes(6)).readUIntLE(0, 6) % limit;
  }
}

/** Makes `files` files of evenly spread sizes in `dirs` directories below `root`. */
export function makeSmallTree(root: string, tree: SmallTree, seed = 1): void {
  const noise = new Noise(seed);
  const perDir = Math.ceil(tree.files / tree.dirs);
  for (let i = 0; i < tree.files; i++) {
    const dir = Math.floor(i / perDir);
    const path = `${root}/d${Math.floor(dir / 100)}/d${dir}`;
    if (i % perDir === 0) Deno.mkdirSync(path, { recursive: true });
    const size = tree.minBytes + noise.below(tree.maxBytes - tree.minBytes + 1);
    Deno.writeFileSync(`${path}/file-${i}.dat`, noise.bytes(size));
  }
}

/** Makes large files below `root`; every so many repeats an earlier one. */
export function makeLargeTree(root: string, tree: LargeTree, seed = 2): void {
  Deno.mkdirSync(root, { recursive: true });
  const originals = Math.round(tree.files * (1 - tree.duplicates));
  for (let i = 0; i < tree.files; i++) {
    const content = i % originals;
    const noise = new Noise(seed * 1_000_000 + content);
    const file = Deno.openSync(`${root}/large-${i}.bin`, { write: true, createNew: true });
    for (let left = tree.fileBytes; left > 0;) {
      const part = noise.bytes(Math.min(left, 1 << 20));
      for (let at = 0; at < part.length;) at += file.writeSync(part.subarray(at));
      left -= part.length;
    }
    file.close();
  }
}

/** Gives every `every`-th small file the content of that seed (same size, new time). */
export function changeFiles(
  root: string,
  tree: SmallTree,
  { every, seed }: { every: number; seed: number },
): void {
  const noise = new Noise(seed);
  const perDir = Math.ceil(tree.files / tree.dirs);
  for (let i = 0; i < tree.files; i += every) {
    const dir = Math.floor(i / perDir);
    const path = `${root}/d${Math.floor(dir / 100)}/d${dir}/file-${i}.dat`;
    Deno.writeFileSync(path, noise.bytes(Deno.statSync(path).size));
  }
}
