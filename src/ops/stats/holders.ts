/**
 * Who holds what lies in a backup root: every snapshot with the files beside it, what runs left
 * behind, the trash, and all the rest, so that nothing that takes room is left out.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import {
  companionName,
  COMPANIONS,
  PRIVATE_DIR,
  snapshotDir,
  TRASH_DIR,
  unpublishedName,
} from "../../store/layout.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import { isPredecessors } from "../read/open_snapshot.ts";

/** Something in a backup root that holds inodes. */
export interface HolderPlan<Ref extends SnapshotRef = SnapshotRef> {
  readonly kind: "snapshot" | "partial" | "trash" | "private" | "rest";
  /** Of a snapshot or a partial. */
  readonly ref: Ref | undefined;
  /** See `CountCall`. */
  readonly ownSums: boolean;
  /** Directories to count with all that is below them; relative to the root, as all paths here. */
  readonly dirs: readonly string[];
  /** What belongs to it besides; of a directory, the directory alone. */
  readonly entries: readonly string[];
}

interface Draft<Ref extends SnapshotRef> extends HolderPlan<Ref> {
  readonly dirs: string[];
  readonly entries: string[];
}

/**
 * Everything in the root, by holder: snapshots from the oldest on, whatever their names, then
 * partials, trash, phlb's own directory and the rest.
 *
 * @throws {FsError} when the root itself cannot be read
 */
export function planHolders<Ref extends SnapshotRef>(
  fs: FileSystem,
  root: Dir,
  snapshots: readonly Ref[],
): HolderPlan<Ref>[] {
  return new Planner(fs, root, snapshots).plan();
}

class Planner<Ref extends SnapshotRef> {
  readonly #fs: FileSystem;
  readonly #root: Dir;
  readonly #snapshots: Draft<Ref>[];
  readonly #partials: Draft<Ref>[];
  readonly #trash = draft<Ref>("trash");
  readonly #private = draft<Ref>("private");
  readonly #rest = draft<Ref>("rest");
  /** Names of snapshots' directories in the root. */
  readonly #names: ReadonlySet<string>;
  readonly #owners = new Map<string, Draft<Ref>>();
  readonly #stats = new StatTable(1);

  constructor(fs: FileSystem, root: Dir, snapshots: readonly Ref[]) {
    this.#fs = fs;
    this.#root = root;
    const byTime = snapshots.toSorted((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0);
    const drafts = byTime.map((ref) => this.#ofSnapshot(ref));
    this.#snapshots = drafts.filter(({ kind }) => kind === "snapshot");
    this.#partials = drafts.filter(({ kind }) => kind === "partial");
    this.#names = new Set(snapshots.map(({ name }) => name));
  }

  plan(): HolderPlan<Ref>[] {
    this.#rest.entries.push("");
    const { names, error } = this.#fs.readDir(this.#root);
    if (error !== undefined) throw error;
    for (const name of names) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) this.#give(owner, name);
      else if (name === PRIVATE_DIR) this.#planPrivate();
      else if (this.#names.has(name)) this.#planName(name);
      else this.#give(this.#rest, name);
    }
    return [...this.#snapshots, ...this.#partials, this.#trash, this.#private, this.#rest];
  }

  #ofSnapshot(ref: Ref): Draft<Ref> {
    const isPartial = ref.kind === "partial";
    const ownSums = ref.kind !== "bare" || isPredecessors(ref);
    const made = { ...draft<Ref>(isPartial ? "partial" : "snapshot"), ref, ownSums };
    this.#owners.set(snapshotDir(placeOf(ref)), made);
    for (const kind of COMPANIONS) {
      const companion = companionName(ref.time, kind);
      const names = isPartial ? [companion, unpublishedName(companion)] : [companion];
      for (const name of names) {
        const path = joinRel(ref.name, name);
        // A complete snapshot's own files stay its own.
        if (!isPartial || !this.#owners.has(path)) this.#owners.set(path, made);
      }
    }
    return made;
  }

  #planName(name: string): void {
    this.#rest.entries.push(name);
    for (const entry of this.#list(name)) {
      const path = joinRel(name, entry);
      this.#give(this.#owners.get(path) ?? this.#rest, path);
    }
  }

  #planPrivate(): void {
    this.#private.entries.push(PRIVATE_DIR);
    const trash = joinRel(PRIVATE_DIR, TRASH_DIR);
    for (const entry of this.#list(PRIVATE_DIR)) {
      const path = joinRel(PRIVATE_DIR, entry);
      if (path !== trash) this.#give(this.#private, path);
    }
    // The directory stays when the trash is emptied, what is in it goes.
    for (const entry of this.#list(trash)) this.#give(this.#trash, joinRel(trash, entry));
    if (this.#isThere(trash)) this.#private.entries.push(trash);
  }

  #give(owner: Draft<Ref>, path: string): void {
    owner.entries.push(path);
    if (this.#isDir(path)) owner.dirs.push(path);
  }

  #list(relPath: string): string[] {
    return this.#within(relPath, (dir) => this.#fs.readDir(dir).names) ?? [];
  }

  #isThere(relPath: string): boolean {
    return this.#within(relPath, () => true) ?? false;
  }

  #isDir(relPath: string): boolean {
    const slash = relPath.lastIndexOf("/");
    return this.#within(relPath.slice(0, Math.max(0, slash)), (dir) => {
      this.#fs.lstat(dir, relPath.slice(slash + 1), this.#stats, 0);
      return this.#stats.isDir(0);
    }) ?? false;
  }

  /** Undefined when the directory cannot be opened: it is told when it is counted. */
  #within<T>(relPath: string, use: (dir: Dir) => T): T | undefined {
    try {
      const dir = openDirPath(this.#fs, this.#root, relPath);
      try {
        return use(dir);
      } finally {
        this.#fs.closeDir(dir);
      }
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }
}

function draft<Ref extends SnapshotRef>(kind: HolderPlan["kind"]): Draft<Ref> {
  return { kind, ref: undefined, ownSums: true, dirs: [], entries: [] };
}
