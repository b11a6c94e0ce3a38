/**
 * Walks over parts of a manifest that is open for raw reading.
 *
 * @module
 */
import type { ManifestScan } from "../../store/manifest_scan.ts";
import {
  decodePath,
  encodePath,
  type EntryPlace,
  parseRaw,
  RawCursor,
  type SnapshotEntry,
} from "../../store/raw_entry.ts";

/**
 * The entry at `relPath`, undefined when there is none.
 *
 * @throws {isManifestDamage}
 */
export function lookUp(scan: ManifestScan, relPath: string): SnapshotEntry | undefined {
  const slash = relPath.lastIndexOf("/");
  const asName = { relPath: relPath.slice(0, Math.max(slash, 0)), name: relPath.slice(slash + 1) };
  const places = [{ relPath, name: undefined }, ...(relPath === "" ? [] : [asName])];
  for (const place of places) {
    const cursor = locate(scan, relPath, place);
    if (cursor !== undefined) return parseRaw(cursor.raw);
  }
  return undefined;
}

/** At the entry that stands at `place`. */
function locate(
  scan: ManifestScan,
  relPath: string,
  place: EntryPlace,
): RawCursor | undefined {
  const cursor = new RawCursor(scan.member(scan.seek(place)));
  const at = cursor.member.text.indexOf(`\n${encodePath(relPath)} `);
  if (at < 0 || !cursor.goTo(at + 1)) return undefined;
  return cursor.isDir === (place.name === undefined) ? cursor : undefined;
}

/** Steps through the directory `relPath` of a manifest. */
export class DirectoryWalk {
  readonly #scan: ManifestScan;
  readonly #prefix: string;
  #index: number;
  #cursor: RawCursor;
  #isDone: boolean;

  /**
   * Stands before the first entry in it. The directory must be there.
   *
   * @throws {isManifestDamage}
   */
  constructor(scan: ManifestScan, relPath: string) {
    const path = encodePath(relPath);
    this.#scan = scan;
    this.#prefix = `${path}/`;
    this.#index = scan.seek({ relPath, name: undefined });
    this.#cursor = new RawCursor(scan.member(this.#index));
    this.#isDone = !this.#cursor.goTo(this.#cursor.member.text.indexOf(`\n${path} `) + 1);
  }

  /**
   * Goes to the next entry below the directory, at any depth; false when there is none.
   *
   * @throws {isManifestDamage}
   */
  next(): boolean {
    while (!this.#isDone && !this.#cursor.next()) this.#goToMember(this.#index + 1);
    if (!this.#isDone && !this.#cursor.startsWith(this.#prefix)) this.#isDone = true;
    return !this.#isDone;
  }

  /**
   * Goes behind everything that is below the directory at hand; `next` then goes to what follows.
   *
   * @throws {isManifestDamage}
   */
  skipDirectory(): void {
    const relPath = decodePath(this.#cursor.path);
    const prefix = `${this.#cursor.path}/`;
    for (;;) {
      while (this.#cursor.next()) {
        if (this.#cursor.startsWith(prefix)) continue;
        this.#cursor.stepBack();
        return;
      }
      this.#goToMember(this.#behind(relPath));
      if (this.#isDone) return;
    }
  }

  /** The member to look into after the one at hand for what follows the directory. */
  #behind(relPath: string): number {
    const found = this.#scan.seekBehind(relPath, this.#index);
    return found === this.#index ? found + 1 : found;
  }

  #goToMember(index: number): void {
    if (index >= this.#scan.members) {
      this.#scan.checkEnd();
      this.#isDone = true;
      return;
    }
    this.#index = index;
    this.#cursor = new RawCursor(this.#scan.member(index));
  }

  /** Which member the entry at hand is in. */
  get memberIndex(): number {
    return this.#index;
  }

  get isDir(): boolean {
    return this.#cursor.isDir;
  }

  /** The path of the entry at hand, decoded. */
  get relPath(): string {
    return decodePath(this.#cursor.path);
  }

  /** Its lines. */
  get raw(): string {
    return this.#cursor.raw;
  }
}
