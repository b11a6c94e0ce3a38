import { joinRel } from "../../base/path_bytes.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { snapshotDir } from "../../store/layout.ts";
import { placeOf } from "../../store/snapshots.ts";
import type { Change } from "../diff/change.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";

/** Pairs of contents that are compared at most; they are read. */
const MOST_SAMPLES = 64;
/** Read of each. */
const SAMPLE_BYTES = 64 * 1024;
/** Of less, the entropy says nothing: 4096 random bytes come to about 7.95 bits. */
const LEAST_BYTES = 4096;
/** Bits in a byte of text, tables, programs; compressed and encrypted bytes have more. */
const PLAIN_BITS = 7.2;
const ENCRYPTED_BITS = 7.9;
/** So many of the samples that were plain, at least, and this share of them. */
const LEAST_TURNED = 8;
const TURNED_SHARE = 0.8;

/** Paths that are remembered at most. */
const MOST_GONE = 20_000;
/** So many files with the same word appended to their names are no coincidence. */
const LEAST_APPENDED = 20;
/** What programs append that do no harm. */
const HARMLESS = new Set(
  ["gz", "bz2", "xz", "zst", "lz4", "lzma", "br", "zip", "7z", "bak", "old", "orig", "1"],
);

/** Looks at what changed from one snapshot to the next for signs that a program encrypted files. */
export class EncryptionSigns {
  readonly #fs: FileSystem;
  readonly #pair: { before: ListedSnapshot; after: ListedSnapshot; root: string };
  readonly #samples: string[] = [];
  readonly #gone = new Set<string>();
  readonly #appended = new Map<string, number>();

  constructor(
    fs: FileSystem,
    pair: { before: ListedSnapshot; after: ListedSnapshot; root: string },
  ) {
    this.#fs = fs;
    this.#pair = pair;
  }

  /** Takes in a change; they come in the order of a walk. */
  see({ modifier, type, relPath, sizeBytes, before }: Change): void {
    if (type !== "file") return;
    if (modifier === "-" && this.#gone.size < MOST_GONE) this.#gone.add(relPath);
    if (modifier === "+") this.#seeNew(relPath);
    const isLarge = sizeBytes >= LEAST_BYTES && (before?.sizeBytes ?? 0) >= LEAST_BYTES;
    if ((modifier === "M" || modifier === "?") && isLarge && this.#samples.length < MOST_SAMPLES) {
      this.#samples.push(relPath);
    }
  }

  /** What looks like encryption, the subject of a sentence; undefined when nothing does. */
  judge(): string | undefined {
    for (const [extension, count] of this.#appended) {
      if (count >= LEAST_APPENDED) {
        return `".${extension}" was appended to the names of ${count} files, with other contents,`;
      }
    }
    const { plain, turned } = this.#compareSamples();
    if (turned < LEAST_TURNED || turned < plain * TURNED_SHARE) return undefined;
    return `${turned} of ${plain} changed files that were looked at became unreadable noise`;
  }

  #seeNew(relPath: string): void {
    const [, stem, extension] = /^(.*[^/.])\.([^./]{1,32})$/s.exec(relPath) ?? [];
    if (stem === undefined || extension === undefined || !this.#gone.has(stem)) return;
    if (HARMLESS.has(extension.toLowerCase())) return;
    this.#appended.set(extension, (this.#appended.get(extension) ?? 0) + 1);
  }

  #compareSamples(): { plain: number; turned: number } {
    const { before, after } = this.#pair;
    let [plain, turned] = [0, 0];
    for (const relPath of this.#samples) {
      const was = this.#bitsOf(before, relPath);
      const is = this.#bitsOf(after, relPath);
      if (was === undefined || is === undefined || was > PLAIN_BITS) continue;
      plain++;
      if (is >= ENCRYPTED_BITS) turned++;
    }
    return { plain, turned };
  }

  /** Undefined when it cannot be read. */
  #bitsOf(snapshot: ListedSnapshot, relPath: string): number | undefined {
    const fs = this.#fs;
    const path = joinRel(snapshotDir(placeOf(snapshot)), relPath);
    const slash = path.lastIndexOf("/");
    try {
      const root = fs.openRoot(this.#pair.root);
      try {
        const dir = openDirPath(fs, root, path.slice(0, Math.max(0, slash)));
        try {
          const file = fs.openFile(dir, path.slice(slash + 1));
          try {
            const buffer = new Uint8Array(SAMPLE_BYTES);
            return entropyBits(buffer.subarray(0, fs.read(file, buffer, 0)));
          } finally {
            fs.closeFile(file);
          }
        } finally {
          fs.closeDir(dir);
        }
      } finally {
        fs.closeDir(root);
      }
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }
}

/** Shannon entropy of bytes: 0 for equal ones, 8 for random ones. */
export function entropyBits(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= count / bytes.length * Math.log2(count / bytes.length);
  }
  return bits;
}
