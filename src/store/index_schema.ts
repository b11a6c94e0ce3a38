import type { DatabaseSync } from "node:sqlite";

/**
 * Steps from one schema version to the next: entry `i` leads from version `i` to `i + 1`. An entry
 * that was released is never edited; FORMAT.md describes the outcome.
 */
const MIGRATIONS: readonly ((database: DatabaseSync) => void)[] = [createTables];

/** Version of the index schema that this program writes, kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Files from this size on are in the index by size as well. Smaller ones are cheap to read twice.
 * Source: files below are read whole into memory, see `performance.in_memory`.
 */
export const SIZE_INDEX_FROM = 1024 * 1024;

/** Marks a file of ours: "phlb" in ASCII, in SQLite's `application_id`. */
const APPLICATION_ID = 0x70686c62;

/** An index that this program cannot use; the message ends a sentence "The index …". */
export class IndexUnusable extends Error {}

/**
 * Brings the schema up to date in one transaction.
 *
 * @throws {IndexUnusable} when it is from a newer program, or the file is another program's.
 */
export function migrate(database: DatabaseSync): "fresh" | "ok" {
  const version = pragmaNumber(database, "user_version");
  const owner = pragmaNumber(database, "application_id");
  if (version > SCHEMA_VERSION) {
    throw new IndexUnusable(`has schema ${version}, newer than ${SCHEMA_VERSION} of this program`);
  }
  if (owner !== APPLICATION_ID && !isEmpty(database)) {
    throw new IndexUnusable("is a database of another program");
  }
  if (version === SCHEMA_VERSION) return "ok";
  database.exec("BEGIN IMMEDIATE");
  for (const step of MIGRATIONS.slice(version)) step(database);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  database.exec("COMMIT");
  return version === 0 ? "fresh" : "ok";
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function pragmaNumber(database: DatabaseSync, name: "user_version" | "application_id"): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === "number" ? value : 0;
}

function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY,
      name BLOB NOT NULL,
      time TEXT NOT NULL,
      is_leftover INTEGER NOT NULL CHECK (is_leftover IN (0, 1)),
      UNIQUE (name, time, is_leftover)
    ) STRICT;
    CREATE TABLE content (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
      size INTEGER NOT NULL,
      mtime_sec INTEGER NOT NULL,
      mtime_nsec INTEGER NOT NULL,
      snapshot INTEGER NOT NULL,
      path BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX content_size ON content (size) WHERE size >= ${SIZE_INDEX_FROM};
  `);
}
