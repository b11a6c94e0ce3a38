/**
 * Decides, on main alone and one file at a time, whether a content is stored or linked: what the
 * index knows is linked; what another file of this run is just storing is waited for; anything else
 * is claimed, so that two equal new files are stored once.
 *
 * @module
 */
import type { ContentIndex, StoredFile } from "../../store/content_index.ts";

/** What to do with a file of a known digest. */
export type Decision =
  | { readonly kind: "link"; readonly stored: StoredFile }
  /** Another file of this run is storing it: decide again when `settled` resolves. */
  | { readonly kind: "wait"; readonly settled: Promise<void> }
  /** The caller stores it and must call {@link Dedup.settle} for it. */
  | { readonly kind: "store" };

interface Claim {
  readonly settled: Promise<void>;
  readonly release: () => void;
}

/** Of a content; the index has it already, which costs one statement instead of two. */
interface DigestClaim extends Claim {
  readonly expected: StoredFile;
}

/** See the module text. */
export class Dedup {
  readonly #index: ContentIndex;
  readonly #minSizeBytes: number;
  readonly #digestClaims = new Map<string, DigestClaim>();
  readonly #sizeClaims = new Map<number, Claim>();

  constructor(index: ContentIndex, { minSizeBytes }: { minSizeBytes: number }) {
    this.#index = index;
    this.#minSizeBytes = minSizeBytes;
  }

  /**
   * Never a promise, and never two "store" for one digest before the first is settled. `expected` is
   * where the content will lie when it is stored.
   */
  decide(digest: string, expected: StoredFile): Decision {
    if (expected.sizeBytes < this.#minSizeBytes) return { kind: "store" };
    const claim = this.#digestClaims.get(digest);
    if (claim !== undefined) return { kind: "wait", settled: claim.settled };
    if (!this.#index.putIfAbsent(digest, expected)) {
      const stored = this.#index.find(digest, expected.sizeBytes);
      if (stored !== undefined) return { kind: "link", stored };
      this.#index.put(digest, expected); // what is there is of another size, so it is wrong
    }
    this.#digestClaims.set(digest, { ...newClaim(), expected });
    return { kind: "store" };
  }

  /** Ends a claim: `stored` is where the content lies now, undefined when it was not stored. */
  settle(digest: string, stored: StoredFile | undefined): void {
    const expected = this.#digestClaims.get(digest)?.expected;
    if (stored === undefined) {
      if (expected !== undefined) this.#index.remove(digest);
    } else if (stored.sizeBytes >= this.#minSizeBytes && !isSame(stored, expected)) {
      this.#index.put(digest, stored);
    }
    release(this.#digestClaims, digest);
  }

  /** Forgets a stored file that cannot be linked any more, unless a newer one took its place. */
  retire(digest: string, failed: StoredFile): void {
    const current = this.#index.find(digest, failed.sizeBytes);
    if (current?.snapshotId === failed.snapshotId && current.relPath === failed.relPath) {
      this.#index.remove(digest);
    }
  }

  /**
   * For a file too large to hold in memory: whether it can be stored while it is hashed, because
   * nothing of its size is known. A promise says: a file of that size is in work, ask again then.
   * After `"copy"`, {@link settleSize} must be called.
   */
  decideBySize(sizeBytes: number): "copy" | "hash" | Promise<void> {
    const claim = this.#sizeClaims.get(sizeBytes);
    if (claim !== undefined) return claim.settled;
    if (this.#index.knowsSize(sizeBytes)) return "hash";
    this.#sizeClaims.set(sizeBytes, newClaim());
    return "copy";
  }

  settleSize(sizeBytes: number): void {
    release(this.#sizeClaims, sizeBytes);
  }
}

function isSame(a: StoredFile, b: StoredFile | undefined): boolean {
  return a.relPath === b?.relPath && a.snapshotId === b.snapshotId &&
    a.sizeBytes === b.sizeBytes && a.mtimeSec === b.mtimeSec && a.mtimeNsec === b.mtimeNsec;
}

function newClaim(): Claim {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { settled: promise, release: resolve };
}

function release<Key>(claims: Map<Key, Claim>, key: Key): void {
  const claim = claims.get(key);
  claims.delete(key);
  claim?.release();
}
