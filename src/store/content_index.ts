/**
 * The index: which stored file holds a content. A cache in SQLite; whatever it says is checked
 * against the stored file before use, and `rebuild_index.ts` makes it anew from the snapshots.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { decodeName, encodeName, encodeNameInto } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { digestBytes } from "./digest.ts";
import { indexFailure, isUnusable, unusableReason } from "./index_errors.ts";
import { IndexUnusable, migrate, SIZE_INDEX_FROM } from "./index_schema.ts";
import { type IndexStatements, prepareStatements } from "./index_statements.ts";

/** A stored file that held a content when it was put into the index. */
export interface StoredFile {
  readonly sizeBytes: number;
  /** mtime of the inode: whole seconds and nanoseconds. */
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  /** See {@link ContentIndex.snapshot}. */
  readonly snapshotId: number;
  /** Relative to the snapshot's directory. */
  readonly relPath: string;
}

/** A snapshot that the index has taken in. */
export interface IndexedSnapshot {
  readonly id: number;
  /** `""` for snapshots that lie directly in the backup root. */
  readonly name: string;
  /** As it stands in the directory's name. */
  readonly time: string;
  /** True for what a run that was cut off left behind (`.<time>.partial`). */
  readonly leftover: boolean;
}

/** Where the index lies. */
export interface IndexPlace {
  /** For SQLite, which opens its files itself; `":memory:"` keeps nothing on disk. */
  readonly path: string;
  /** The same place for the port: used to discard an index that cannot be read. */
  readonly fs: FileSystem;
  readonly dir: Dir;
  readonly name: string;
}

/** An opened index and in what state it was found. */
export interface OpenedIndex {
  readonly index: ContentIndex;
  /** `fresh`: there was none. `recreated`: there was one that could not be used; now it is empty. */
  readonly state: "ok" | "fresh" | "recreated";
  /** Why it was recreated, one sentence for the log. */
  readonly reason: string | undefined;
}

/** SQLite's page cache. Source: inserts of 1,000,000 rows measured with 8, 32 and 64 MiB. */
const CACHE_KIB = 32 * 1024;

/** How long SQLite waits for another program that reads the file. */
const BUSY_TIMEOUT_MS = 5000;

/** A journal beside the file, not a WAL: a WAL cannot be read on a read-only file system. */
const SETTINGS: readonly string[] = [
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
  `cache_size = -${CACHE_KIB}`,
  "journal_mode = DELETE",
  "synchronous = NORMAL",
];

/**
 * Opens the index, or makes one. One that is damaged, foreign or newer than this program is
 * deleted and made anew: it is a cache.
 *
 * @throws {INDEX_FAILED} when there is no way to have one here.
 */
export function openContentIndex(place: IndexPlace): OpenedIndex {
  try {
    return { ...openDatabase(place), reason: undefined };
  } catch (error) {
    if (!isUnusable(error)) throw indexFailure(place.path, error);
    discard(place);
    const reason = `The index "${place.path}" ${unusableReason(error)}; it is made anew`;
    try {
      return { ...openDatabase(place), state: "recreated", reason };
    } catch (again) {
      throw indexFailure(place.path, again);
    }
  }
}

function openDatabase(place: IndexPlace): { index: ContentIndex; state: "ok" | "fresh" } {
  const database = new DatabaseSync(place.path);
  try {
    for (const setting of SETTINGS) database.prepare(`PRAGMA ${setting}`).get();
    const state = migrate(database);
    checkPages(database);
    return { index: new ContentIndex(database, place), state };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads every page, 0.2 µs an entry: better now than to fail in the middle of a run. */
function checkPages(database: DatabaseSync): void {
  const { quick_check } = database.prepare("PRAGMA quick_check(1)").get() ?? {};
  if (quick_check !== "ok") throw new IndexUnusable("is damaged");
}

/** See the module text. Paths and names are in the form of `base/path_bytes.ts`. */
export class ContentIndex {
  readonly #database: DatabaseSync;
  readonly #place: IndexPlace;
  readonly #statements: IndexStatements;
  readonly #snapshots = new Map<number, IndexedSnapshot>();
  readonly #digest = new Uint8Array(32);
  readonly #path = new Uint8Array(PATH_BYTES);

  /** Use {@link openContentIndex}. */
  constructor(database: DatabaseSync, place: IndexPlace) {
    this.#database = database;
    this.#place = place;
    this.#statements = prepareStatements(database);
    this.#loadSnapshots();
  }

  /** Starts the one transaction of a run; until it is committed, a crash leaves the index as it was. */
  begin(): void {
    this.#run(() => this.#statements.begin.run());
  }

  /** Makes everything since {@link begin} durable. */
  commit(): void {
    this.#run(() => this.#statements.commit.run());
  }

  /** Undoes everything since {@link begin}. */
  rollback(): void {
    this.#run(() => this.#statements.rollback.run());
    this.#loadSnapshots();
  }

  /** The stored file with this content, if there is one of that size in a snapshot that it knows. */
  find(digest: string, sizeBytes: number): StoredFile | undefined {
    const row = this.#run(() => this.#statements.find.get(digestBytes(digest, this.#digest)));
    const stored = row === undefined ? undefined : storedFile(row);
    if (stored?.sizeBytes !== sizeBytes) return undefined;
    return this.#snapshots.has(stored.snapshotId) ? stored : undefined;
  }

  /** Notes where a content lies, in place of any older note. */
  put(digest: string, stored: StoredFile): void {
    this.#run(() => this.#statements.put.run(...this.#values(digest, stored)));
  }

  /** Like {@link put}, but an older note stays; tells whether the new one was taken. */
  putIfAbsent(digest: string, stored: StoredFile): boolean {
    const values = this.#values(digest, stored);
    return this.#run(() => this.#statements.putIfAbsent.run(...values)).changes !== 0;
  }

  remove(digest: string): void {
    this.#run(() => this.#statements.remove.run(digestBytes(digest, this.#digest)));
  }

  /** False when surely no content of that size is known; always true below 1 MiB. */
  knowsSize(sizeBytes: number): boolean {
    if (sizeBytes < SIZE_INDEX_FROM) return true;
    return this.#run(() => this.#statements.knowsSize.get(sizeBytes)) !== undefined;
  }

  /** The snapshot a {@link StoredFile} lies in. */
  snapshot(id: number): IndexedSnapshot | undefined {
    return this.#snapshots.get(id);
  }

  /** All that were taken in, in order of their ids. */
  listSnapshots(): IndexedSnapshot[] {
    return [...this.#snapshots.values()];
  }

  /** Registers a snapshot and returns its id; the known id when it was registered before. */
  addSnapshot(snapshot: Omit<IndexedSnapshot, "id">): number {
    const { name, time, leftover } = snapshot;
    for (const known of this.#snapshots.values()) {
      const same = known.name === name && known.time === time && known.leftover === leftover;
      if (same) return known.id;
    }
    const { lastInsertRowid } = this.#run(() =>
      this.#statements.addSnapshot.run(encodeName(name), time, leftover ? 1 : 0)
    );
    const id = Number(lastInsertRowid);
    this.#snapshots.set(id, { id, name, time, leftover });
    return id;
  }

  /** A leftover became a snapshot: from now on its files lie under its final name. */
  publishSnapshot(id: number): void {
    const known = this.#snapshots.get(id);
    if (known === undefined) return;
    this.#run(() => this.#statements.publishSnapshot.run(id));
    this.#snapshots.set(id, { ...known, leftover: false });
  }

  /** Forgets a snapshot and every content noted there; returns how many contents those were. */
  removeSnapshot(id: number): number {
    const { changes } = this.#run(() => this.#statements.removeContents.run(id));
    this.#run(() => this.#statements.removeSnapshot.run(id));
    this.#snapshots.delete(id);
    return Number(changes);
  }

  /** How many contents are noted as lying in a snapshot. */
  pointsTo(id: number): number {
    return countOf(this.#run(() => this.#statements.pointsTo.get(id)));
  }

  /** How many contents are known. */
  count(): number {
    return countOf(this.#run(() => this.#statements.count.get()));
  }

  /** Gives the file back; an open transaction is undone. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #values(digest: string, stored: StoredFile): [Uint8Array, ...(number | Uint8Array)[]] {
    return [
      digestBytes(digest, this.#digest),
      stored.sizeBytes,
      stored.mtimeSec,
      stored.mtimeNsec,
      stored.snapshotId,
      this.#pathBytes(stored.relPath),
    ];
  }

  /** Valid until the next call, like the digest: SQLite takes a copy of what is bound. */
  #pathBytes(relPath: string): Uint8Array {
    if (relPath.length * 3 > PATH_BYTES) return encodeName(relPath);
    return this.#path.subarray(0, encodeNameInto(relPath, this.#path));
  }

  #loadSnapshots(): void {
    this.#snapshots.clear();
    for (const row of this.#run(() => this.#statements.listSnapshots.all())) {
      const snapshot = indexedSnapshot(row);
      this.#snapshots.set(snapshot.id, snapshot);
    }
  }

  /** A damaged file is deleted at once: this run fails, the next one makes the index anew. */
  #run<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (isUnusable(error)) {
        this.close();
        discard(this.#place);
      }
      throw indexFailure(this.#place.path, error);
    }
  }
}

/** Room for the paths of most files. */
const PATH_BYTES = 16 * 1024;

type Row = Readonly<Record<string, unknown>>;

function storedFile(row: Row): StoredFile {
  const { size, mtime_sec, mtime_nsec, snapshot, path } = row;
  return {
    sizeBytes: numberOf(size),
    mtimeSec: numberOf(mtime_sec),
    mtimeNsec: numberOf(mtime_nsec),
    snapshotId: numberOf(snapshot),
    relPath: path instanceof Uint8Array ? decodeName(path) : "",
  };
}

function indexedSnapshot(row: Row): IndexedSnapshot {
  const { id, name, time, is_leftover } = row;
  return {
    id: numberOf(id),
    name: name instanceof Uint8Array ? decodeName(name) : "",
    time: String(time),
    leftover: is_leftover === 1,
  };
}

function countOf(row: Row | undefined): number {
  return numberOf(row?.["count"]);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Deletes the index file and what belongs to it. */
function discard({ fs, dir, name, path }: IndexPlace): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) {
    try {
      fs.unlink(dir, name + suffix);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code !== "ENOENT") throw indexFailure(path, error);
    }
  }
}
