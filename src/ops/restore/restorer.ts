/**
 * A restoring thread's work: stored files → files in the target, each checked against its digest
 * while it is copied. It writes below the target alone and follows no symlink there.
 *
 * @module
 */
import { StoredFile } from "../../backup/hash/stored_file.ts";
import { joinRel } from "../../base/path_bytes.ts";
import {
  type Attributes,
  type Dir,
  type FileSystem,
  FsError,
  type Xattrs,
} from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { removeTree } from "../../fs/remove_tree.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { Handler } from "../../threads/lane.ts";
import { nameOf, pathOf, timesOf } from "./entry_parts.ts";
import { ACTION } from "./plan_entry.ts";
import type { FinishedDir, RestoreAnswer, RestoreCall, SectionWork } from "./restore_messages.ts";
import { AnswerDraft } from "./restore_answer.ts";
import { failure, isFatal, tryUnlink } from "./restore_failure.ts";
import { isChecked, StoredFailure, StoredSource, type WantedContent } from "./stored_source.ts";
import { TargetDirs, withoutAcls } from "./target_dirs.ts";
import { temporaryName } from "./temporary_name.ts";
import { RestoredTree } from "./verify_restored.ts";

/** What a restoring thread works with. */
export interface RestorerOptions {
  readonly fs: FileSystem;
  /** The snapshot's directory, open. */
  readonly snapshot: Dir;
  readonly target: Dir;
  readonly token: string;
  readonly reflink: boolean;
  readonly deletes: boolean;
  readonly bufferBytes: number;
  readonly cancel: CancelFlag;
  /** Called with the bytes of the call in work. */
  readonly onBytes: (bytes: number) => void;
}

/** Makes the handler of a restoring lane. It throws when the target cannot be written any more. */
export function makeRestorer(options: RestorerOptions): Handler<RestoreCall, RestoreAnswer> {
  const restorer = new Restorer(options);
  return (call) => ({ answer: restorer.run(call) });
}

/** One entry of a section. */
interface Entry {
  readonly work: SectionWork;
  readonly stats: StatTable;
  readonly i: number;
  readonly into: Dir;
}

class Restorer {
  readonly #options: RestorerOptions;
  readonly #fs: FileSystem;
  readonly #stored: DirCache;
  readonly #dirs: TargetDirs;
  /** On the way to files that get one more name: elsewhere than where the work is. */
  readonly #linkDirs: DirCache;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #found = new StatTable(1);
  readonly #userId: number | undefined;
  readonly #givesOwners: boolean;
  #answer = new AnswerDraft();
  #temporary = 0;
  /** The directory in work, relative to the target. */
  #place = "";
  /** Whom files made in the directory in work belong to. */
  #maker: { readonly uid: number; readonly gid: number } | undefined;
  #inheritsAcls = false;
  #bytesBefore = 0;

  constructor(options: RestorerOptions) {
    const { fs, snapshot, target } = options;
    this.#options = options;
    this.#fs = fs;
    this.#stored = new DirCache(fs, snapshot);
    this.#dirs = new TargetDirs(fs, target);
    this.#linkDirs = new DirCache(fs, target);
    this.#buffer = new Uint8Array(options.bufferBytes);
    this.#userId = fs.userId();
    this.#givesOwners = fs.abilities.ownership && this.#userId === 0;
  }

  run(call: RestoreCall): RestoreAnswer {
    this.#answer = new AnswerDraft();
    this.#bytesBefore = 0;
    this.#options.onBytes(0);
    if (call.kind === "restore") this.#restore(call.sections);
    else if (call.kind === "finish") { for (const dir of call.dirs) this.#finish(dir); }
    else if (call.kind === "prepare") this.#prepare(call);
    else if (call.kind === "remove") this.#remove(call.relPath, call.names);
    else this.#verify(call.sections, new Set(call.refused));
    this.#options.onBytes(0);
    return this.#answer.answer;
  }

  #restore(sections: readonly SectionWork[]): void {
    let first = 0;
    for (const work of sections) {
      this.#section(work, first);
      first += work.names.length;
    }
  }

  #section(work: SectionWork, first: number): void {
    this.#place = work.relPath;
    let into: Dir;
    try {
      into = work.isNew ? this.#dirs.make(work.relPath) : this.#dirs.get(work.relPath);
      this.#inheritsAcls = !work.isNew && this.#dirs.inheritsAcls(work.relPath);
    } catch (error) {
      this.#failDir(work, { error, first });
      return;
    }
    this.#maker = undefined;
    const stats = new StatTable(work.stats);
    for (let i = 0; i < work.names.length; i++) {
      this.#options.cancel.check();
      try {
        this.#entry({ work, stats, i, into });
        this.#answer.entriesDone++;
      } catch (error) {
        this.#answer.fail(first + i, failure(error, pathOf(work, i)));
      }
    }
  }

  #failDir(work: SectionWork, { error, first }: { error: unknown; first: number }): void {
    const problem = failure(error, work.storedPath);
    const message = `${problem.message}; nothing in it is restored`;
    this.#answer.failDir({ ...problem, message }, { first, count: work.names.length });
  }

  #entry(entry: Entry): void {
    const { work, i, into } = entry;
    const name = nameOf(work, i);
    if (work.actions[i] === ACTION.metadata) {
      const xattrs = work.xattrs.get(i) ?? [];
      this.#note(this.#fs.setAttributes(into, name, this.#attributes(entry, xattrs)));
      return;
    }
    const isLarge = entry.stats.sizeBytes(i) > this.#buffer.length;
    if (work.actions[i] === ACTION.create && !isLarge) return this.#make(entry, name);
    const temporary = this.#temporaryName();
    this.#make(entry, temporary);
    try {
      if (work.actions[i] !== ACTION.replace) this.#fs.rename(into, temporary, into, name);
      else this.#replace(into, temporary, name);
    } catch (error) {
      this.#tryUnlink(into, temporary);
      throw error;
    }
  }

  #temporaryName(): string {
    return temporaryName(this.#options.token, this.#temporary++);
  }

  /** A file gives way in the same moment; a directory when it is empty or everything may go. */
  #replace(into: Dir, temporary: string, name: string): void {
    if (this.#isDir(into, name)) {
      this.#removeDir(into, name);
      this.#fs.rename(into, temporary, into, name);
      return;
    }
    this.#fs.replace(into, temporary, into, name);
    // Two names of one file: nothing was renamed, and nothing has to be.
    this.#tryUnlink(into, temporary);
  }

  #isDir(into: Dir, name: string): boolean {
    try {
      this.#fs.lstat(into, name, this.#found, 0);
      return this.#found.isDir(0);
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return false;
      throw error;
    }
  }

  #removeDir(into: Dir, name: string): void {
    if (!this.#options.deletes) return this.#fs.removeDir(into, name);
    const isCancelled = () => this.#options.cancel.raised;
    this.#answer.removed += removeTree(this.#fs, into, name, { isCancelled });
  }

  /** Makes the entry under `name`, complete with its attributes, or leaves nothing there. */
  #make(entry: Entry, name: string): void {
    const { work, stats, i, into } = entry;
    const linkTo = work.linkTo.get(i);
    if (linkTo !== undefined && this.#link(linkTo, into, name)) return;
    if (stats.type(i) === "file") return this.#makeFile(entry, name);
    const linkTarget = work.linkTargets.get(i);
    if (linkTarget !== undefined) this.#fs.symlink(linkTarget, into, name);
    else this.#fs.makeSpecial(into, name, stats, i);
    try {
      const xattrs = work.xattrs.get(i) ?? [];
      this.#note(this.#fs.setAttributes(into, name, this.#attributes(entry, xattrs)));
    } catch (error) {
      this.#tryUnlink(into, name);
      throw error;
    }
  }

  /** False when it has to be restored as an entry of its own. */
  #link(linkTo: string, into: Dir, name: string): boolean {
    const slash = linkTo.lastIndexOf("/");
    try {
      const from = this.#linkDirs.get(linkTo.slice(0, Math.max(0, slash)));
      this.#fs.link(from, linkTo.slice(slash + 1), into, name);
      this.#answer.hardLinks++;
      return true;
    } catch (error) {
      if (error instanceof FsError && !isFatal(error) && error.code !== "EEXIST") {
        this.#answer.unlinked++;
        return false;
      }
      throw error;
    }
  }

  #makeFile(entry: Entry, name: string): void {
    const { work, stats, i } = entry;
    const sizeBytes = stats.sizeBytes(i);
    const wanted = { sizeBytes, digest: work.digests[i] ?? "", sha512: work.sha512s.get(i) };
    // What is empty needs no stored file, unless that alone knows its attributes.
    if (sizeBytes === 0 && !work.readsXattrs) return this.#writeFile(entry, name, () => []);
    if (work.recorded.has(i)) {
      throw new StoredFailure("missing", "the snapshot holds its name and attributes only");
    }
    const source = new StoredSource(this.#fs, {
      dir: () => this.#stored.get(work.storedPath),
      name: nameOf(work, i),
      stats: this.#found,
    }, wanted);
    try {
      const xattrs = () => work.readsXattrs ? source.xattrs() : [];
      if (sizeBytes <= this.#buffer.length && !this.#options.reflink) {
        const content = source.readWhole(wanted, this.#buffer);
        this.#writeFile(entry, name, (file) => {
          file.writeWhole(content, source);
          return xattrs();
        });
      } else {
        this.#writeFile(entry, name, (file) => {
          this.#copy(source, wanted, file);
          return xattrs();
        });
      }
      if (!isChecked(wanted)) this.#answer.unchecked++;
    } finally {
      source.close();
    }
    this.#answer.bytesDone += sizeBytes;
    this.#bytesBefore += sizeBytes;
    this.#options.onBytes(this.#bytesBefore);
  }

  #copy(source: StoredSource, wanted: WantedContent, file: StoredFile): void {
    const { cancel, onBytes, reflink } = this.#options;
    const before = this.#bytesBefore;
    const options = {
      buffer: this.#buffer,
      cancel,
      onBytes: (bytes: number) => onBytes(before + bytes),
    };
    if (reflink && file.reflink(source.file)) {
      source.stream(wanted, { ...options, from: file });
    } else source.stream(wanted, { ...options, to: file });
  }

  #writeFile(
    entry: Entry,
    name: string,
    fill: (file: StoredFile) => Xattrs,
  ): void {
    const file = new StoredFile(this.#fs, entry.into, { name });
    this.#note(file.finish(() => {
      const read = fill(file);
      if (this.#maker === undefined) {
        this.#fs.fstat(file.file, this.#found, 0);
        this.#maker = { uid: this.#found.get(0, STAT.uid), gid: this.#found.get(0, STAT.gid) };
      }
      const recorded = entry.work.xattrs.get(entry.i) ?? [];
      return this.#attributes(entry, read.length > 0 ? read : recorded, this.#maker);
    }));
  }

  /** `maker` is whom the entry belongs to already, where that is known. */
  #attributes(
    { work, stats, i }: Pick<Entry, "work" | "stats" | "i">,
    xattrs: Xattrs,
    maker?: { readonly uid: number; readonly gid: number },
  ): Attributes {
    const owner = { uid: stats.get(i, STAT.uid), gid: stats.get(i, STAT.gid) };
    const isOwn = maker?.uid === owner.uid && maker.gid === owner.gid;
    if (!this.#givesOwners && !isOwn && owner.uid !== this.#userId) this.#answer.otherOwners++;
    const clears = this.#inheritsAcls && work.linkTargets.get(i) === undefined;
    const all = clears ? withoutAcls(xattrs, { isDir: false }) : xattrs;
    return {
      mode: stats.permissions(i),
      times: timesOf(stats, i),
      ...(isOwn ? {} : { owner }),
      ...(all.length > 0 ? { xattrs: all } : {}),
    };
  }

  #finish({ relPath, storedPath, stats: row, xattrs, existed }: FinishedDir): void {
    this.#options.cancel.check();
    const stats = new StatTable(row);
    const owner = { uid: stats.get(0, STAT.uid), gid: stats.get(0, STAT.gid) };
    if (!this.#givesOwners && owner.uid !== this.#userId) this.#answer.otherOwners++;
    try {
      const dir = this.#dirs.get(relPath);
      const hasAcls = existed && this.#fs.xattrs(dir, "").some(([name]) => name.includes("acl"));
      const all = hasAcls ? withoutAcls(xattrs, { isDir: true }) : xattrs;
      this.#note(this.#fs.setAttributes(dir, "", {
        mode: stats.permissions(0),
        owner,
        times: timesOf(stats, 0),
        ...(all.length > 0 ? { xattrs: all } : {}),
      }));
    } catch (error) {
      const { message } = failure(error, storedPath);
      this.#answer.tell({
        relPath: storedPath,
        step: "restore",
        code: "metadata",
        message,
        stored: true,
      });
    }
  }

  #prepare({ relPath, storedPath, how }: Extract<RestoreCall, { kind: "prepare" }>): void {
    const slash = relPath.lastIndexOf("/");
    const parent = this.#dirs.get(relPath.slice(0, Math.max(0, slash)));
    const name = relPath.slice(slash + 1);
    try {
      if (how === "open-up") this.#fs.setAttributes(parent, name, { mode: 0o700 });
      else {
        this.#fs.unlink(parent, name);
        this.#fs.makeDir(parent, name, 0o700);
      }
    } catch (error) {
      this.#answer.failDir(failure(error, storedPath), { first: 0, count: 0 });
    }
    this.#dirs.forget();
  }

  #remove(relPath: string, names: readonly string[]): void {
    const isCancelled = () => this.#options.cancel.raised;
    for (const name of names) {
      this.#options.cancel.check();
      try {
        const dir = this.#dirs.get(relPath);
        this.#answer.removed += removeTree(this.#fs, dir, name, { isCancelled });
      } catch (error) {
        const path = joinRel(relPath, name);
        const { code, message } = failure(error, path, "remove");
        this.#answer.tell({ relPath: path, step: "restore", code, message, stored: true });
      }
    }
  }

  #verify(sections: readonly SectionWork[], notKept: ReadonlySet<string>): void {
    const { cancel, onBytes } = this.#options;
    const tree = new RestoredTree({
      fs: this.#fs,
      dirs: this.#dirs,
      buffer: this.#buffer,
      givesOwners: this.#givesOwners,
      cancel,
      onBytes,
      notKept,
      answer: this.#answer,
    });
    for (const work of sections) tree.check(work);
  }

  /** The failure that led here is told anyhow; so is what cannot be taken away after it. */
  #tryUnlink(dir: Dir, name: string): void {
    const left = tryUnlink(this.#fs, dir, { name, relPath: joinRel(this.#place, name) });
    if (left !== undefined) this.#answer.tell(left);
  }

  #note(refused: readonly string[]): void {
    for (const name of refused) this.#answer.refused.add(name);
  }
}
