/**
 * Step 2 of 5: entry → kept, or left out by a named rule of a named layer. A decision without disk
 * access of its own; it runs in the walker's thread, once for each entry, and sees a directory
 * before the walker goes into it.
 *
 * @module
 */
import { decodeName, joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { IgnoreMatcher } from "./ignore_matcher.ts";
import { anchorPatterns, type IgnorePattern, patternLines } from "./pattern_file.ts";

/** Which rule left an entry out, and where that rule comes from. */
export interface RuleOrigin {
  /** For example `exclude.dirs "__pycache__"`. */
  readonly rule: string;
  /** For example `default`, `--exclude`, or file and line. */
  readonly layer: string;
}

/** All rules of a job; plain data, so that it can be sent to a thread. */
export interface SelectRules {
  /** Names of real directories at any depth; a file or symlink of that name is kept. */
  readonly dirs: readonly { readonly name: string; readonly layer: string }[];
  /**
   * gitignore syntax, anchored at the source root; later ones win, `!` takes back. All of them are
   * stronger than what ignore files in the source say.
   */
  readonly patterns: readonly IgnorePattern[];
  /** A directory that has an entry of that name keeps this entry alone. */
  readonly ifPresent: readonly { readonly name: string; readonly layer: string }[];
  /** A directory with a CACHEDIR.TAG keeps the tag alone. */
  readonly caches: { readonly layer: string } | undefined;
  readonly largerThan: { readonly bytes: number; readonly layer: string } | undefined;
  /** Names of files with patterns for their own directory and below. */
  readonly ignoreFiles: readonly { readonly name: string; readonly layer: string }[];
  /** Keeps mount points as empty directories: see {@link Selector.mountRule}. */
  readonly oneFileSystem: { readonly layer: string } | undefined;
  /** The backup root itself, when it lies inside the source. */
  readonly backupRoot?: {
    readonly devMajor: number;
    readonly devMinor: number;
    readonly ino: string;
  };
}

/** Keeps everything. */
export const NO_RULES: SelectRules = {
  dirs: [],
  patterns: [],
  ifPresent: [],
  caches: undefined,
  largerThan: undefined,
  ignoreFiles: [],
  oneFileSystem: undefined,
};

/** A directory that the walker is about to list. */
export interface EnteredDir {
  readonly relPath: string;
  readonly names: readonly string[];
  /** Content of a small regular file in it, undefined when it is none; throws FsError. */
  readonly readSmallFile: (name: string) => Uint8Array | undefined;
  /** Hears of files with rules that cannot be read; what they would leave out is then kept. */
  readonly onProblem: (name: string, error: FsError) => void;
}

/** An entry that the walker met. */
export interface MetEntry {
  readonly relPath: string;
  readonly name: string;
  readonly stats: StatTable;
  readonly row: number;
  /** What {@link Selector.enterDir} said of its directory. */
  readonly closed: ClosedDir | undefined;
}

/** A directory whose content is left out, but for one entry that says so. */
export interface ClosedDir {
  readonly by: RuleOrigin;
  /** Kept all the same; undefined: nothing is. */
  readonly except: string | undefined;
}

/** Source: bford.info/cachedir: the file must begin with this. */
const CACHE_TAG_NAME = "CACHEDIR.TAG";
const CACHE_TAG_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55";

/** The patterns that hold below a directory. */
interface Scope {
  readonly base: string;
  /** Of the ignore files from the source root down to `base`, in order. */
  readonly inherited: readonly IgnorePattern[];
  /** Of these and the job's own; undefined when there are none. */
  readonly matcher: IgnoreMatcher | undefined;
}

/** See the module text. */
export class Selector {
  readonly #rules: SelectRules;
  readonly #dirs: ReadonlyMap<string, string>;
  readonly #top: Scope;
  /** Scopes of the directories with ignore files that the walk is in, outermost first. */
  readonly #scopes: Scope[] = [];
  readonly #devMajor: number;
  readonly #devMinor: number;

  /** Row `row` of `stats` is the source root. */
  constructor(rules: SelectRules, { stats, row }: { stats: StatTable; row: number }) {
    this.#rules = rules;
    this.#dirs = new Map(rules.dirs.map(({ name, layer }) => [name, layer]));
    this.#top = this.#scope("", []);
    this.#devMajor = stats.get(row, STAT.devMajor);
    this.#devMinor = stats.get(row, STAT.devMinor);
  }

  /**
   * The rule that leaves out what is mounted on the directory in row `row`; the directory itself is
   * kept, and not even opened: a dead network mount may never answer.
   */
  mountRule(stats: StatTable, row: number): RuleOrigin | undefined {
    const { oneFileSystem } = this.#rules;
    if (oneFileSystem === undefined || !this.#isElsewhere(stats, row)) return undefined;
    return { rule: "backup.one_file_system", layer: oneFileSystem.layer };
  }

  /** Must be called for each directory, in the order of the walk, before its entries are checked. */
  enterDir(dir: EnteredDir): ClosedDir | undefined {
    while (!isInside(dir.relPath, this.#current.base)) this.#scopes.pop();
    const closed = this.#closedByTag(dir);
    if (closed === undefined) this.#loadIgnoreFiles(dir);
    return closed;
  }

  /** The rule that leaves the entry out, undefined when it is kept. */
  check(entry: MetEntry): RuleOrigin | undefined {
    const { relPath, name, stats, row, closed } = entry;
    if (closed !== undefined && closed.except !== name) return closed.by;
    const isDir = stats.isDir(row);
    if (isDir) {
      const layer = this.#dirs.get(name);
      if (layer !== undefined) return { rule: `exclude.dirs "${name}"`, layer };
      if (this.#isBackupRoot(stats, row)) return { rule: "backup root", layer: "built in" };
    }
    const byPattern = this.#checkPatterns(relPath, { isDir });
    if (byPattern !== undefined) return byPattern;
    const limit = this.#rules.largerThan;
    if (limit !== undefined && stats.type(row) === "file" && stats.sizeBytes(row) > limit.bytes) {
      return { rule: `exclude.larger_than ${limit.bytes} bytes`, layer: limit.layer };
    }
    return undefined;
  }

  /** The `!` pattern by which an entry is kept that another pattern leaves out; after `check`. */
  keptBy({ relPath, stats, row }: MetEntry): RuleOrigin | undefined {
    const match = this.#current.matcher?.keptBy(relPath, { isDir: stats.isDir(row) });
    if (match === undefined) return undefined;
    return { rule: `pattern "${match.written ?? match.pattern}"`, layer: match.layer };
  }

  get #current(): Scope {
    return this.#scopes.at(-1) ?? this.#top;
  }

  #checkPatterns(relPath: string, { isDir }: { isDir: boolean }): RuleOrigin | undefined {
    const match = this.#current.matcher?.test(relPath, { isDir });
    if (match === undefined) return undefined;
    return { rule: `pattern "${match.written ?? match.pattern}"`, layer: match.layer };
  }

  #closedByTag(dir: EnteredDir): ClosedDir | undefined {
    for (const { name, layer } of this.#rules.ifPresent) {
      if (!dir.names.includes(name)) continue;
      return { by: { rule: `exclude.if_present "${name}"`, layer }, except: name };
    }
    const { caches } = this.#rules;
    if (caches === undefined || !dir.names.includes(CACHE_TAG_NAME)) return undefined;
    const tag = readRules(dir, CACHE_TAG_NAME);
    if (tag === undefined || !decodeName(tag).startsWith(CACHE_TAG_SIGNATURE)) return undefined;
    return { by: { rule: "exclude.caches", layer: caches.layer }, except: CACHE_TAG_NAME };
  }

  #loadIgnoreFiles(dir: EnteredDir): void {
    const loaded: IgnorePattern[] = [];
    for (const { name } of this.#rules.ignoreFiles) {
      if (!dir.names.includes(name)) continue;
      const bytes = readRules(dir, name);
      if (bytes === undefined) continue;
      const lines = patternLines({ path: joinRel(dir.relPath, name), text: decodeName(bytes) });
      loaded.push(...anchorPatterns(lines, dir.relPath));
    }
    if (loaded.length === 0) return;
    this.#scopes.push(this.#scope(dir.relPath, [...this.#current.inherited, ...loaded]));
  }

  /** One matcher for all, because a `!` pattern also takes back what another file left out. */
  #scope(base: string, inherited: readonly IgnorePattern[]): Scope {
    const all = [...inherited, ...this.#rules.patterns];
    return { base, inherited, matcher: all.length === 0 ? undefined : new IgnoreMatcher(all) };
  }

  #isElsewhere(stats: StatTable, row: number): boolean {
    return stats.get(row, STAT.devMajor) !== this.#devMajor ||
      stats.get(row, STAT.devMinor) !== this.#devMinor;
  }

  #isBackupRoot(stats: StatTable, row: number): boolean {
    const { backupRoot } = this.#rules;
    return backupRoot !== undefined && String(stats.ino(row)) === backupRoot.ino &&
      stats.get(row, STAT.devMajor) === backupRoot.devMajor &&
      stats.get(row, STAT.devMinor) === backupRoot.devMinor;
  }
}

function isInside(relPath: string, base: string): boolean {
  return base === "" || relPath === base || relPath.startsWith(`${base}/`);
}

function readRules(dir: EnteredDir, name: string): Uint8Array | undefined {
  try {
    return dir.readSmallFile(name);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    dir.onProblem(name, error);
    return undefined;
  }
}
