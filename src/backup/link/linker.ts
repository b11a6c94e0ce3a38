/**
 * Step 4 of 5, in its own thread: makes the snapshot's tree inside the backup root. Directories,
 * hard links to what is stored already, symlinks and special files, then SHA256SUMS and the
 * directories' attributes. It sees nothing of the source, and it never changes an inode that it
 * did not create in this run, but for protecting it (`snapshot.protect`).
 *
 * @module
 */
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { NOT_LIFTED, type Protection, trySeal, WRITE_BITS } from "../../store/protection.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { Handler } from "../../threads/lane.ts";
import {
  ACTION,
  type FinishedDir,
  type InodeMetadata,
  type KnownLinks,
  type LinkAnswer,
  type LinkCall,
  type LinkFailure,
  type LinkSection,
  type LinkToStored,
  type SumsFile,
} from "./link_messages.ts";
import { badNameReason } from "./unholdable.ts";
import {
  describeDifference,
  type Expected,
  type Failed,
  failureOf,
  isLinked,
  isMtime,
  isShut,
  type LinkNames,
  metadataOf,
  mtimeOf,
} from "./link_check.ts";
import { Once } from "./once.ts";
import { attributesOf } from "../hash/stored_file.ts";
import { writeSums } from "./write_sums.ts";

/** Directories are open to their owner alone until they are complete. */
const UNFINISHED_DIR_MODE = 0o700;

/** What the linker works with. */
export interface LinkerOptions {
  readonly fs: FileSystem;
  /** The backup root, open. */
  readonly root: Dir;
  /** The `.partial` directory, open. */
  readonly snapshot: Dir;
  /** The previous snapshot, open; undefined when there is none. */
  readonly previous: Dir | undefined;
  /** Names that a stored file may have; 0, the default: as many as the file system allows. */
  readonly maxLinks?: number;
  /** What is linked gets it, too. Default: none. */
  readonly protection?: Protection;
  readonly cancel: CancelFlag;
}

/** Makes the handler of the linker lane. It throws when the backup root cannot be written. */
export function makeLinker(options: LinkerOptions): Handler<LinkCall, LinkAnswer> {
  const linker = new Linker(options);
  return (call) => {
    if (call.kind === "dirs") return { answer: linker.makeDirs(call.relPaths) };
    if (call.kind === "sections") return { answer: linker.makeSections(call.sections) };
    if (call.kind === "stored") return { answer: linker.linkStored(call.links) };
    return { answer: linker.finish(call) };
  };
}

class Linker {
  readonly #fs: FileSystem;
  readonly #cancel: CancelFlag;
  readonly #snapshotDirs: DirCache;
  readonly #previousDirs: DirCache | undefined;
  readonly #rootDirs: DirCache;
  readonly #found = new StatTable(1);
  /** Only root gives files away: a copy that anybody else makes would have the wrong owner, too. */
  readonly #givesOwners: boolean;
  readonly #maxLinks: number;
  readonly #protection: Protection;
  readonly #refused = new Set<string>();
  /** Directories that the root cannot hold, and those in them. */
  readonly #lostDirs = new Set<string>();
  #failures: LinkFailure[] = [];

  constructor(options: LinkerOptions) {
    const { fs, previous } = options;
    this.#fs = fs;
    this.#cancel = options.cancel;
    this.#maxLinks = options.maxLinks || Infinity;
    this.#protection = options.protection ?? "none";
    this.#givesOwners = fs.abilities.ownership && fs.userId() === 0;
    this.#snapshotDirs = new DirCache(fs, options.snapshot);
    this.#previousDirs = previous === undefined ? undefined : new DirCache(fs, previous);
    this.#rootDirs = new DirCache(fs, options.root);
  }

  makeDirs(relPaths: readonly string[]): LinkAnswer {
    for (const [index, relPath] of relPaths.entries()) {
      this.#cancel.check();
      const failed = this.#makeDir(relPath);
      if (failed !== undefined) this.#failures.push({ section: 0, index, ...failed });
    }
    return this.#answer();
  }

  makeSections(sections: readonly (LinkSection | KnownLinks)[]): LinkAnswer {
    for (const [index, section] of sections.entries()) {
      if (isKnown(section)) this.#linkKnown(section, index);
      else this.#makeSection(section, index);
    }
    return this.#answer();
  }

  linkStored(links: readonly LinkToStored[]): LinkAnswer {
    for (const [index, link] of links.entries()) {
      this.#cancel.check();
      const failed = this.#linkOneStored(link);
      if (failed !== undefined) this.#failures.push({ section: 0, index, ...failed });
    }
    return this.#answer();
  }

  finish(call: { sums: readonly SumsFile[]; dirs: readonly FinishedDir[] }): LinkAnswer {
    for (const sums of call.sums) {
      this.#cancel.check();
      if (this.#linkSums(sums)) continue;
      const protection = this.#protection;
      writeSums(this.#fs, this.#snapshotDirs.get(sums.relPath), { sums, protection });
    }
    for (const dir of call.dirs) {
      const attributes = attributesOf(new StatTable(dir.stats), 0, dir.xattrs);
      this.#note(this.#fs.setAttributes(this.#snapshotDirs.get(dir.relPath), "", attributes));
    }
    return this.#answer();
  }

  #answer(): LinkAnswer {
    const failures = this.#failures;
    this.#failures = [];
    const refused = [...this.#refused];
    this.#refused.clear();
    return { failures, refused };
  }

  #note(refused: readonly string[]): void {
    for (const name of refused) this.#refused.add(name);
  }

  #makeSection(section: LinkSection, index: number): void {
    this.#cancel.check();
    if (section.names === "") return;
    const into = this.#snapshotDirs.get(section.relPath);
    const stats = new StatTable(section.stats);
    const from = new Once(() => this.#openPrevious(section.relPath));
    for (const [i, name] of section.names.split("/").entries()) {
      const action = section.actions[i];
      if (action === ACTION.leave) continue;
      const entry = { section, stats, into, row: i + 1, name };
      const failed = action === ACTION.create
        ? this.#create(entry)
        : this.#linkPrevious({ ...entry, from });
      if (failed === undefined) continue;
      this.#failures.push({ section: index, index: i, ...failed });
      // A symlink needs no content, so it is made here and now; the failure is only told.
      const isWorthIt = action !== ACTION.create && failed.kind !== "unsupported";
      if (isWorthIt && section.linkTargets.has(entry.row)) this.#create(entry);
    }
  }

  #linkKnown(known: KnownLinks, section: number): void {
    this.#cancel.check();
    if (known.names === "") return;
    const from = this.#openPrevious(known.relPath);
    const names = known.names.split("/");
    if ("kind" in from) {
      for (let index = 0; index <= names.length; index++) {
        this.#failures.push({ section, index, ...from });
      }
      return;
    }
    const dirs = { from, into: this.#snapshotDirs.get(known.relPath) };
    const before = this.#failures.length;
    const stats = new StatTable(known.stats);
    for (const [index, name] of names.entries()) {
      const entry = { section: known, stats, row: index + 1 };
      const failed = this.#linkAsBefore(entry, { ...dirs, fromName: name, name });
      if (failed !== undefined) this.#failures.push({ section, index, ...failed });
    }
    const { sums } = known;
    const index = names.length;
    if (this.#failures.length > before) {
      this.#failures.push({
        section,
        index,
        kind: "damaged",
        reason: "not all entries were linked",
      });
    } else if (sums !== undefined) {
      const failed = this.#link({ ...dirs, fromName: sums.fileName, name: sums.fileName }, {
        typeMode: 0o100000,
        sizeBytes: sums.sizeBytes,
        mtime: sums.mtime,
      });
      if (failed !== undefined) this.#failures.push({ section, index, ...failed });
    }
  }

  #makeDir(relPath: string): Failed | undefined {
    if (relPath === "") return undefined; // the .partial directory itself
    const slash = relPath.lastIndexOf("/");
    const above = slash < 0 ? "" : relPath.slice(0, slash);
    if (this.#lostDirs.has(above)) {
      this.#lostDirs.add(relPath);
      return { kind: "unsupported", reason: "the directory above it could not be made" };
    }
    const parent = this.#snapshotDirs.get(above);
    try {
      this.#fs.makeDir(parent, relPath.slice(slash + 1), UNFINISHED_DIR_MODE);
      return undefined;
    } catch (error) {
      const reason = badNameReason(error);
      if (reason === undefined) throw error;
      this.#lostDirs.add(relPath);
      return { kind: "unsupported", reason };
    }
  }

  #openPrevious(relPath: string): Dir | Failed {
    try {
      if (this.#previousDirs !== undefined) return this.#previousDirs.get(relPath);
      return { kind: "damaged", reason: "there is no previous snapshot" };
    } catch (error) {
      return failureOf(error);
    }
  }

  #linkPrevious(entry: SectionEntry & { from: Once<Dir | Failed> }): Failed | undefined {
    const from = entry.from.value;
    if ("kind" in from) return from;
    const { into, name } = entry;
    return this.#linkAsBefore(entry, { from, fromName: name, into, name });
  }

  #linkAsBefore({ section, stats, row }: PreviousEntry, names: LinkNames): Failed | undefined {
    const failed = this.#link(names, {
      typeMode: stats.get(row, STAT.mode),
      sizeBytes: stats.sizeBytes(row),
      mtime: section.storedMtimes.get(row) ?? mtimeOf(stats, row),
    });
    if (failed !== undefined || !section.sameMetadataOnly) return failed;
    return this.#keepIfSame(names, metadataOf(stats, row));
  }

  #linkOneStored(link: LinkToStored): Failed | undefined {
    const into = this.#snapshotDirs.get(link.toDir);
    let from: Dir;
    try {
      from = this.#rootDirs.get(link.fromDir);
    } catch (error) {
      return failureOf(error);
    }
    const names = { from, fromName: link.fromName, into, name: link.toName };
    const failed = this.#link(names, {
      typeMode: 0o100000,
      sizeBytes: link.sizeBytes,
      mtime: link.mtime,
    });
    if (failed !== undefined || link.metadata === undefined) return failed;
    return this.#keepIfSame(names, link.metadata);
  }

  /** Takes the link that was made last away again if its inode does not say what it should. */
  #keepIfSame({ into, name }: LinkNames, wanted: InodeMetadata): Failed | undefined {
    const found = this.#found;
    const sameOwner = found.get(0, STAT.uid) === wanted.uid &&
      found.get(0, STAT.gid) === wanted.gid;
    const same = found.permissions(0) === wanted.mode && isMtime(found, wanted.mtime) &&
      (sameOwner || !this.#givesOwners);
    if (same) return undefined;
    this.#fs.unlink(into, name);
    return { kind: "metadata", reason: "its mode, owner or modification time differs" };
  }

  /**
   * Links first and looks at the new name afterwards: what was checked is what was linked, whatever
   * happens to the old name meanwhile. A link to something else is taken away again.
   */
  #link(names: LinkNames, expected: Expected): Failed | undefined {
    const { from, fromName, into, name } = names;
    try {
      this.#fs.link(from, fromName, into, name);
    } catch (error) {
      const failed = failureOf(error);
      if (failed.kind === "unsupported" || !isLinked(this.#fs, names)) {
        if (isShut(this.#fs, failed, { dir: from, name: fromName })) this.#refused.add(NOT_LIFTED);
        return failed;
      }
    }
    const found = this.#found;
    this.#fs.lstat(into, name, found, 0);
    const difference = describeDifference(found, expected);
    const isOneTooMany = found.get(0, STAT.nlink) > this.#maxLinks;
    if (difference === undefined && !isOneTooMany) {
      if (this.#protection !== "none") this.#protect(into, name);
      return undefined;
    }
    this.#fs.unlink(into, name);
    if (difference === undefined) {
      return { kind: "refused", reason: "it has dedup.max_links names" };
    }
    return { kind: "damaged", reason: difference };
  }

  /** A file that was stored without protection gets it; what its entries had is in manifests. */
  #protect(into: Dir, name: string): void {
    if (this.#found.type(0) !== "file") return;
    const mode = this.#found.permissions(0);
    if ((mode & WRITE_BITS) !== 0 && !this.#fs.isSealed(into, name)) {
      this.#note(this.#fs.setAttributes(into, name, { mode: mode & ~WRITE_BITS }));
    }
    if (this.#protection === "immutable") this.#note(trySeal(() => this.#fs.seal(into, name)));
  }

  #create(entry: SectionEntry): Failed | undefined {
    const { section, stats, into, row, name } = entry;
    const target = section.linkTargets.get(row);
    try {
      if (target !== undefined) this.#fs.symlink(target, into, name);
      else this.#fs.makeSpecial(into, name, stats, row);
    } catch (error) {
      const badName = badNameReason(error);
      const isUnsupported = target === undefined && error instanceof FsError &&
        UNSUPPORTED.has(error.code);
      if (badName === undefined && !isUnsupported) throw error;
      const reason = error instanceof Error ? error.message : "";
      return { kind: "unsupported", reason: isUnsupported ? reason : badName ?? reason };
    }
    const attributes = attributesOf(stats, row, section.xattrs.get(row) ?? []);
    this.#note(this.#fs.setAttributes(into, name, attributes));
    return undefined;
  }

  #linkSums(sums: SumsFile): boolean {
    if (!sums.linkPrevious) return false;
    const from = this.#openPrevious(sums.relPath);
    if ("kind" in from) return false;
    const into = this.#snapshotDirs.get(sums.relPath);
    const failed = this.#link({ from, fromName: sums.fileName, into, name: sums.fileName }, {
      typeMode: 0o100000,
      sizeBytes: sums.content.length,
      mtime: sums.mtime,
    });
    return failed === undefined;
  }
}

/** mknod and bind answer so where a kind of file cannot be: no right to, or no support. */
const UNSUPPORTED = new Set(["EPERM", "EACCES", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** An entry that is linked to the previous snapshot's of the same path. */
interface PreviousEntry {
  readonly section: Pick<LinkSection, "storedMtimes" | "sameMetadataOnly">;
  readonly stats: StatTable;
  readonly row: number;
}

function isKnown(section: LinkSection | KnownLinks): section is KnownLinks {
  return !("actions" in section);
}

interface SectionEntry {
  readonly section: LinkSection;
  readonly stats: StatTable;
  readonly into: Dir;
  readonly row: number;
  readonly name: string;
}
