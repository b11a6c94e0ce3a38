/**
 * Which snapshots a backup root holds, told from names alone: ours, those of PyHardLinkBackup 1.x,
 * and directories put there by hand.
 *
 * @module
 */
import { compareNames, joinRel } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { StatTable } from "../fs/stat_table.ts";
import {
  type Companion,
  companionName,
  COMPANIONS,
  parsePartialName,
  parseTime,
  PRIVATE_DIR,
  type SnapshotPlace,
} from "./layout.ts";

/** A snapshot in a backup root. */
export interface SnapshotRef {
  /** `""` for one that lies directly in the root. */
  readonly name: string;
  /** As it stands in the directory's name. */
  readonly time: string;
  /** `time` as local time; undefined when it is not of the default format. */
  readonly date: Date | undefined;
  /** `bare` has no manifest: 1.x made it, or a hand. `partial` is under way or was cut off. */
  readonly kind: "phlb" | "bare" | "partial";
  /** Which files stand beside it. */
  readonly companions: ReadonlySet<Companion>;
}

/** What {@link listSnapshots} found. */
export interface SnapshotList {
  /** In order of names, then times. */
  readonly snapshots: readonly SnapshotRef[];
  /** What could be a snapshot but is not taken for one, each with a reason. */
  readonly skipped: readonly SkippedSnapshot[];
}

/** A place in a backup root that was not looked at. */
export interface SkippedSnapshot {
  /** Relative to the root. */
  readonly path: string;
  readonly reason: string;
  /** What the system refused; undefined for what is no directory. */
  readonly error: FsError | undefined;
}

/**
 * Lists the snapshots of one name, or of all names. A directory is a snapshot when its name is a
 * time of the default format or a log or manifest of its name stands beside it. Symlinks are not
 * followed.
 *
 * @throws {FsError} when the root itself cannot be read
 */
export function listSnapshots(
  fs: FileSystem,
  root: Dir,
  { name }: { name?: string } = {},
): SnapshotList {
  const lister = new Lister(fs, root);
  if (name === undefined) lister.listAll();
  else if (name === "") lister.listRoot();
  else lister.listName(name);
  const snapshots = lister.snapshots.toSorted((a, b) =>
    compareNames(a.name, b.name) || compareNames(a.time, b.time)
  );
  return { snapshots, skipped: lister.skipped };
}

/** Where a snapshot lies. */
export function placeOf({ name, time, kind }: SnapshotRef): SnapshotPlace {
  return { name, time, leftover: kind === "partial" };
}

class Lister {
  readonly snapshots: SnapshotRef[] = [];
  readonly skipped: SkippedSnapshot[] = [];
  readonly #fs: FileSystem;
  readonly #root: Dir;
  readonly #stats = new StatTable(1);

  constructor(fs: FileSystem, root: Dir) {
    this.#fs = fs;
    this.#root = root;
  }

  listAll(): void {
    const names = this.listRoot();
    for (const name of names) {
      // Names that begin with a dot are ours, or leftovers of a probe.
      if (!name.startsWith(".") && this.#look(this.#root, { path: name, name }) === "dir") {
        this.listName(name);
      }
    }
  }

  /** Snapshots that lie directly in the root; returns what else is there. */
  listRoot(): string[] {
    const { names, error } = this.#fs.readDir(this.#root);
    if (error !== undefined) throw error;
    const present = new Set(names);
    this.#collect({ dir: this.#root, name: "", names, present });
    return names.filter((name) => name !== PRIVATE_DIR && !isSnapshotName(name, present));
  }

  listName(name: string): void {
    try {
      const dir = this.#fs.openDir(this.#root, name);
      try {
        const { names, error } = this.#fs.readDir(dir);
        if (error !== undefined) this.#skip(name, error);
        this.#collect({ dir, name, names, present: new Set(names) });
      } finally {
        this.#fs.closeDir(dir);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code !== "ENOENT") this.#skip(name, error);
    }
  }

  #collect({ dir, name, names, present }: Listed): void {
    for (const entry of names) {
      const partialTime = parsePartialName(entry);
      if (partialTime === undefined && !isSnapshotName(entry, present)) continue;
      const path = joinRel(name, entry);
      const found = this.#look(dir, { path, name: entry });
      if (found === "other") {
        const reason = "it is not a directory; symlinks are not followed";
        this.skipped.push({ path, reason, error: undefined });
      }
      if (found !== "dir") continue;
      this.snapshots.push(describe(name, { time: partialTime ?? entry, partialTime, present }));
    }
  }

  /** Undefined for what is gone since it was listed, or cannot be looked at; that is told. */
  #look(
    dir: Dir,
    { path, name }: { path: string; name: string },
  ): "dir" | "other" | undefined {
    try {
      this.#fs.lstat(dir, name, this.#stats, 0);
      return this.#stats.isDir(0) ? "dir" : "other";
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code !== "ENOENT") this.#skip(path, error);
      return undefined;
    }
  }

  #skip(path: string, error: FsError): void {
    this.skipped.push({ path, reason: error.message, error });
  }
}

interface Listed {
  readonly dir: Dir;
  readonly name: string;
  readonly names: readonly string[];
  readonly present: ReadonlySet<string>;
}

function isSnapshotName(entry: string, present: ReadonlySet<string>): boolean {
  return parseTime(entry) !== undefined || present.has(companionName(entry, "manifest")) ||
    present.has(companionName(entry, "log"));
}

function describe(
  name: string,
  { time, partialTime, present }: {
    time: string;
    partialTime: string | undefined;
    present: ReadonlySet<string>;
  },
): SnapshotRef {
  const companions = COMPANIONS.filter((kind) => present.has(companionName(time, kind)));
  const kind = partialTime !== undefined
    ? "partial"
    : companions.includes("manifest")
    ? "phlb"
    : "bare";
  return { name, time, date: parseTime(time), kind, companions: new Set(companions) };
}
