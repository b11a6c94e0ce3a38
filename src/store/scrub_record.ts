/**
 * When each stored inode was last read by `phlb verify`: `.phlb/scrub.sqlite3`, so that a part of the
 * backup can be read each time and all of it once in a while. A cache: without it everything counts
 * as never read. It has no part in the root's lock; SQLite's own lock is held while it is written.
 *
 * @module
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { StatTable } from "../fs/stat_table.ts";
import { isUnusable } from "./index_errors.ts";
import { PRIVATE_DIR, SCRUB_FILE } from "./layout.ts";
import { migrateScrub } from "./scrub_schema.ts";
import { type RecordedInode, ScrubRecord } from "./scrub_table.ts";

/** A backup root whose record is wanted. */
export interface ScrubPlace {
  readonly fs: FileSystem;
  /** Absolute path of the backup root. */
  readonly root: string;
  /** The same, open. */
  readonly rootDir: Dir;
}

/** How {@link openScrubRecord} went. */
export interface OpenedScrubRecord {
  /** Undefined when there is none and none can be made. */
  readonly record: ScrubRecord | undefined;
  /** Why nothing will be remembered; undefined when it will be. */
  readonly reason: string | undefined;
}

/** How long SQLite waits for another program that writes the file. */
const BUSY_TIMEOUT_MS = 2000;

/** A journal beside the file, not a WAL: a WAL cannot be read on a read-only file system. */
const SETTINGS: readonly string[] = [
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
  "cache_size = -8192",
  "journal_mode = DELETE",
  "synchronous = NORMAL",
];

/** Why nothing is remembered when nothing is to be. */
const NOT_ASKED = "it is only read";

/**
 * Opens the record of a root, and makes what `create` says where there is none. One that cannot be
 * written is read; never throws for what the disk or SQLite refuse.
 */
export function openScrubRecord(
  place: ScrubPlace,
  { create }: { create: "nothing" | "file" | "directory" },
): OpenedScrubRecord {
  if (create === "nothing") return { record: openRecordForReading(place), reason: NOT_ASKED };
  let reason: string;
  try {
    if (create === "directory") makePrivateDir(place);
    return { record: openWritable(place), reason: undefined };
  } catch (error) {
    reason = refusal(error);
  }
  return { record: openRecordForReading(place), reason };
}

/** The record of a root for reading alone; undefined when there is none that can be read. */
function openRecordForReading(place: ScrubPlace): ScrubRecord | undefined {
  try {
    return openDatabase(place, { readOnly: true });
  } catch (error) {
    refusal(error);
    return undefined;
  }
}

/** What SQLite or the file system would not do; anything else is thrown on. */
function refusal(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const known = error instanceof FsError || "errcode" in error || "code" in error ||
    isUnusable(error) || error.constructor === Error;
  if (!known) throw error;
  return error.message;
}

function makePrivateDir({ fs, rootDir }: ScrubPlace): void {
  try {
    fs.makeDir(rootDir, PRIVATE_DIR, 0o777);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
  }
}

function openWritable(place: ScrubPlace): ScrubRecord {
  try {
    return openDatabase(place, { readOnly: false });
  } catch (error) {
    if (!isUnusable(error)) throw error;
    discard(place);
    return openDatabase(place, { readOnly: false });
  }
}

function discard({ fs, rootDir }: ScrubPlace): void {
  const dir = fs.openDir(rootDir, PRIVATE_DIR);
  try {
    fs.unlink(dir, SCRUB_FILE);
  } finally {
    fs.closeDir(dir);
  }
}

function openDatabase(
  { fs, root, rootDir }: ScrubPlace,
  { readOnly }: { readOnly: boolean },
): ScrubRecord {
  // SQLite would follow a symlink: only the directory and the file themselves will do.
  checkPlace(fs, rootDir, { mayBeMissing: !readOnly });
  const own = new StatTable(1);
  fs.lstat(rootDir, "", own, 0);
  const database = new DatabaseSync(join(root, PRIVATE_DIR, SCRUB_FILE), { readOnly });
  try {
    for (const setting of readOnly ? SETTINGS.slice(0, 2) : SETTINGS) {
      database.prepare(`PRAGMA ${setting}`).get();
    }
    migrateScrub(database, { readOnly });
    return new ScrubRecord(database, { own });
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkPlace(fs: FileSystem, rootDir: Dir, { mayBeMissing }: { mayBeMissing: boolean }) {
  const dir = fs.openDir(rootDir, PRIVATE_DIR);
  try {
    const stats = new StatTable(1);
    fs.lstat(dir, SCRUB_FILE, stats, 0);
    if (stats.type(0) === "file") return;
    const reason = "it is not a regular file";
    throw new FsError({ code: "EINVAL", op: "open", path: SCRUB_FILE, reason });
  } catch (error) {
    if (!mayBeMissing || !(error instanceof FsError) || error.code !== "ENOENT") throw error;
  } finally {
    fs.closeDir(dir);
  }
}

/** Ages that {@link ScrubCoverage} counts by. */
export const COVERAGE_DAYS = [30, 90, 365] as const;

/** How much of the stored files was read how long ago; bytes of content, each inode once. */
export interface ScrubCoverage {
  /**
   * All inodes that the record knows of. A complete `phlb verify --all` makes these the inodes that
   * there are; files stored since then are not among them.
   */
  readonly known: ScrubAmount;
  /** Read within the last {@link COVERAGE_DAYS} days, in their order. */
  readonly within: readonly (ScrubAmount & { readonly days: number })[];
  readonly neverRead: ScrubAmount;
  /** Those whose content was found damaged, or could not be read, when it was read last. */
  readonly damaged: ScrubAmount;
  /** When the one was read that was not read for longest; undefined when none was. */
  readonly oldestReadAt: Date | undefined;
  readonly newestReadAt: Date | undefined;
}

/** Inodes and their bytes. */
export interface ScrubAmount {
  readonly inodes: number;
  readonly bytes: number;
}

/**
 * How much of a backup root `phlb verify` has read lately, from its record alone: no snapshot is
 * looked at and nothing is written. Undefined when there is no record that can be read.
 */
export function scrubCoverage(
  place: ScrubPlace,
  { now }: { now: Date },
): ScrubCoverage | undefined {
  const record = openRecordForReading(place);
  try {
    return record === undefined ? undefined : coverageOf(record.inodes(), now);
  } catch (error) {
    if (isUnusable(error)) return undefined;
    throw error;
  } finally {
    record?.close();
  }
}

function coverageOf(inodes: Iterable<RecordedInode>, now: Date): ScrubCoverage {
  const nowSec = now.getTime() / 1000;
  const empty = () => ({ inodes: 0, bytes: 0 });
  const [known, neverRead, damaged] = [empty(), empty(), empty()];
  const within = COVERAGE_DAYS.map((days) => ({ days, ...empty() }));
  let [oldest, newest] = [Infinity, 0];
  for (const { readAtSec, sizeBytes, damaged: isDamaged } of inodes) {
    const count = (amount: { inodes: number; bytes: number }) => {
      amount.inodes++;
      amount.bytes += sizeBytes;
    };
    count(known);
    if (isDamaged) count(damaged);
    if (readAtSec === 0) {
      count(neverRead);
      continue;
    }
    oldest = Math.min(oldest, readAtSec);
    newest = Math.max(newest, readAtSec);
    for (const age of within) if (nowSec - readAtSec <= age.days * 86_400) count(age);
  }
  const date = (sec: number) => newest === 0 ? undefined : new Date(sec * 1000);
  return {
    known,
    within,
    neverRead,
    damaged,
    oldestReadAt: date(oldest),
    newestReadAt: date(newest),
  };
}
