/**
 * Keeps the index in step with what lies in the backup root, whatever happened to either: snapshots
 * deleted by hand, an index that is new, or restored from an older day.
 *
 * @module
 */
import { joinRel } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { openDirPath } from "../fs/open_path.ts";
import { STAT } from "../fs/stat_table.ts";
import type { ContentIndex, IndexedSnapshot } from "./content_index.ts";
import { fileChunks } from "./file_chunks.ts";
import { companionName, snapshotDir } from "./layout.ts";
import { readManifest } from "./manifest_reader.ts";
import {
  isManifestDamage,
  type ManifestScan,
  memberKey,
  openManifestScan,
  unpackMember,
} from "./manifest_scan.ts";
import { type Member, parseRaw, RawCursor, rawDigest, type SnapshotEntry } from "./raw_entry.ts";
import type { ManifestSection } from "./section.ts";
import { listSnapshots, placeOf, type SkippedSnapshot, type SnapshotRef } from "./snapshots.ts";
import { walkSums } from "./sums_walk.ts";

/** What {@link syncIndex} works with. */
export interface SyncOptions {
  /** The backup root, open. */
  readonly root: Dir;
  /** With an open transaction. */
  readonly index: ContentIndex;
  readonly log: (level: "info" | "warning", message: string) => void;
  /** Called every now and then; what it throws ends the work. */
  readonly check?: () => void;
}

/** What {@link syncIndex} did. */
export interface SyncResult {
  /** Snapshots that were forgotten, because they are gone. */
  readonly forgotten: number;
  /** Snapshots that were taken in. */
  readonly takenIn: number;
  /** Contents that the index knows more. */
  readonly contents: number;
}

/**
 * Makes the index agree with the snapshots on disk: forgets those that are gone, finds their
 * contents again in those that are left, takes in those it does not know. Cheap when nothing
 * changed. A snapshot that cannot be read is a line in the log, never a failure of the run, and what
 * is known of it stays.
 *
 * Snapshots that are not complete are left alone: what they hold cannot be believed unread.
 *
 * @throws {FsError} when the root itself cannot be read
 */
export async function syncIndex(fs: FileSystem, options: SyncOptions): Promise<SyncResult> {
  const { root, index, log } = options;
  const { snapshots, skipped } = listSnapshots(fs, root);
  for (const { path, reason } of skipped) log("warning", `Cannot take in "${path}": ${reason}`);
  const complete = snapshots.filter(({ kind }) => kind !== "partial").toSorted(newestFirst);
  const onDisk = new Set(complete.map((snapshot) => snapshotDir(placeOf(snapshot))));
  const gone = index.listSnapshots().map((snapshot) => ({ snapshot, path: snapshotDir(snapshot) }))
    .filter(({ path }) => !onDisk.has(path) && !isUnseen(path, skipped))
    .map(({ snapshot }) => snapshot);
  const lost = forget(gone, options);
  const known = new Set(index.listSnapshots().map(snapshotDir));
  let takenIn = 0;
  let contents = 0;
  const seenMembers = new Set<string>();
  for (const snapshot of complete) {
    const isKnown = known.has(snapshotDir(placeOf(snapshot)));
    if (isKnown && lost === 0) continue;
    const taken = await takeIn(fs, snapshot, { ...options, seenMembers });
    contents += taken ?? 0;
    if (!isKnown && taken !== undefined) takenIn++;
  }
  return { forgotten: gone.length, takenIn, contents };
}

/** Whether nobody can say that a snapshot is gone: the system refused to look at it or its place. */
function isUnseen(path: string, skipped: readonly SkippedSnapshot[]): boolean {
  return skipped.some(({ path: place, error }) =>
    error !== undefined && (path === place || path.startsWith(`${place}/`))
  );
}

/** Newest first, so that contents are noted where they will live longest. */
function newestFirst(a: SnapshotRef, b: SnapshotRef): number {
  return (b.date?.getTime() ?? 0) - (a.date?.getTime() ?? 0);
}

/** Returns how many contents are not noted any more. */
function forget(gone: readonly IndexedSnapshot[], { index, log }: SyncOptions): number {
  let lost = 0;
  for (const snapshot of gone) {
    const contents = index.removeSnapshot(snapshot.id);
    log("info", `Forgot "${snapshotDir(snapshot)}", which is gone: ${contents} contents`);
    lost += contents;
  }
  return lost;
}

interface TakeOptions extends SyncOptions {
  /**
   * Keys of the manifest members that were read: snapshots share those of what did not change, and
   * what one of them says was noted when the newest snapshot that has it was taken in.
   */
  readonly seenMembers: Set<string>;
}

/** Notes the contents of one snapshot; undefined when nothing of it can be used. */
async function takeIn(
  fs: FileSystem,
  snapshot: SnapshotRef,
  options: TakeOptions,
): Promise<number | undefined> {
  const path = snapshotDir(placeOf(snapshot));
  const { log, index } = options;
  if (snapshot.kind === "bare" && !snapshot.companions.has("log")) {
    log("info", `"${path}" was put there by hand: without a manifest, its files are not linked to`);
    return undefined;
  }
  const taker = new Taker(fs, snapshot, options);
  const fromManifest = snapshot.kind === "phlb" && await taker.fromManifest();
  if (!fromManifest && !await taker.fromSums()) return undefined;
  log("info", `Took "${path}" into the index: ${taker.taken} contents of ${index.count()}`);
  return taker.taken;
}

/** Files after which signals and timers get their turn. */
const TURN_FILES = 20_000;

class Taker {
  taken = 0;
  readonly #fs: FileSystem;
  readonly #snapshot: SnapshotRef;
  readonly #options: TakeOptions;
  readonly #path: string;
  #snapshotId: number | undefined;
  #sinceTurn = 0;

  constructor(fs: FileSystem, snapshot: SnapshotRef, options: TakeOptions) {
    this.#fs = fs;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#path = snapshotDir(placeOf(snapshot));
  }

  /** False when the manifest could not be read to its end. */
  async fromManifest(): Promise<boolean> {
    const { name, time } = this.#snapshot;
    try {
      const dir = openDirPath(this.#fs, this.#options.root, name);
      try {
        const file = companionName(time, "manifest");
        const scan = openManifestScan(this.#fs, dir, file);
        if (scan !== undefined) await this.#takeMembers(scan);
        else {
          for await (const section of readManifest(fileChunks(this.#fs, dir, file))) {
            await this.#takeSection(section);
          }
        }
      } finally {
        this.#fs.closeDir(dir);
      }
      this.#id();
      return true;
    } catch (error) {
      if (!isManifestDamage(error)) throw error;
      this.#warn(companionName(this.#path, "manifest"), error.message);
      return false;
    }
  }

  /** False when the snapshot's directory cannot be opened. */
  async fromSums(): Promise<boolean> {
    try {
      const dir = openDirPath(this.#fs, this.#options.root, this.#path);
      try {
        const onTrouble = (relPath: string, reason: string) => {
          this.#warn(joinRel(this.#path, relPath), reason);
        };
        for (const files of walkSums(this.#fs, dir, onTrouble)) {
          for (const { digest, stored } of files) this.#take(digest, stored);
          await this.#giveTurn(files.length);
        }
      } finally {
        this.#fs.closeDir(dir);
      }
      this.#id();
      return true;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#warn(this.#path, error.message);
      return false;
    }
  }

  async #takeMembers(scan: ManifestScan): Promise<void> {
    const { seenMembers } = this.#options;
    try {
      for (let i = 0; i < scan.members; i++) {
        const packed = scan.packed(i);
        const key = memberKey(packed);
        const entries = seenMembers.has(key) ? 0 : this.#takeMember(unpackMember(packed));
        seenMembers.add(key);
        await this.#giveTurn(entries + 1);
      }
      scan.checkEnd();
    } finally {
      scan.close();
    }
  }

  /** Returns how many entries it has. */
  #takeMember(member: Member): number {
    let entries = 0;
    for (const cursor = new RawCursor(member); cursor.next(); entries++) {
      if (rawDigest(cursor.raw) === undefined) continue;
      const { relPath, stats, row, record } = parseRaw(cursor.raw);
      this.#takeEntry(relPath, { stats, row, record });
    }
    return entries;
  }

  async #takeSection({ relPath, names, stats, records }: ManifestSection): Promise<void> {
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      this.#takeEntry(joinRel(relPath, name), { stats, row, record: records[row] });
    }
    await this.#giveTurn(names.length);
  }

  #takeEntry(
    relPath: string,
    { stats, row, record }: Pick<SnapshotEntry, "stats" | "row" | "record">,
  ): void {
    // Content that changed while it was read is not told by its digest alone.
    if (record?.digest === undefined || record.state !== undefined) return;
    const { storedMtime } = record;
    this.#take(record.digest, {
      sizeBytes: stats.sizeBytes(row),
      mtimeSec: storedMtime?.sec ?? stats.get(row, STAT.mtimeSec),
      mtimeNsec: storedMtime?.nsec ?? stats.get(row, STAT.mtimeNsec),
      relPath,
    });
  }

  #take(
    digest: string,
    stored: { sizeBytes: number; mtimeSec: number; mtimeNsec: number; relPath: string },
  ): void {
    const taken = this.#options.index.putIfAbsent(digest, { ...stored, snapshotId: this.#id() });
    if (taken) this.taken++;
  }

  /** Registers the snapshot as soon as anything of it is noted. */
  #id(): number {
    const { name, time } = this.#snapshot;
    this.#snapshotId ??= this.#options.index.addSnapshot({ name, time, leftover: false });
    return this.#snapshotId;
  }

  async #giveTurn(files: number): Promise<void> {
    this.#sinceTurn += files;
    if (this.#sinceTurn < TURN_FILES) return;
    this.#sinceTurn = 0;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#options.check?.();
  }

  #warn(path: string, reason: string): void {
    this.#options.log("warning", `Cannot read "${path}" for the index: ${reason}`);
  }
}
