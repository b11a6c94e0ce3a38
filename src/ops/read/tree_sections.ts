/**
 * Reads the tree of a snapshot itself, for snapshots without a manifest (PyHardLinkBackup 1.x and
 * 0.x, directories put there by hand) and for what a damaged manifest no longer tells.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { walk } from "../../backup/walk/walker.ts";
import type { WalkedSection } from "../../backup/walk/walked.ts";
import { NO_RULES, Selector } from "../../backup/select/select.ts";
import { compareNames, comparePaths, decodeName } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { isSumsName, parseSums, type Sum } from "../../store/checksum_file.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { besideOldSum, OLD_CONFIG, OLD_SUM_SUFFIX } from "../../store/old_companion.ts";
import type { EntryRecord, ManifestSection } from "../../store/section.ts";

/** Up to where the tree is known already: everything before and with that entry. */
export interface Position {
  readonly relPath: string;
  /** Undefined: the directory's own line alone is known. */
  readonly name: string | undefined;
}

/** How a tree is read. */
export interface TreeOptions {
  readonly fs: FileSystem;
  /** The snapshot's directory, open. */
  readonly dir: Dir;
  /**
   * Whether the checksum file of a directory was put there by phlb (1.x) and is no entry. False for
   * a tree that a hand put there: what it says is taken for digests all the same.
   */
  readonly ownSums: boolean;
  /** Where `dir` lies below the snapshot: what {@link isOldTree} says of the snapshot itself. */
  readonly isOld?: boolean;
  readonly after?: Position;
  readonly onProblem: (problem: Problem) => void;
}

/** A checksum file above this size is not read: 2,000,000 lines. */
const MAX_SUMS_BYTES = 256 * 1024 * 1024;

/** Hex digits of a SHA-512. */
const OLD_DIGEST = /^[0-9a-f]{128}$/;

/**
 * The sections of the tree as they would stand in a manifest, in its order. Hard links count as
 * files of their own (`nlink` is 1): in a backup root they say nothing about the source.
 *
 * @throws {FsError} when the snapshot's directory itself cannot be read
 */
export function* treeSections(options: TreeOptions): Generator<ManifestSection> {
  const { fs, dir, after, onProblem } = options;
  const own = new StatTable(1);
  fs.lstat(dir, "", own, 0);
  const selector = new Selector(NO_RULES, { stats: own, row: 0 });
  const reader = new TreeReader(options);
  try {
    for (const section of walk({ fs, root: dir, selector })) {
      const order = after === undefined ? 1 : comparePaths(section.relPath, after.relPath);
      if (order < 0) continue;
      const isKnown = order === 0 ? after?.name : undefined;
      for (const problem of section.problems) onProblem({ ...problem, step: "read" });
      const read = reader.read(section, isKnown);
      if (order > 0 || read.names.length > 0) yield order > 0 ? read : { ...read, continues: true };
    }
  } finally {
    reader.close();
  }
}

interface DirSums {
  readonly relPath: string;
  /** The checksum file, when it is no entry. */
  readonly own: string | undefined;
  readonly digests: ReadonlyMap<string, string>;
  /** All names of the directory, when it has files that look like 0.x's. */
  readonly oldNames: ReadonlySet<string> | undefined;
}

/** Whether the snapshot in `dir` is one of 0.x: it has the configuration that only 0.x wrote there. */
export function isOldTree(fs: FileSystem, dir: Dir): boolean {
  return statIfThere(fs, { dir, name: OLD_CONFIG, stats: new StatTable(1) });
}

interface ChecksumFile {
  readonly fileName: string;
  readonly sums: readonly Sum[];
}

class TreeReader {
  readonly #options: TreeOptions;
  readonly #dirs: DirCache;
  #sums: DirSums | undefined;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#isOld = options.isOld;
    this.#dirs = new DirCache(options.fs, options.dir);
  }

  close(): void {
    this.#dirs.close();
  }

  /** The section without what is not the user's, and without names up to `known`. */
  read(section: WalkedSection, known: string | undefined): ManifestSection {
    const sums = this.#sumsOf(section);
    const rows = [0];
    const records: (EntryRecord | undefined)[] = [record(section, 0)];
    const names: string[] = [];
    for (const [i, name] of section.names.entries()) {
      if (known !== undefined && compareNames(name, known) <= 0) continue;
      if (name === sums.own || this.#isOldCompanion(section, name, sums)) continue;
      names.push(name);
      rows.push(i + 1);
      records.push(this.#fileRecord(section, i + 1, { name, sums }));
    }
    const stats = section.stats.pick(rows);
    for (let row = 0; row < rows.length; row++) stats.set(row, STAT.nlink, 1);
    return { relPath: section.relPath, continues: section.continues, names, stats, records };
  }

  #fileRecord(
    section: WalkedSection,
    row: number,
    { name, sums }: { name: string; sums: DirSums },
  ): EntryRecord | undefined {
    const digest = sums.digests.get(name);
    const base = record(section, row);
    if (section.stats.type(row) !== "file") return base;
    const sha512 = sums.oldNames?.has(name + OLD_SUM_SUFFIX) === true
      ? this.#oldDigest(section.relPath, name + OLD_SUM_SUFFIX)
      : undefined;
    if (digest === undefined && sha512 === undefined) return base;
    return {
      ...base,
      ...(digest === undefined ? {} : { digest }),
      ...(sha512 === undefined ? {} : { sha512 }),
    };
  }

  #isOldCompanion({ relPath }: WalkedSection, name: string, { oldNames }: DirSums): boolean {
    if (oldNames === undefined) return false;
    if (relPath === "" && name === OLD_CONFIG && this.#options.isOld === undefined) return true;
    const beside = besideOldSum(name);
    return beside !== undefined && oldNames.has(beside) &&
      this.#oldDigest(relPath, name) !== undefined;
  }

  #oldDigest(relPath: string, name: string): string | undefined {
    const text = this.#try(relPath, () => this.#readText(this.#dirs.get(relPath), name));
    const digest = text?.trim().toLowerCase();
    return digest !== undefined && OLD_DIGEST.test(digest) ? digest : undefined;
  }

  #sumsOf(section: WalkedSection): DirSums {
    const { relPath } = section;
    if (this.#sums?.relPath === relPath) return this.#sums;
    const { fileName, sums } = this.#checksumFile(section) ?? { fileName: undefined, sums: [] };
    const names = this.#hasOldSums(section)
      ? this.#try(relPath, () => this.#options.fs.readDir(this.#dirs.get(relPath)).names)
      : undefined;
    this.#sums = {
      relPath,
      own: this.#options.ownSums ? fileName : undefined,
      digests: new Map(sums.map(({ name, digest }) => [name, digest])),
      oldNames: names === undefined ? undefined : new Set(names),
    };
    return this.#sums;
  }

  /**
   * The checksum file that phlb made: of several it is the one that lists the others, which are the
   * user's own; else the one whose name comes last.
   */
  #checksumFile({ relPath, reservedNames }: WalkedSection): ChecksumFile | undefined {
    const candidates = reservedNames.filter(isSumsName).toSorted(compareNames).toReversed();
    const files = candidates.map((fileName): ChecksumFile => {
      const bytes = this.#try(relPath, () => this.#readBytes(this.#dirs.get(relPath), fileName));
      return { fileName, sums: bytes === undefined ? [] : parseSums(bytes).sums };
    });
    return files.find(({ fileName, sums }) => {
      const listed = new Set(sums.map(({ name }) => name));
      return candidates.every((other) => listed.has(other) === (other !== fileName));
    }) ?? files[0];
  }

  /** See {@link isOldTree}. */
  #hasOldSums(section: WalkedSection): boolean {
    if (section.relPath === "" && this.#isOld === undefined) {
      const { fs, dir } = this.#options;
      this.#isOld = this.#try("", () => isOldTree(fs, dir)) ?? false;
    }
    return this.#isOld === true;
  }
  #isOld: boolean | undefined;

  #readText(dir: Dir, name: string): string | undefined {
    const bytes = this.#readBytes(dir, name);
    return bytes === undefined ? undefined : decodeName(bytes);
  }

  /** Undefined when it is no regular file, or too large. */
  #readBytes(dir: Dir, name: string): Uint8Array | undefined {
    const stats = new StatTable(1);
    this.#options.fs.lstat(dir, name, stats, 0);
    if (stats.type(0) !== "file") return undefined;
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (const chunk of fileChunks(this.#options.fs, dir, name)) {
      total += chunk.length;
      if (total > MAX_SUMS_BYTES) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  #try<T>(relPath: string, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const message = `Cannot read the checksums of "${relPath}": ${error.message}`;
      const code = "unreadable";
      this.#options.onProblem({ relPath, step: "read", code, message, stored: true });
      return undefined;
    }
  }
}

function record(section: WalkedSection, row: number): EntryRecord | undefined {
  const linkTarget = section.linkTargets.get(row);
  const xattrs = section.xattrs.get(row);
  if (linkTarget === undefined && xattrs === undefined) return undefined;
  return {
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(xattrs === undefined ? {} : { xattrs }),
  };
}
