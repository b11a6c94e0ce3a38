import { DatabaseSync, type StatementSync } from "node:sqlite";
import { decodeName, encodeName } from "../base/path_bytes.ts";
import { STAT, STAT_FIELDS, StatTable } from "../fs/stat_table.ts";

/** A file that waits in a {@link NewestQueue}. */
export interface QueuedFile {
  readonly dir: string;
  readonly name: string;
  /** Its stat row. */
  readonly row: Float64Array<ArrayBuffer>;
}

/**
 * Sorts any number of files by modification time, newest first, without holding them in memory: in
 * a temporary SQLite database at `path`, which the caller removes after {@link close}.
 */
export class NewestQueue {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      DROP TABLE IF EXISTS file;
      CREATE TABLE file (sec INTEGER, nsec INTEGER, dir BLOB, name BLOB, row BLOB);
      BEGIN;
    `);
    this.#insert = this.#database.prepare("INSERT INTO file VALUES (?, ?, ?, ?, ?)");
  }

  /** Row `row` of `stats` is the file's. */
  add(dir: string, name: string, { stats, row }: { stats: StatTable; row: number }): void {
    const at = row * STAT_FIELDS;
    const bytes = new Uint8Array(stats.data.slice(at, at + STAT_FIELDS).buffer);
    const sec = stats.get(row, STAT.mtimeSec);
    const nsec = stats.get(row, STAT.mtimeNsec);
    this.#insert.run(sec, nsec, encodeName(dir), encodeName(name), bytes);
  }

  /** All files, newest first; nothing may be added while this is read. */
  *newestFirst(): Generator<QueuedFile> {
    const sorted = this.#database.prepare(
      "SELECT dir, name, row FROM file ORDER BY sec DESC, nsec DESC, dir, name",
    );
    for (const { dir, name, row } of sorted.iterate()) {
      if (!(dir instanceof Uint8Array && name instanceof Uint8Array)) continue;
      if (!(row instanceof Uint8Array)) continue;
      const numbers = new Float64Array(STAT_FIELDS);
      new Uint8Array(numbers.buffer).set(row);
      yield { dir: decodeName(dir), name: decodeName(name), row: numbers };
    }
  }

  close(): void {
    this.#database.close();
  }
}
