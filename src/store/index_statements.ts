import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SIZE_INDEX_FROM } from "./index_schema.ts";

/** What is asked of the index, prepared once. */
export interface IndexStatements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly find: StatementSync;
  readonly put: StatementSync;
  readonly putIfAbsent: StatementSync;
  readonly remove: StatementSync;
  readonly knowsSize: StatementSync;
  readonly addSnapshot: StatementSync;
  readonly publishSnapshot: StatementSync;
  readonly listSnapshots: StatementSync;
  readonly removeContents: StatementSync;
  readonly removeSnapshot: StatementSync;
  readonly pointsTo: StatementSync;
  readonly count: StatementSync;
}

/** Prepares all statements on a database of the current schema. */
export function prepareStatements(database: DatabaseSync): IndexStatements {
  const columns = "digest, size, mtime_sec, mtime_nsec, snapshot, path";
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    rollback: database.prepare("ROLLBACK"),
    find: database.prepare(
      "SELECT size, mtime_sec, mtime_nsec, snapshot, path FROM content WHERE digest = ?",
    ),
    put: database.prepare(`INSERT OR REPLACE INTO content (${columns}) VALUES (?, ?, ?, ?, ?, ?)`),
    putIfAbsent: database.prepare(
      `INSERT OR IGNORE INTO content (${columns}) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    remove: database.prepare("DELETE FROM content WHERE digest = ?"),
    knowsSize: database.prepare(
      // The constant condition lets SQLite use the partial index.
      `SELECT 1 FROM content WHERE size = ? AND size >= ${SIZE_INDEX_FROM} LIMIT 1`,
    ),
    addSnapshot: database.prepare(
      "INSERT INTO snapshots (name, time, is_leftover) VALUES (?, ?, ?)",
    ),
    publishSnapshot: database.prepare("UPDATE snapshots SET is_leftover = 0 WHERE id = ?"),
    listSnapshots: database.prepare(
      "SELECT id, name, time, is_leftover FROM snapshots ORDER BY id",
    ),
    removeContents: database.prepare("DELETE FROM content WHERE snapshot = ?"),
    removeSnapshot: database.prepare("DELETE FROM snapshots WHERE id = ?"),
    pointsTo: database.prepare("SELECT count(*) AS count FROM content WHERE snapshot = ?"),
    count: database.prepare("SELECT count(*) AS count FROM content"),
  };
}
