import type { DatabaseSync } from "node:sqlite";
import { IndexUnusable } from "./index_schema.ts";

/** Version of the scrub record's schema, in SQLite's `user_version`. */
const SCHEMA_VERSION = 1;

/** "phls" in ASCII, in SQLite's `application_id`. */
const APPLICATION_ID = 0x70686c73;

/**
 * Makes the tables of a new scrub record. FORMAT.md describes them.
 *
 * @throws {IndexUnusable} when the file is another program's or a newer one's, or holds nothing yet
 * and cannot be written
 */
export function migrateScrub(database: DatabaseSync, { readOnly }: { readOnly: boolean }): void {
  const version = pragmaNumber(database, "user_version");
  const owner = pragmaNumber(database, "application_id");
  if (version === SCHEMA_VERSION && owner === APPLICATION_ID) return;
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isEmpty) throw new IndexUnusable("is not a scrub record of this version");
  if (readOnly) throw new IndexUnusable("holds nothing");
  // Whoever comes first makes the tables; a second program waits here and then finds them.
  database.prepare("BEGIN IMMEDIATE").run();
  for (const statement of SCHEMA) database.prepare(statement).run();
  database.prepare("COMMIT").run();
}

const SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS inodes (
    device TEXT NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (device, high, low)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS runs (
    scope TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    is_finished INTEGER NOT NULL CHECK (is_finished IN (0, 1))
  ) STRICT`,
  `PRAGMA application_id = ${APPLICATION_ID}`,
  `PRAGMA user_version = ${SCHEMA_VERSION}`,
];

function pragmaNumber(database: DatabaseSync, name: "user_version" | "application_id"): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === "number" ? value : 0;
}
