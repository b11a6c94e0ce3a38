import { DatabaseSync, type StatementSync } from "node:sqlite";
import { decodeName, encodeName } from "../base/path_bytes.ts";
import { STAT, StatTable } from "../fs/stat_table.ts";

/** A stored file that waits to be read. */
export interface QueuedFile {
  /** Directory. */
  readonly dir: string;
  readonly name: string;
  /** In row `row`: type, mode, inode, size and mtime; no more of it comes back. */
  readonly stats: StatTable;
  readonly row: number;
  /** What its content should have. */
  readonly digest: string;
}

/** The caller's own numbers for a file. */
export interface QueuedTag {
  readonly snapshot: number;
  readonly inode: number;
}

/** The fields that are kept of a stat row. */
const KEPT = [
  STAT.mode,
  STAT.devMajor,
  STAT.devMinor,
  STAT.inoHigh,
  STAT.inoLow,
  STAT.sizeBytes,
  STAT.mtimeSec,
  STAT.mtimeNsec,
] as const;

/** When a file was read last. */
export interface QueuedAge {
  /** Whole seconds since 1970; 0: never. */
  readonly readAtSec: number;
  /** Orders files of the same time. */
  readonly position: number;
}

/**
 * Sorts any number of files by when they were read last, without holding them in memory: in a
 * temporary file that SQLite makes and removes, about 120 bytes for each.
 */
export class ReadQueue {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #insertDir: StatementSync;
  #dir: { readonly snapshot: number; readonly dir: string; readonly id: number } | undefined;
  #dirs = 0;
  /** All that was added. */
  readonly total = { files: 0, bytes: 0 };

  constructor() {
    this.#database = new DatabaseSync(":memory:");
    this.#database.exec(`
      PRAGMA temp_store = FILE;
      CREATE TEMP TABLE dirs (id INTEGER PRIMARY KEY, snapshot INTEGER, path BLOB);
      CREATE TEMP TABLE files (read_at INTEGER, position INTEGER, dir INTEGER, name BLOB,
        digest TEXT, inode INTEGER, stats BLOB);
      PRAGMA temp.journal_mode = OFF;
      PRAGMA temp.cache_size = -16384;
      BEGIN;
    `);
    this.#insertDir = this.#database.prepare("INSERT INTO dirs VALUES (?, ?, ?)");
    this.#insert = this.#database.prepare("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)");
  }

  add(file: QueuedFile, { snapshot, inode }: QueuedTag, age: QueuedAge): void {
    const kept = KEPT.map((field) => file.stats.get(file.row, field));
    this.#insert.run(
      age.readAtSec,
      age.position,
      this.#dirId(snapshot, file.dir),
      encodeName(file.name),
      file.digest,
      inode,
      new Uint8Array(new Float64Array(kept).buffer),
    );
    this.total.files++;
    this.total.bytes += file.stats.sizeBytes(file.row);
  }

  /** All files, those first that were not read for longest; nothing may be added any more. */
  *oldestFirst(): Generator<QueuedFile & QueuedTag> {
    const sorted = this.#database.prepare(
      "SELECT snapshot, path, name, digest, inode, stats FROM files JOIN dirs ON dir = id " +
        "ORDER BY read_at, position",
    );
    for (const { snapshot, path, name, digest, inode, stats } of sorted.iterate()) {
      if (!(path instanceof Uint8Array && name instanceof Uint8Array)) continue;
      if (!(stats instanceof Uint8Array) || typeof digest !== "string") continue;
      yield {
        dir: decodeName(path),
        name: decodeName(name),
        stats: unpacked(stats),
        row: 0,
        digest,
        snapshot: Number(snapshot),
        inode: Number(inode),
      };
    }
  }

  close(): void {
    this.#database.close();
  }

  #dirId(snapshot: number, dir: string): number {
    const last = this.#dir;
    if (last?.dir === dir && last.snapshot === snapshot) return last.id;
    const id = ++this.#dirs;
    this.#insertDir.run(id, snapshot, encodeName(dir));
    this.#dir = { snapshot, dir, id };
    return id;
  }
}

function unpacked(bytes: Uint8Array): StatTable {
  const numbers = new Float64Array(KEPT.length);
  new Uint8Array(numbers.buffer).set(bytes);
  const stats = new StatTable(1);
  for (const [i, field] of KEPT.entries()) stats.set(0, field, numbers[i] ?? 0);
  return stats;
}
