/**
 * Which of the entries that are gone and of those that are new are one and the same under another
 * name.
 *
 * @module
 */
import type { EntryType } from "../../fs/stat_table.ts";

/** What is known of an entry that is gone or new. */
export interface RenameCandidate {
  readonly relPath: string;
  readonly type: EntryType;
  readonly sizeBytes: number;
  /** Of a regular file: digest of its content, where it is known. */
  readonly digest: string | undefined;
  /** Device and inode, where they are known. */
  readonly inode: string | undefined;
  /** Seconds and nanoseconds. */
  readonly mtime: string;
}

/**
 * For each of `added` the one of `gone` that it was, if any. Files are the same by their content
 * (unless it is empty), or by their inode if name or mtime speak for it as well: file systems give
 * the inode of a removed file to the next one. Directories are so by their inode, and a file that
 * moved from the one into the other speaks for it too. The same inode goes before the same name, that
 * before any other; each is taken once.
 */
export function pairRenames<Gone extends RenameCandidate, Added extends RenameCandidate>(
  gone: readonly Gone[],
  added: readonly Added[],
): Map<Added, Gone> {
  const pairs = new Map<Added, Gone>();
  const free = new Set(gone);
  const moves = new Set<string>();
  const pass = (wanted: EntryType | undefined, pairing: Pairing<Gone, Added>) => {
    for (const entry of added) {
      if (pairs.has(entry) || (entry.type === "dir") !== (wanted === "dir")) continue;
      const found = pairing(entry);
      if (found === undefined || !free.delete(found)) continue;
      pairs.set(entry, found);
      moves.add(move(parentOf(found.relPath), parentOf(entry.relPath)));
    }
  };
  const byInode = new Candidates(gone, ({ inode }) => inode);
  const byName = new Candidates(gone, (entry) => contentKey(entry, baseName(entry.relPath)));
  const byContent = new Candidates(gone, (entry) => contentKey(entry, ""));
  pass(undefined, (entry) =>
    byInode.find(
      entry.inode,
      (other) =>
        free.has(other) && other.type === entry.type &&
        (isSameContent(other, entry) || isAlike(other, entry)),
    ));
  for (const [candidates, nameOf] of [[byName, baseName], [byContent, noName]] as const) {
    pass(
      undefined,
      (entry) => candidates.take(contentKey(entry, nameOf(entry.relPath)), free),
    );
  }
  pass("dir", (entry) =>
    byInode.find(
      entry.inode,
      (other) =>
        free.has(other) && other.type === "dir" &&
        (isAlike(other, entry) || moves.has(move(other.relPath, entry.relPath))),
    ));
  return pairs;
}

type Pairing<Gone, Added> = (entry: Added) => Gone | undefined;

/** Entries by a key, in their order. */
class Candidates<Entry> {
  readonly #byKey: Map<string | undefined, Entry[]>;
  readonly #taken = new Map<string, number>();

  constructor(entries: readonly Entry[], keyOf: (entry: Entry) => string | undefined) {
    this.#byKey = Map.groupBy(entries, keyOf);
  }

  /** The first of a key for which `test` holds; for keys that few entries share. */
  find(key: string | undefined, test: (entry: Entry) => boolean): Entry | undefined {
    return key === undefined ? undefined : this.#byKey.get(key)?.find(test);
  }

  /** The first of a key that is free; what it passes over is never looked at again. */
  take(key: string | undefined, free: ReadonlySet<Entry>): Entry | undefined {
    if (key === undefined) return undefined;
    const entries = this.#byKey.get(key) ?? [];
    let at = this.#taken.get(key) ?? 0;
    for (; at < entries.length; at++) {
      const entry = entries[at];
      if (entry === undefined || !free.has(entry)) continue;
      this.#taken.set(key, at + 1);
      return entry;
    }
    this.#taken.set(key, at);
    return undefined;
  }
}

/** Empty files are all alike: their content says nothing. */
function contentKey({ type, digest, sizeBytes }: RenameCandidate, name: string) {
  if (type !== "file" || digest === undefined || sizeBytes === 0) return undefined;
  return `${digest}:${sizeBytes}:${name}`;
}

function isSameContent(a: RenameCandidate, b: RenameCandidate): boolean {
  const key = contentKey(a, "");
  return key !== undefined && key === contentKey(b, "");
}

/**
 * Whether something speaks for it that two entries of one inode are the same: the name, or the time
 * of last change, which cannot be the same when the content is not.
 */
function isAlike(a: RenameCandidate, b: RenameCandidate): boolean {
  if (baseName(a.relPath) === baseName(b.relPath)) return true;
  const other = a.digest !== undefined && b.digest !== undefined && a.digest !== b.digest;
  return a.mtime === b.mtime && !other;
}

function move(from: string, to: string): string {
  return `${from}\0${to}`;
}

function noName(): string {
  return "";
}

function baseName(relPath: string): string {
  return relPath.slice(relPath.lastIndexOf("/") + 1);
}

function parentOf(relPath: string): string {
  return relPath.slice(0, Math.max(relPath.lastIndexOf("/"), 0));
}
