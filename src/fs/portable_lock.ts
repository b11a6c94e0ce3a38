import { DatabaseSync } from "node:sqlite";
import { type FileLock, FsError } from "./file_system.ts";
import { asFsError } from "./portable_error.ts";

/** Source: SQLite's result codes, SQLITE_BUSY. */
const SQLITE_BUSY = 5;

/** What `node:sqlite` calls each error of the database. */
const SQLITE_ERROR = "ERR_SQLITE_ERROR";

/**
 * Takes the lock on `path` by an exclusive transaction on an empty database beside it: the only lock
 * of the runtime that does not wait and that ends with the process, however that ends. It does not
 * know of a lock that the posix implementation holds.
 */
export function lockByDatabase(path: string): FileLock | undefined {
  const database = exclusively(`${path}.guard`);
  if (database === undefined) return undefined;
  return {
    write: (text) => asFsError("write", { path, call: () => Deno.writeTextFileSync(path, text) }),
    release: () => database.close(),
  };
}

function exclusively(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // A prepared statement, because errors of exec() carry no number.
    database.prepare("BEGIN EXCLUSIVE").run();
    return database;
  } catch (error) {
    database?.close();
    if (!(error instanceof Error && "code" in error && error.code === SQLITE_ERROR)) throw error;
    if ("errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw new FsError({ code: "EIO", op: "lock", path, reason: error.message });
  }
}
