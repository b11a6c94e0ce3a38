/**
 * Finds directories that rsnapshot, rsync scripts and others made in a backup root, and makes
 * snapshots of them by renaming.
 *
 * @module
 */
import { compareNames, joinRel, printable } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { companionName, parseTime, PRIVATE_DIR } from "../../store/layout.ts";
import {
  type Adoption,
  BACK_IN_TIME,
  BACK_IN_TIME_TREE,
  type FoundDir,
  looksLikeSnapshot,
  planAdoptions,
} from "./recognize.ts";
import type { Adoptable } from "./rebuild_deps.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** What could be adopted, and what would become of it. */
export interface AdoptionPlan {
  readonly adoptions: readonly Adoption[];
  readonly adoptable: readonly Adoptable[];
}

/** Looks at the root and one level below; writes nothing. */
export function findAdoptions(
  fs: FileSystem,
  root: Dir,
  { name }: { name: string | undefined },
): AdoptionPlan {
  const finder = new Finder(fs, root);
  const found = finder.find();
  const adoptions = planAdoptions(found, { name, taken: finder.taken });
  const targets = new Map(adoptions.map(({ from, to }) => [from, to]));
  const adoptable = found.map(({ tree }) => ({ path: tree, to: targets.get(tree) }))
    .toSorted((a, b) => compareNames(a.path, b.path));
  return { adoptions, adoptable };
}

/** Does what was planned: every directory gets its name as a snapshot. */
export function applyAdoptions(work: RebuildWork, adoptions: readonly Adoption[]): void {
  const { fs, root, counts, options } = work;
  for (const { from, name, time, to } of adoptions) {
    work.cancel.check();
    makeNameDir(fs, root.dir, { name, mode: options.settings["snapshot.dir_mode"] });
    const slash = from.lastIndexOf("/");
    const fromDir = openDirPath(fs, root.dir, slash < 0 ? "" : from.slice(0, slash));
    try {
      const toDir = fs.openDir(root.dir, name);
      try {
        fs.rename(fromDir, from.slice(slash + 1), toDir, time);
        fs.syncDir(toDir);
      } finally {
        fs.closeDir(toDir);
      }
    } finally {
      fs.closeDir(fromDir);
    }
    counts.adopted++;
    work.log("info", `"${printable(from)}" became the snapshot "${printable(to)}"`);
  }
}

function makeNameDir(
  fs: FileSystem,
  root: Dir,
  { name, mode }: { name: string; mode: number },
): void {
  try {
    fs.makeDir(root, name, mode);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
  }
}

class Finder {
  readonly #fs: FileSystem;
  readonly #root: Dir;
  readonly #stats = new StatTable(1);
  readonly #namesIn = new Map<string, ReadonlySet<string>>();

  constructor(fs: FileSystem, root: Dir) {
    this.#fs = fs;
    this.#root = root;
  }

  find(): FoundDir[] {
    const found: FoundDir[] = [];
    for (const name of this.#list("")) {
      if (name.startsWith(".") || name === PRIVATE_DIR) continue;
      if (this.#isSnapshot("", name) || this.#mtimeOf("", name) === undefined) continue;
      // What has snapshots of ours in it is a name, whatever it looks like.
      const isOne = looksLikeSnapshot(name) && !this.#holdsOurs(name);
      found.push(...(isOne ? this.#take("", name) : this.#snapshotsIn(name)));
    }
    return found;
  }

  /** Whether that time is taken by a snapshot, or by what stands beside one. */
  readonly taken = (name: string, time: string): boolean => {
    const names = this.#list(name);
    return names.has(time) || names.has(companionName(time, "manifest")) ||
      names.has(companionName(time, "log")) || names.has(companionName(time, "summaryJson"));
  };

  #snapshotsIn(parent: string): FoundDir[] {
    return [...this.#list(parent)].flatMap((name) =>
      this.#isSnapshot(parent, name) ? [] : this.#take(parent, name)
    );
  }

  #holdsOurs(parent: string): boolean {
    return [...this.#list(parent)].some((name) => parseTime(name) !== undefined);
  }

  #isSnapshot(parent: string, name: string): boolean {
    const names = this.#list(parent);
    return parseTime(name) !== undefined || names.has(companionName(name, "manifest")) ||
      names.has(companionName(name, "log"));
  }

  #take(parent: string, name: string): FoundDir[] {
    if (!looksLikeSnapshot(name)) return [];
    const mtime = this.#mtimeOf(parent, name);
    if (mtime === undefined) return [];
    const path = joinRel(parent, name);
    const inner = BACK_IN_TIME.test(name) && this.#mtimeOf(path, BACK_IN_TIME_TREE) !== undefined;
    return [{ path, parent, tree: inner ? joinRel(path, BACK_IN_TIME_TREE) : path, mtime }];
  }

  /** Of a directory; undefined when it is none. */
  #mtimeOf(parent: string, name: string): Date | undefined {
    return this.#inDir(parent, (dir) => {
      this.#fs.lstat(dir, name, this.#stats, 0);
      if (!this.#stats.isDir(0)) return undefined;
      return new Date(Number(this.#stats.mtimeNs(0) / 1_000_000n));
    });
  }

  #list(path: string): ReadonlySet<string> {
    const known = this.#namesIn.get(path);
    if (known !== undefined) return known;
    const names = new Set(this.#inDir(path, (dir) => this.#fs.readDir(dir).names) ?? []);
    this.#namesIn.set(path, names);
    return names;
  }

  #inDir<T>(path: string, use: (dir: Dir) => T): T | undefined {
    try {
      const dir = openDirPath(this.#fs, this.#root, path);
      try {
        return use(dir);
      } finally {
        this.#fs.closeDir(dir);
      }
    } catch (error) {
      if (error instanceof FsError) return undefined; // nothing of it can be adopted
      throw error;
    }
  }
}
