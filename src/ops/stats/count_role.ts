import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { FenceRules } from "../../fs/fence.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { isSumsName } from "../../store/checksum_file.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { Handler } from "../../threads/lane.ts";
import { type CountAnswer, CountBatch, type NearLimit } from "./count_batch.ts";
import type { CountCall, CountStart } from "./count_threads.ts";
import { nearLinks } from "./link_limit.ts";

/** Entries and directories in one answer, give or take a directory. */
const ANSWER_ENTRIES = 4000;
const ANSWER_DIRS = 400;

/** Between two looks at the flag that stops the work. */
const CHECK_EVERY = 1000;

/** A counting thread reads the backup root. */
export function countFence({ backupRoot }: Pick<CountStart, "backupRoot">): FenceRules {
  return { read: [backupRoot], write: [] };
}

/** Counts directories and what is below them, depth first; see `count_batch.ts`. */
export function countRole(fs: FileSystem, start: CountStart): Handler<CountCall, CountAnswer> {
  const counter = new DirCounter(fs, start);
  return (call) => {
    const answer = counter.count(call);
    return { answer, transfer: [answer.dirs.buffer, answer.rows.buffer] };
  };
}

class DirCounter {
  readonly #fs: FileSystem;
  readonly #start: CountStart;
  readonly #cancel: CancelFlag;
  readonly #dirs: DirCache;
  readonly #stats = new StatTable(1);
  readonly #nearLinks: number;
  #batch = new CountBatch();
  #pending: string[] = [];
  #problems: Problem[] = [];
  #nearLimit: NearLimit[] = [];

  constructor(fs: FileSystem, start: CountStart) {
    this.#fs = fs;
    this.#start = start;
    this.#cancel = new CancelFlag(start.cancel);
    this.#dirs = new DirCache(fs, fs.openRoot(start.backupRoot));
    this.#nearLinks = start.linkLimit === undefined ? Infinity : nearLinks(start.linkLimit);
  }

  count({ dirs, ownSums }: CountCall): CountAnswer {
    this.#batch = new CountBatch();
    this.#pending = [...dirs];
    this.#problems = [];
    this.#nearLimit = [];
    const batch = this.#batch;
    while (batch.entries < ANSWER_ENTRIES && batch.paths.length < ANSWER_DIRS) {
      const relPath = this.#pending.pop();
      if (relPath === undefined) break;
      this.#cancel.check();
      try {
        this.#countDir(relPath, { ownSums });
      } catch (error) {
        this.#keepProblem(relPath, error);
      }
    }
    return {
      ...batch.numbers(),
      left: this.#pending,
      problems: this.#problems,
      nearLimit: this.#nearLimit,
    };
  }

  #countDir(relPath: string, { ownSums }: { ownSums: boolean }): void {
    const dir = this.#dirs.get(relPath);
    const { names, error } = this.#fs.readDir(dir);
    this.#batch.beginDir(relPath);
    const sums = ownSums ? ownSumsName(names) : undefined;
    const near = new Map<string, NearLimit & { namesHere: number }>();
    for (const [i, name] of names.entries()) {
      if (i % CHECK_EVERY === CHECK_EVERY - 1) this.#cancel.check();
      try {
        this.#countEntry(dir, { relPath, name, sums, near });
      } catch (error) {
        this.#keepProblem(joinRel(relPath, name), error);
      }
    }
    this.#keepNear([...near.values()]);
    if (error !== undefined) throw error;
  }

  #countEntry(
    dir: Dir,
    { relPath, name, sums, near }: {
      relPath: string;
      name: string;
      sums: string | undefined;
      near: Map<string, NearLimit & { namesHere: number }>;
    },
  ): void {
    const stats = this.#stats;
    this.#fs.lstat(dir, name, stats, 0);
    this.#batch.add(stats, 0, { isContent: name !== sums });
    if (stats.isDir(0)) {
      this.#pending.push(joinRel(relPath, name));
      return;
    }
    const links = stats.get(0, STAT.nlink);
    if (links < this.#nearLinks) return;
    const inode = stats.inodeKey(0);
    const namesHere = (near.get(inode)?.namesHere ?? 0) + 1;
    near.set(inode, { relPath: joinRel(relPath, name), inode, links, namesHere });
  }

  #keepNear(found: readonly (NearLimit & { namesHere: number })[]): void {
    for (const { namesHere, links, ...rest } of found) {
      const counts = this.#start.linkLimit?.isPerDirectory === true ? namesHere : links;
      if (counts >= this.#nearLinks) this.#nearLimit.push({ ...rest, links: counts });
    }
  }

  #keepProblem(relPath: string, error: unknown): void {
    if (!(error instanceof FsError)) throw error;
    const isGone = error.code === "ENOENT" || error.code === "ESTALE";
    this.#problems.push({
      relPath,
      step: "read",
      code: isGone ? "vanished" : "unreadable",
      message: `Cannot count "${printable(relPath)}": ${error.message}`,
      stored: true,
    });
  }
}

/** The last one of `SHA256SUMS`, `SHA256SUMS.phlb` …: the others are the user's. */
function ownSumsName(names: readonly string[]): string | undefined {
  const found = names.filter(isSumsName);
  return found.reduce<string | undefined>(
    (longest, name) => name.length > (longest?.length ?? 0) ? name : longest,
    undefined,
  );
}
