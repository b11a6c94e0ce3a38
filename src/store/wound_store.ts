/**
 * What a repair knows of damaged stored files: in SQLite's temporary tables, which lie outside of the
 * backup root, take little memory and are gone when the process is.
 *
 * @module
 */
import { encodeName } from "../base/path_bytes.ts";
import type { Xattrs } from "../fs/file_system.ts";
import type { StatTable } from "../fs/stat_table.ts";
import { digestBytes } from "./digest.ts";
import { nameOf, numberOf, type Row, ScratchDatabase, textOf } from "./scratch_database.ts";
import {
  type Finding,
  type NamedUnit,
  type Origin,
  TRUST,
  type Unit,
  type UnitAttributes,
  type UnitName,
  WOUND_SCHEMA,
  type WoundedDir,
} from "./wounds.ts";
import { inodeKeyOf, type StoredName } from "./inode_store.ts";

/** Files of the same content that are noted as origins in one root. */
const MAX_ORIGINS = 8;

/** See the module text. */
export class WoundStore {
  readonly #database: ScratchDatabase;
  readonly #digest = new Uint8Array(32);
  /** First bits of wanted digests, so that most files cost no look-up. */
  readonly #wanted = new Set<number>();

  constructor() {
    this.#database = new ScratchDatabase(`
      ${WOUND_SCHEMA}
      BEGIN;
    `);
  }

  /** Notes what a verify found; several findings at one path become one. */
  addFinding({ snapshot, relPath }: StoredName, code: string, reason: string): void {
    this.#database.run(
      `INSERT INTO finding (snapshot, path, codes, reason) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET codes = codes || ' ' || excluded.codes,
          reason = reason || '; ' || excluded.reason`,
      snapshot,
      encodeName(relPath),
      code,
      reason,
    );
  }

  /** All that is not healed, of one snapshot or of all, in order. */
  *findings(snapshot?: number): Generator<Finding> {
    const where = snapshot === undefined ? "" : "AND snapshot = ?";
    const sql = `SELECT * FROM finding WHERE healed = 0 ${where} ORDER BY snapshot, path`;
    const rows = this.#database.iterate(sql, ...(snapshot === undefined ? [] : [snapshot]));
    for (const { snapshot: number, path, codes, reason, why } of rows) {
      yield {
        snapshot: numberOf(number),
        relPath: nameOf(path),
        codes: textOf(codes),
        reason: textOf(reason),
        why: textOf(why),
      };
    }
  }

  countFindings(): number {
    return numberOf(
      this.#database.get("SELECT count(*) AS count FROM finding WHERE healed = 0")?.["count"],
    );
  }

  /** The numbers of the snapshots with findings, in order. */
  woundedSnapshots(): number[] {
    const sql = "SELECT DISTINCT snapshot FROM finding ORDER BY snapshot";
    return this.#database.all(sql).map((row) => numberOf(row["snapshot"]));
  }

  markHealed({ snapshot, relPath }: StoredName): void {
    const sql = "UPDATE finding SET healed = 1 WHERE snapshot = ? AND path = ?";
    this.#database.run(sql, snapshot, encodeName(relPath));
  }

  /** Says why a finding stays. */
  markLeft({ snapshot, relPath }: StoredName, why: string): void {
    const sql = "UPDATE finding SET why = ? WHERE snapshot = ? AND path = ?";
    this.#database.run(sql, why, snapshot, encodeName(relPath));
  }

  /** Notes a damaged file and returns the number of its unit. */
  addUnit(named: NamedUnit, { isContentRight }: { isContentRight: boolean }): number {
    const { found, digest, sizeBytes, mtime } = named;
    const [dev, ino] = found === undefined ? NO_INODE : inodeKeyOf(found, 0);
    const row = this.#database.get(
      `INSERT INTO unit (dev, ino, digest, size, msec, mnsec) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET healed = healed RETURNING id`,
      dev,
      ino,
      digestBytes(digest, this.#digest),
      sizeBytes,
      mtime.sec,
      mtime.nsec,
    );
    const id = numberOf(row?.["id"]);
    if (!isContentRight) this.#database.run("UPDATE unit SET wrong = 1 WHERE id = ?", id);
    this.#wanted.add(tagOf(digest));
    this.addName(id, named);
    return id;
  }

  addName(unit: number, { at, found, dirMtime }: NamedUnit): void {
    this.#database.run(
      "INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?, ?)",
      unit,
      at.snapshot,
      encodeName(at.relPath),
      found === undefined ? 1 : 0,
      dirMtime.sec,
      dirMtime.nsec,
    );
  }

  /** Whether any unit wants that content; a look-up only where it may be so. */
  wants(digest: string): boolean {
    if (!this.#wanted.has(tagOf(digest))) return false;
    const sql = "SELECT 1 FROM unit WHERE digest = ? AND healed = 0";
    return this.#database.get(sql, digestBytes(digest, this.#digest)) !== undefined;
  }

  /** The unit of which the inode in row 0 of `found` is. */
  unitOf({ found, digest, sizeBytes, mtime }: NamedUnit): number | undefined {
    if (found === undefined) return undefined;
    const sql = `SELECT id FROM unit
      WHERE dev = ? AND ino = ? AND digest = ? AND size = ? AND msec = ? AND mnsec = ?`;
    const key = inodeKeyOf(found, 0);
    const row = this.#database.get(
      sql,
      ...key,
      digestBytes(digest, this.#digest),
      sizeBytes,
      mtime.sec,
      mtime.nsec,
    );
    return row === undefined ? undefined : numberOf(row["id"]);
  }

  /** Whether the inode in row 0 is that of any unit. */
  isWounded(found: StatTable): boolean {
    const sql = "SELECT 1 FROM unit WHERE dev = ? AND ino = ? AND wrong = 1";
    return this.#database.get(sql, ...inodeKeyOf(found, 0)) !== undefined;
  }

  /** Takes attributes for a unit, unless there are some of the same or more trust. */
  offerAttributes(unit: number, trust: number, { mode, uid, gid, xattrs }: UnitAttributes): void {
    const sql = `UPDATE unit SET trust = ?, mode = ?, uid = ?, gid = ?, xattrs = ?
      WHERE id = ? AND trust < ? AND (changed = 0 OR ? <> ${TRUST.inode})`;
    this.#database.run(sql, trust, mode, uid, gid, xattrsText(xattrs), unit, trust, trust);
  }

  /** Somebody changed the mode of the damaged inode: what it has counts for nothing. */
  distrustInode(unit: number): void {
    const sql = `UPDATE unit SET changed = 1,
      trust = CASE trust WHEN ${TRUST.inode} THEN 0 ELSE trust END WHERE id = ?`;
    this.#database.run(sql, unit);
  }

  /** Notes a file that should have a content; `inode`: row 0, where somebody looked. */
  addOrigin(digest: string, { root, snapshot, relPath }: Origin, inode?: StatTable): void {
    const bytes = digestBytes(digest, this.#digest);
    const count = "SELECT count(*) AS count FROM origin WHERE digest = ? AND root = ?";
    const known = numberOf(this.#database.get(count, bytes, root)?.["count"]);
    if (known >= MAX_ORIGINS) return;
    const [dev, ino] = inode === undefined ? [-1, -1 - known] : inodeKeyOf(inode, 0);
    const sql = "INSERT OR IGNORE INTO origin VALUES (?, ?, ?, ?, ?, ?)";
    this.#database.run(sql, bytes, root, dev, ino, snapshot, encodeName(relPath));
  }

  /** Files that should have that content, those of the root itself first. */
  origins(digest: string): Origin[] {
    const sql = "SELECT root, snapshot, path FROM origin WHERE digest = ? ORDER BY root, snapshot";
    return this.#database.all(sql, digestBytes(digest, this.#digest)).map((row) => ({
      root: numberOf(row["root"]),
      snapshot: numberOf(row["snapshot"]),
      relPath: nameOf(row["path"]),
    }));
  }

  /** Units that are not healed, in the order of their numbers. */
  *units(): Generator<Unit> {
    for (let last = 0;;) {
      const row = this.#database.get(NEXT_UNIT, last);
      if (row === undefined) return;
      const unit = unitOf(row);
      last = unit.id;
      yield unit;
    }
  }

  /** How much there is to heal. */
  total(): { units: number; bytes: number } {
    const sql = "SELECT count(*) AS units, total(size) AS bytes FROM unit WHERE healed = 0";
    const { units, bytes } = this.#database.get(sql) ?? {};
    return { units: numberOf(units), bytes: numberOf(bytes) };
  }

  markUnitHealed(id: number): void {
    this.#database.run("UPDATE unit SET healed = 1 WHERE id = ?", id);
  }

  *names(unit: number): Generator<UnitName> {
    const sql = "SELECT * FROM name WHERE unit = ? ORDER BY snapshot, path";
    for (const row of this.#database.iterate(sql, unit)) {
      yield {
        snapshot: numberOf(row["snapshot"]),
        relPath: nameOf(row["path"]),
        isLost: row["lost"] === 1,
        dirMtime: { sec: numberOf(row["dsec"]), nsec: numberOf(row["dnsec"]) },
      };
    }
  }

  /** Notes a directory that gets its attributes when nothing is made in it any more. */
  addDir({ at, isMade, attributes, mtime }: WoundedDir): void {
    const { mode, uid, gid, xattrs } = attributes;
    this.#database.run(
      "INSERT OR REPLACE INTO dir VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      at.snapshot,
      encodeName(at.relPath),
      isMade ? 1 : 0,
      mode,
      uid,
      gid,
      mtime.sec,
      mtime.nsec,
      xattrsText(xattrs),
    );
  }

  /** The directories, inner ones before those that they are in. */
  *dirs(): Generator<WoundedDir> {
    const sql = "SELECT * FROM dir ORDER BY snapshot, path DESC";
    for (const row of this.#database.iterate(sql)) {
      yield {
        at: { snapshot: numberOf(row["snapshot"]), relPath: nameOf(row["path"]) },
        isMade: row["made"] === 1,
        attributes: attributesOf(row),
        mtime: { sec: numberOf(row["msec"]), nsec: numberOf(row["mnsec"]) },
      };
    }
  }

  /** Notes that the checksum file of a directory is to be written. */
  addSums({ snapshot, relPath }: StoredName): void {
    this.#database.run("INSERT OR IGNORE INTO sums VALUES (?, ?)", snapshot, encodeName(relPath));
  }

  wantsSums({ snapshot, relPath }: StoredName): boolean {
    const sql = "SELECT 1 FROM sums WHERE snapshot = ? AND path = ?";
    return this.#database.get(sql, snapshot, encodeName(relPath)) !== undefined;
  }

  /** The numbers of the snapshots with checksum files to be written, in order. */
  snapshotsWithSums(): number[] {
    const sql = "SELECT DISTINCT snapshot FROM sums ORDER BY snapshot";
    return this.#database.all(sql).map((row) => numberOf(row["snapshot"]));
  }

  close(): void {
    this.#database.close();
  }
}

/** Not `ino`: above 2^53 it could not be read as a number. */
const NEXT_UNIT = `SELECT id, dev, digest, size, msec, mnsec, wrong, mode, uid, gid, xattrs
  FROM unit WHERE id > ? AND healed = 0 ORDER BY id LIMIT 1`;

/** Stands for the inode of a file that is not there. */
const NO_INODE = [-1, -1] as const;

/** 52 bits of a digest. */
function tagOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 13), 16);
}

function unitOf(row: Row): Unit {
  return {
    id: numberOf(row["id"]),
    hasInode: row["dev"] !== NO_INODE[0],
    digest: row["digest"] instanceof Uint8Array ? row["digest"].toHex() : "",
    sizeBytes: numberOf(row["size"]),
    mtime: { sec: numberOf(row["msec"]), nsec: numberOf(row["mnsec"]) },
    isContentRight: row["wrong"] === 0,
    attributes: attributesOf(row),
  };
}

function attributesOf(row: Row): UnitAttributes {
  return {
    mode: numberOf(row["mode"]),
    uid: numberOf(row["uid"]),
    gid: numberOf(row["gid"]),
    xattrs: xattrsOf(textOf(row["xattrs"])),
  };
}

function xattrsText(xattrs: Xattrs): string {
  return JSON.stringify(xattrs.map(([name, value]) => [name, new Uint8Array(value).toBase64()]));
}

function xattrsOf(text: string): Xattrs {
  const list: unknown = text === "" ? [] : JSON.parse(text);
  if (!Array.isArray(list)) return [];
  return list.map((pair: unknown): [string, Uint8Array] => {
    const [name, value]: unknown[] = Array.isArray(pair) ? pair : [];
    return [textOf(name), Uint8Array.fromBase64(textOf(value))];
  });
}
