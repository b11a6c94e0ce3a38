/**
 * What a rebuild knows of every stored inode, however many names it has: in SQLite's temporary
 * tables, which lie outside of the backup root, take little memory and are gone when the process is.
 *
 * @module
 */
import { encodeName } from "../base/path_bytes.ts";
import { STAT, type StatTable } from "../fs/stat_table.ts";
import { digestBytes } from "./digest.ts";
import { blobOf, hexOf, nameOf, numberOf, type Row, ScratchDatabase } from "./scratch_database.ts";

/** What was found out about the content of an inode. */
export interface InodeContent {
  readonly id: number;
  readonly digest: string;
  /** `""` where nobody asked for it. */
  readonly sha512: string;
  /** Whether it has extended attributes. */
  readonly attributed: boolean;
}

/** A name of an inode. */
export interface StoredName {
  /** Number of the snapshot in this run. */
  readonly snapshot: number;
  /** Relative to the snapshot. */
  readonly relPath: string;
}

/** The inode that takes the place of its equals. */
export interface Keeper extends StoredName {
  /** The equals' common number, for {@link InodeStore.setKeeper}. */
  readonly group: number;
  readonly id: number;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mtime: { readonly sec: number; readonly nsec: number };
}

/** Equal contents in several inodes. */
export interface Duplicates {
  /** Inodes that could be spared. */
  readonly inodes: number;
  /** Their links, also those outside of all snapshots. */
  readonly names: number;
  readonly bytes: number;
}

/** SQLite's page cache for the tables. */
/** Not `ino`: above 2^53 it could not be read as a number. */
const KEEPER_COLUMNS =
  "inode.id, inode.digest, inode.size, inode.mtime_sec, inode.mtime_nsec, inode.snapshot, inode.path";

/** See the module text. */
export class InodeStore {
  readonly #database: ScratchDatabase;
  readonly #digest = new Uint8Array(32);

  constructor() {
    this.#database = new ScratchDatabase(`
      CREATE TEMP TABLE inode (
        id INTEGER PRIMARY KEY, dev INTEGER, ino INTEGER, digest BLOB, sha512 TEXT,
        attributed INTEGER, size INTEGER, mtime_sec INTEGER, mtime_nsec INTEGER,
        mode INTEGER, uid INTEGER, gid INTEGER, snapshot INTEGER, path BLOB,
        nlink INTEGER, sound INTEGER DEFAULT 1, UNIQUE (dev, ino)
      );
      CREATE TEMP TABLE fault (
        snapshot INTEGER, path BLOB, kind TEXT, digest BLOB, size INTEGER,
        PRIMARY KEY (snapshot, path, kind)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE sums (
        snapshot INTEGER, dir BLOB, PRIMARY KEY (snapshot, dir)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE twin (
        dev INTEGER, ino INTEGER, id INTEGER, family INTEGER, digest BLOB, size INTEGER,
        nlink INTEGER, PRIMARY KEY (dev, ino)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE keeper (family INTEGER PRIMARY KEY, id INTEGER);
      BEGIN;
    `);
  }

  /** What is known of the inode in row `row`; undefined when it was not read yet. */
  find(stats: StatTable, row: number): InodeContent | undefined {
    const found = this.#database.get(
      "SELECT id, digest, sha512, attributed FROM inode WHERE dev = ? AND ino = ?",
      ...inodeKeyOf(stats, row),
    );
    if (found === undefined) return undefined;
    const { id, digest, sha512, attributed } = found;
    return {
      id: numberOf(id),
      digest: hexOf(digest),
      sha512: typeof sha512 === "string" ? sha512 : "",
      attributed: attributed === 1,
    };
  }

  /** Notes the content of the inode in row `row`, and a name of it; returns its id. */
  put(
    content: Omit<InodeContent, "id">,
    { stats, row, at }: { stats: StatTable; row: number; at: StoredName },
  ): number {
    const { digest, sha512, attributed } = content;
    const inserted = this.#database.get(
      `INSERT INTO inode (dev, ino, digest, sha512, attributed, size, mtime_sec, mtime_nsec, mode,
        uid, gid, nlink, snapshot, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET sha512 = excluded.sha512 RETURNING id`,
      ...inodeKeyOf(stats, row),
      digestBytes(digest, this.#digest),
      sha512,
      attributed ? 1 : 0,
      stats.sizeBytes(row),
      stats.get(row, STAT.mtimeSec),
      stats.get(row, STAT.mtimeNsec),
      stats.permissions(row),
      stats.get(row, STAT.uid),
      stats.get(row, STAT.gid),
      stats.get(row, STAT.nlink),
      at.snapshot,
      encodeName(at.relPath),
    );
    return numberOf(inserted?.["id"]);
  }

  /** From now on the inode is neither linked to nor replaced: its content is not what it should be. */
  markUnsound(id: number): void {
    this.#database.run("UPDATE inode SET sound = 0 WHERE id = ?", id);
  }

  /** `damaged`: its digest is kept from the index. `stored`: its manifest has another mtime. */
  addFault(
    kind: "damaged" | "stored",
    { snapshot, relPath, digest, sizeBytes }: StoredName & {
      digest: string | undefined;
      sizeBytes: number;
    },
  ): void {
    this.#database.run(
      "INSERT OR IGNORE INTO fault VALUES (?, ?, ?, ?, ?)",
      snapshot,
      encodeName(relPath),
      kind,
      digest === undefined ? null : digestBytes(digest, this.#digest),
      sizeBytes,
    );
  }

  hasFault(kind: "damaged" | "stored", { snapshot, relPath }: StoredName): boolean {
    const sql = "SELECT 1 FROM fault WHERE snapshot = ? AND path = ? AND kind = ?";
    return this.#database.get(sql, snapshot, encodeName(relPath), kind) !== undefined;
  }

  /** How many faults of a kind a snapshot has. */
  countFaults(kind: "damaged" | "stored", snapshot: number): number {
    const sql = "SELECT count(*) AS count FROM fault WHERE kind = ? AND snapshot = ?";
    return numberOf(this.#database.get(sql, kind, snapshot)?.["count"]);
  }

  /** Damaged files whose content is known from their record, each with a sound file, if any. */
  *damaged(): Generator<
    { digest: string; sizeBytes: number; at: StoredName; sound: Keeper | undefined }
  > {
    const faults = this.#database.iterate(
      "SELECT snapshot, path, digest, size FROM fault WHERE kind = 'damaged' AND digest NOTNULL",
    );
    for (const { snapshot, path, digest, size } of faults) {
      const sound = this.#database.get(
        `SELECT ${KEEPER_COLUMNS}, 0 AS family FROM inode
          WHERE digest = ? AND inode.size = ? AND sound = 1 LIMIT 1`,
        blobOf(digest),
        numberOf(size),
      );
      yield {
        digest: hexOf(digest),
        sizeBytes: numberOf(size),
        at: { snapshot: numberOf(snapshot), relPath: nameOf(path) },
        sound: sound === undefined ? undefined : keeperOf(sound),
      };
    }
  }

  /** Notes that the checksum file of a directory is to be written. */
  addSums(snapshot: number, dir: string): void {
    this.#database.run("INSERT OR IGNORE INTO sums VALUES (?, ?)", snapshot, encodeName(dir));
  }

  wantsSums(snapshot: number, dir: string): boolean {
    const sql = "SELECT 1 FROM sums WHERE snapshot = ? AND dir = ?";
    return this.#database.get(sql, snapshot, encodeName(dir)) !== undefined;
  }

  /** How many checksum files are to be written in a snapshot. */
  countSums(snapshot: number): number {
    const sql = "SELECT count(*) AS count FROM sums WHERE snapshot = ?";
    return numberOf(this.#database.get(sql, snapshot)?.["count"]);
  }

  /**
   * Finds equal contents of at least `minSizeBytes` on the same file system. The inode with the most
   * links is kept, of several the one that was met first. With `sameMetadata` only inodes of the same
   * mode, owner and mtime count as equal.
   */
  findDuplicates(
    { minSizeBytes, sameMetadata }: { minSizeBytes: number; sameMetadata: boolean },
  ): Duplicates {
    const by = "digest, dev, size" +
      (sameMetadata ? ", mode, uid, gid, mtime_sec, mtime_nsec" : "");
    this.#database.run(
      `INSERT INTO twin SELECT dev, ino, id, family, digest, size, nlink FROM (
        SELECT *, first_value(id) OVER same AS family, count(*) OVER (PARTITION BY ${by}) AS equals
        FROM inode WHERE sound = 1 AND size >= ?
        WINDOW same AS (PARTITION BY ${by} ORDER BY nlink DESC, id)
      ) WHERE equals > 1`,
      Math.max(1, minSizeBytes),
    );
    this.#database.run("INSERT INTO keeper SELECT DISTINCT family, family FROM twin");
    this.#database.exec("CREATE INDEX temp.twin_digest ON twin (digest)");
    const { inodes, names, bytes } = this.#database.get(
      `SELECT count(*) AS inodes, total(nlink) AS names, total(size) AS bytes FROM twin
        WHERE id <> family`,
    ) ?? {};
    return { inodes: numberOf(inodes), names: numberOf(names), bytes: numberOf(bytes) };
  }

  /** Whether there are several inodes with this content. */
  hasDuplicates(digest: string): boolean {
    const sql = "SELECT 1 FROM twin WHERE digest = ?";
    return this.#database.get(sql, digestBytes(digest, this.#digest)) !== undefined;
  }

  /**
   * What is to be linked to in place of the inode in row `row`; undefined: it stays, also when it is
   * not as it was when it was read.
   */
  keeperFor(stats: StatTable, row: number): { keeper: Keeper; id: number } | undefined {
    const found = this.#database.get(
      `SELECT ${KEEPER_COLUMNS}, twin.id AS replaced, twin.family FROM twin
        JOIN keeper USING (family) JOIN inode ON inode.id = keeper.id
        JOIN inode AS own ON own.id = twin.id
        WHERE twin.dev = ? AND twin.ino = ?
          AND own.size = ? AND own.mtime_sec = ? AND own.mtime_nsec = ?`,
      ...inodeKeyOf(stats, row),
      stats.sizeBytes(row),
      stats.get(row, STAT.mtimeSec),
      stats.get(row, STAT.mtimeNsec),
    );
    if (found === undefined || found["replaced"] === found["id"]) return undefined;
    return { keeper: keeperOf(found), id: numberOf(found["replaced"]) };
  }

  /** The keeper takes no more links: another inode, with a name that it has now, is in its place. */
  setKeeper(group: number, { id, snapshot, relPath }: StoredName & { id: number }): void {
    this.#database.run("UPDATE keeper SET id = ? WHERE family = ?", id, group);
    const sql = "UPDATE inode SET snapshot = ?, path = ? WHERE id = ?";
    this.#database.run(sql, snapshot, encodeName(relPath), id);
  }

  close(): void {
    this.#database.close();
  }
}

/** Device and inode as SQLite's integers: 64 bits with a sign. */
export function inodeKeyOf(stats: StatTable, row: number): [number, number | bigint] {
  const dev = stats.get(row, STAT.devMajor) * 2 ** 32 + stats.get(row, STAT.devMinor);
  const high = stats.get(row, STAT.inoHigh);
  if (high < 2 ** 21) return [dev, high * 2 ** 32 + stats.get(row, STAT.inoLow)];
  return [dev, BigInt.asIntN(64, stats.ino(row))];
}

function keeperOf(row: Row): Keeper {
  return {
    group: numberOf(row["family"]),
    id: numberOf(row["id"]),
    digest: hexOf(row["digest"]),
    sizeBytes: numberOf(row["size"]),
    mtime: { sec: numberOf(row["mtime_sec"]), nsec: numberOf(row["mtime_nsec"]) },
    snapshot: numberOf(row["snapshot"]),
    relPath: nameOf(row["path"]),
  };
}
