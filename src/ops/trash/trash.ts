/**
 * The trash of a backup root: snapshots are put there and taken out of it by renames, the
 * snapshot's directory being what decides. It goes first and comes back last; wherever a run was
 * cut off, `settle` brings the files beside it to where the directory is.
 *
 * All of it under the root's lock, but for looking.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { compareNames, joinRel, printable } from "../../base/path_bytes.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { companionsOf, partialName, PRIVATE_DIR, TRASH_DIR } from "../../store/layout.ts";
import { renameDir } from "./rename_dir.ts";
import {
  ENTRY_FILE,
  formatTrashRecord,
  parseTrashRecord,
  type TrashRecord,
} from "./trash_entry.ts";
import { writeNewText } from "./write_new_text.ts";

/** A removed snapshot. */
export interface TrashEntry extends TrashRecord {
  /** Name of its directory in the trash. */
  readonly trashId: string;
  /** `<name>/<time>`, as it was called. */
  readonly id: string;
}

/** What lies in the trash. */
export interface TrashList {
  /** In the order in which they were removed. */
  readonly entries: readonly TrashEntry[];
  /** Names in the trash of which nobody knows what they are, or that are being deleted. */
  readonly others: readonly string[];
}

/** What an entry is called while it is deleted: it cannot be restored any more. */
export const DELETING = ".deleting";

/** What {@link Trash.put} calls an entry. */
const TRASH_ID = /^\d{8}T\d{6}Z-\d{4,}$/;

const TRASH_PATH = joinRel(PRIVATE_DIR, TRASH_DIR);

/** See the module text. */
export class Trash {
  readonly #fs: FileSystem;
  /** The backup root. */
  readonly root: Dir;
  readonly #stats = new StatTable(1);

  constructor(fs: FileSystem, root: Dir) {
    this.#fs = fs;
    this.root = root;
  }

  /** What is in it; an entry whose snapshot never got there, or has left, is none. */
  list(): TrashList {
    const entries: TrashEntry[] = [];
    const others: string[] = [];
    this.#inTrash((trash) => {
      for (const trashId of this.#namesIn(trash)) {
        const record = this.#recordOf(trash, trashId);
        if (record === undefined) others.push(trashId);
        else if (this.#holds(trash, trashId, record)) {
          entries.push({ ...record, trashId, id: joinRel(record.name, record.time) });
        }
      }
    });
    return { entries: entries.toSorted((a, b) => compareNames(a.trashId, b.trashId)), others };
  }

  /**
   * Removes a snapshot: its directory by one rename, then the files beside it.
   *
   * @throws {FsError} when the directory was not renamed, nothing was changed
   */
  put(record: TrashRecord, now: Date): TrashEntry {
    const isNew = this.#makeTrash();
    try {
      return this.#put(record, now);
    } catch (error) {
      this.#tidyUp({ isNew });
      throw error;
    }
  }

  #put(record: TrashRecord, now: Date): TrashEntry {
    const { name, time } = record;
    const trashId = this.#inTrash((trash) => {
      const made = this.#makeEntry(trash, now);
      this.#within(made.dir, (dir) => {
        writeNewText(this.#fs, dir, { name: ENTRY_FILE, text: formatTrashRecord(record) });
        this.#fs.syncDir(dir);
        this.#fs.syncDir(trash);
        this.#within(openDirPath(this.#fs, this.root, name), (from) => {
          renameDir(this.#fs, { from, to: dir, name: time });
          this.#sync(dir, from);
          this.#moveIfRoom(from, dir, time);
        });
      });
      return made.trashId;
    }) ?? "";
    return { ...record, trashId, id: joinRel(name, time) };
  }

  /**
   * Brings a snapshot back: the files beside it, then its directory by one rename.
   *
   * @throws {SNAPSHOT_EXISTS} when another one has its place by now
   */
  restore({ trashId, name, time, id }: TrashEntry): void {
    this.#inTrash((trash) => {
      this.#within(this.#fs.openDir(trash, trashId), (dir) => {
        this.#within(openDirPath(this.#fs, this.root, name), (to) => {
          if (this.#isTaken(to, time)) throw taken(id);
          this.#moveCompanions(dir, to, time);
          renameDir(this.#fs, { from: dir, to, name: time });
          this.#sync(to, dir);
        });
      });
      this.#forget(trash, trashId);
    });
  }

  /** Finishes what was cut off; returns the ids of the snapshots whose removal that was. */
  settle(): string[] {
    const settled: string[] = [];
    this.#inTrash((trash) => {
      for (const trashId of this.#namesIn(trash)) {
        if (trashId.endsWith(DELETING) || !this.#isDir(trash, trashId)) continue;
        const record = this.#recordOf(trash, trashId);
        const isHeld = record !== undefined && this.#holds(trash, trashId, record);
        if (!isHeld) this.#forget(trash, trashId);
        else if (this.#settleEntry(trash, trashId, record)) {
          settled.push(joinRel(record.name, record.time));
        }
      }
    });
    return settled;
  }

  /**
   * Makes an entry one that is being deleted; returns what it is called now. Files beside its
   * snapshot that still stand where they were go as well.
   */
  condemn(trashId: string): string {
    return this.#inTrash((trash) => {
      const record = this.#readRecord(trash, trashId);
      const condemned = this.#condemn(trash, trashId);
      if (record !== undefined) this.#deleteCompanions(record);
      return condemned;
    }) ?? trashId;
  }

  /** By a rename. A full Btrfs has no room for one, but takes the entry's own file away. */
  #condemn(trash: Dir, trashId: string): string {
    if (trashId.endsWith(DELETING)) return trashId;
    const newName = trashId + DELETING;
    try {
      renameDir(this.#fs, { from: trash, to: trash, name: trashId, newName });
      this.#fs.syncDir(trash);
      return newName;
    } catch (error) {
      if (!lacksRoom(error)) throw error;
    }
    this.#within(this.#fs.openDir(trash, trashId), (dir) => {
      if (this.#namesIn(dir).includes(ENTRY_FILE)) this.#fs.unlink(dir, ENTRY_FILE);
      this.#fs.syncDir(dir);
    });
    return trashId;
  }

  /**
   * Entries whose deletion has begun. With `nameless`, also those that have lost the file which says
   * what they are: on a full Btrfs that is how it begins, but a damaged disk may have taken it, too.
   */
  listCondemned({ nameless }: { nameless: boolean }): string[] {
    const isBegun = (trash: Dir, name: string) =>
      name.endsWith(DELETING) ||
      (nameless && TRASH_ID.test(name) && this.#isDir(trash, name) &&
        this.#within(this.#fs.openDir(trash, name), (dir) => {
          const names = this.#namesIn(dir);
          return names.length > 0 && !names.includes(ENTRY_FILE);
        }));
    return this.#inTrash((trash) =>
      this.#namesIn(trash).filter((name) => isBegun(trash, name)).toSorted(compareNames)
    ) ?? [];
  }

  #deleteCompanions({ name, time }: TrashRecord): void {
    const from = this.#openName(name);
    if (from === undefined) return;
    this.#within(from, () => {
      if (this.#isTaken(from, time)) return; // they belong to that one now
      const left = companionsOf(this.#namesIn(from), time);
      for (const companion of left) this.#fs.unlink(from, companion);
      if (left.length > 0) this.#fs.syncDir(from);
    });
  }

  /** Calls `use` with the open directory of the trash, unless there is none. */
  open(use: (trash: Dir) => void): void {
    this.#inTrash(use);
  }

  #settleEntry(trash: Dir, trashId: string, { name, time }: TrashRecord): boolean {
    const from = this.#openName(name);
    if (from === undefined) return false;
    return this.#within(from, () => {
      if (this.#isTaken(from, time)) return false; // they belong to that one now
      const left = companionsOf(this.#fs.readDir(from).names, time);
      if (left.length === 0) return false;
      return this.#within(this.#fs.openDir(trash, trashId), (dir) => {
        return this.#moveIfRoom(from, dir, time);
      });
    });
  }

  /** A full file system may have no room for the names: they stay then, for `settle` or the end. */
  #moveIfRoom(from: Dir, to: Dir, time: string): boolean {
    try {
      this.#moveCompanions(from, to, time);
      return true;
    } catch (error) {
      if (!lacksRoom(error)) throw error;
      return false;
    }
  }

  #moveCompanions(from: Dir, to: Dir, time: string): void {
    for (const companion of companionsOf(this.#namesIn(from), time)) {
      if (this.#isSame({ dir: from, name: companion }, to)) this.#fs.unlink(from, companion);
      else this.#fs.rename(from, companion, to, companion);
    }
    this.#sync(to, from);
  }

  /** Whether a power cut left a file both where it was and where it went. */
  #isSame({ dir, name }: { dir: Dir; name: string }, to: Dir): boolean {
    const stats = this.#stats;
    if (!statIfThere(this.#fs, { dir: to, name, stats })) return false;
    const moved = stats.inodeKey(0);
    return statIfThere(this.#fs, { dir, name, stats }) && stats.inodeKey(0) === moved;
  }

  /** Where things came to first: a power cut may leave both names, never none. */
  #sync(to: Dir, from: Dir): void {
    this.#fs.syncDir(to);
    this.#fs.syncDir(from);
  }

  /** Removes an entry that holds no snapshot; what nobody knows is left alone. */
  #forget(trash: Dir, trashId: string): void {
    const isBare = this.#within(this.#fs.openDir(trash, trashId), (dir) => {
      const names = this.#namesIn(dir);
      if (names.some((name) => name !== ENTRY_FILE)) return false;
      for (const name of names) this.#fs.unlink(dir, name);
      return true;
    });
    if (isBare) this.#fs.removeDir(trash, trashId);
  }

  #makeEntry(trash: Dir, now: Date): { trashId: string; dir: Dir } {
    const stamp = now.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:]/g, "");
    const taken = new Set(this.#namesIn(trash).map((name) => name.replace(DELETING, "")));
    for (let number = 1;; number++) {
      const trashId = `${stamp}-${String(number).padStart(4, "0")}`;
      if (taken.has(trashId)) continue;
      this.#fs.makeDir(trash, trashId, 0o700);
      return { trashId, dir: this.#fs.openDir(trash, trashId) };
    }
  }

  /** Removes what was made for a snapshot that could not be moved; what remains, `settle` removes. */
  #tidyUp({ isNew }: { isNew: boolean }): void {
    try {
      this.settle();
      if (isNew) {
        this.#within(this.#fs.openDir(this.root, PRIVATE_DIR), (dir) => {
          this.#fs.removeDir(dir, TRASH_DIR);
        });
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error; // the first error tells more
    }
  }

  /** Whether there was none. */
  #makeTrash(): boolean {
    return this.#within(this.#fs.openDir(this.root, PRIVATE_DIR), (dir) => {
      try {
        this.#fs.makeDir(dir, TRASH_DIR, 0o700);
        this.#fs.syncDir(dir);
        return true;
      } catch (error) {
        if (error instanceof FsError && error.code === "EEXIST") return false;
        throw error;
      }
    });
  }

  #recordOf(trash: Dir, trashId: string): TrashRecord | undefined {
    return trashId.endsWith(DELETING) ? undefined : this.#readRecord(trash, trashId);
  }

  #readRecord(trash: Dir, trashId: string): TrashRecord | undefined {
    if (!this.#isDir(trash, trashId)) return undefined;
    return this.#within(this.#fs.openDir(trash, trashId), (dir) => {
      const text = readSmallText(this.#fs, dir, ENTRY_FILE);
      return text === undefined ? undefined : parseTrashRecord(text);
    });
  }

  #holds(trash: Dir, trashId: string, { time }: TrashRecord): boolean {
    return this.#within(this.#fs.openDir(trash, trashId), (dir) => this.#isDir(dir, time));
  }

  #isTaken(dir: Dir, time: string): boolean {
    return [time, partialName(time)].some((name) =>
      statIfThere(this.#fs, { dir, name, stats: this.#stats })
    );
  }

  #isDir(dir: Dir, name: string): boolean {
    return statIfThere(this.#fs, { dir, name, stats: this.#stats }) && this.#stats.isDir(0);
  }

  #namesIn(dir: Dir): string[] {
    const { names, error } = this.#fs.readDir(dir);
    if (error !== undefined) throw error;
    return names;
  }

  #openName(name: string): Dir | undefined {
    try {
      return openDirPath(this.#fs, this.root, name);
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Undefined when there is no trash. */
  #inTrash<T>(use: (trash: Dir) => T): T | undefined {
    const trash = this.#openName(TRASH_PATH);
    return trash === undefined ? undefined : this.#within(trash, use);
  }

  #within<T>(dir: Dir, use: (dir: Dir) => T): T {
    try {
      return use(dir);
    } finally {
      this.#fs.closeDir(dir);
    }
  }
}

function taken(id: string): AppError {
  return new AppError(
    `Cannot restore "${printable(id)}" from the trash: there is another snapshot of that time`,
    {
      code: "SNAPSHOT_EXISTS",
      exitCode: EXIT.failed,
      hint: "Remove or rename that one first",
    },
  );
}
