/**
 * Which rule keeps a path of the source or leaves it out, by the very decisions of a backup: the way
 * down to it is walked, and no more.
 *
 * @module
 */
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import {
  type ClosedDir,
  type RuleOrigin,
  Selector,
  type SelectRules,
} from "../../backup/select/select.ts";
import { readSmallFile } from "../../backup/walk/walker.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../fs/stat_table.ts";

/** What a backup would do with a path. */
export interface RuleVerdict {
  readonly isKept: boolean;
  /** What it is in the source; undefined when it is not there. */
  readonly type: EntryType | undefined;
  /** The rule that leaves it out, or the `!` pattern that keeps it; undefined: no rule is about it. */
  readonly by: RuleOrigin | undefined;
  /** The entry that the rule met: the path itself, or a directory above it. */
  readonly at: string;
  /** What else there is to say; sentences without a full stop. */
  readonly notes: readonly string[];
}

/** What is to be judged. */
export interface RuleQuestion {
  readonly source: RootDir;
  readonly relPath: string;
  readonly rules: SelectRules;
}

/** See the module text. A path that is not there is judged as if it were a file. */
export function explainRules(fs: FileSystem, question: RuleQuestion): RuleVerdict {
  const { source, relPath, rules } = question;
  const way = new Way(fs, rules, source);
  if (relPath === "") return { isKept: true, type: "dir", by: undefined, at: "", notes: [] };
  const names = relPath.split("/");
  const dirs = new DirCache(fs, source.dir);
  try {
    for (const [i, name] of names.entries()) {
      const above = names.slice(0, i).join("/");
      const verdict = way.step(dirs, { above, name, isLast: i === names.length - 1 });
      if (verdict !== undefined) return verdict;
    }
  } finally {
    dirs.close();
  }
  throw new Error("A path has a last component");
}

const BUILT_IN = "built in";

class Way {
  readonly #fs: FileSystem;
  readonly #selector: Selector;
  readonly #stats = new StatTable(1);
  readonly #notes: string[] = [];
  readonly #source: StatTable;
  /** Whether a component of the way is not there: what comes below is judged by its name alone. */
  #isGone = false;

  constructor(fs: FileSystem, rules: SelectRules, { stats }: RootDir) {
    this.#fs = fs;
    this.#source = stats;
    this.#selector = new Selector(rules, { stats, row: 0 });
  }

  /** Judges `name` in the directory `above`; undefined when the way goes on. */
  step(
    dirs: DirCache,
    { above, name, isLast }: { above: string; name: string; isLast: boolean },
  ): RuleVerdict | undefined {
    const relPath = joinRel(above, name);
    const dir = this.#isGone ? undefined : openOr(dirs, above);
    if (dir instanceof FsError) {
      const by = { rule: `cannot be read: ${dir.message}`, layer: "the system" };
      return this.#leftOut({ type: undefined, by, at: above });
    }
    const closed = dir === undefined ? undefined : this.#enter(dir, above);
    const type = this.#typeOf(dir, name, { isLast });
    const entry = { relPath, name, stats: this.#stats, row: 0, closed };
    const by = this.#selector.check(entry);
    if (by !== undefined) return this.#leftOut({ type, by, at: relPath });
    const mount = type === "dir" ? this.#selector.mountRule(this.#stats, 0) : undefined;
    if (isLast) {
      if (mount !== undefined) this.#notes.push("It is kept as an empty directory: a mount point");
      const keptBy = this.#selector.keptBy(entry);
      return { isKept: true, type, by: keptBy, at: relPath, notes: this.#notes };
    }
    if (mount !== undefined) return this.#leftOut({ type: undefined, by: mount, at: relPath });
    if (type === "dir" || type === undefined) return undefined;
    const rule = type === "link" ? "symlinks are not followed" : "it is no directory";
    return this.#leftOut({ type: undefined, by: { rule, layer: BUILT_IN }, at: relPath });
  }

  #enter(dir: Dir, relPath: string): ClosedDir | undefined {
    const { names, error } = this.#fs.readDir(dir);
    if (error !== undefined) this.#notes.push(cannot("list", relPath, error));
    return this.#selector.enterDir({
      relPath,
      names,
      readSmallFile: (name) => readSmallFile(this.#fs, dir, name),
      onProblem: (name, cause) =>
        this.#notes.push(cannot("read the rules in", joinRel(relPath, name), cause)),
    });
  }

  /** Puts its lstat, or that of a file or directory in its place, into the one row. */
  #typeOf(
    dir: Dir | undefined,
    name: string,
    { isLast }: { isLast: boolean },
  ): EntryType | undefined {
    try {
      if (dir !== undefined) {
        this.#fs.lstat(dir, name, this.#stats, 0);
        return this.#stats.type(0);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#isGone = true;
      this.#notes.push(
        error.code === "ENOENT"
          ? "It is not in the source now; the rules are those for a file of that name"
          : `Its metadata cannot be read: ${error.message}`,
      );
    }
    // On the device of the source, so that it is no mount point.
    this.#stats.copyRow(0, this.#source, 0);
    this.#stats.set(0, STAT.mode, isLast ? TYPE_BITS.file : TYPE_BITS.dir);
    this.#stats.set(0, STAT.sizeBytes, 0);
    this.#stats.set(0, STAT.inoLow, 0);
    this.#stats.set(0, STAT.inoHigh, 0);
    return undefined;
  }

  #leftOut(found: Pick<RuleVerdict, "type" | "by" | "at">): RuleVerdict {
    return { isKept: false, ...found, notes: this.#notes };
  }
}

function openOr(dirs: DirCache, relPath: string): Dir | FsError {
  try {
    return dirs.get(relPath);
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
}

function cannot(action: string, relPath: string, { message }: FsError): string {
  return `Cannot ${action} "${printable(relPath === "" ? "." : relPath)}": ${message}`;
}
