/**
 * SQLite's temporary tables for work that must not take memory by the number of files: they lie
 * outside of the backup root and are gone when the process is.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { decodeName } from "../base/path_bytes.ts";

const CACHE_KIB = 16 * 1024;

/** What a statement gives. */
export type Row = Readonly<Record<string, unknown>>;

/** See the module text; each statement is prepared once. */
export class ScratchDatabase {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();

  /** `schema` makes its tables. */
  constructor(schema: string) {
    this.#database.exec(`
      PRAGMA temp_store = FILE;
      PRAGMA temp.cache_size = -${CACHE_KIB};
      ${schema}
    `);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** Row by row, by a statement of its own: the same may be asked again meanwhile. */
  iterate(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#database.prepare(sql).iterate(...values);
  }

  /** May be called twice. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A column of whole numbers. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** A column of text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A column of bytes. */
export function blobOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** A column of names or paths, see `base/path_bytes.ts`. */
export function nameOf(value: unknown): string {
  return value instanceof Uint8Array ? decodeName(value) : "";
}

/** A column of digests, as hex digits. */
export function hexOf(value: unknown): string {
  return value instanceof Uint8Array ? value.toHex() : "";
}
