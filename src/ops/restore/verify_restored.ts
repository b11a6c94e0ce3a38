import { isTimeOf } from "../../base/coarse_time.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { ProblemCode } from "../../base/problem.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import { hasXattrs } from "./plan_entry.ts";
import type { AnswerDraft } from "./restore_answer.ts";
import type { FinishedDir, SectionWork } from "./restore_messages.ts";
import { asStored, isChecked, StoredFailure, StoredSource } from "./stored_source.ts";
import type { TargetDirs } from "./target_dirs.ts";

/** What {@link RestoredTree} works with. */
export interface RestoredTreeOptions {
  readonly fs: FileSystem;
  readonly dirs: TargetDirs;
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly givesOwners: boolean;
  readonly cancel: CancelFlag;
  readonly onBytes: (bytes: number) => void;
  /** Attributes that the target's file system does not keep: they are not compared. */
  readonly notKept: ReadonlySet<string>;
  /** Gets what was found. */
  readonly answer: AnswerDraft;
}

/** A restored tree that is compared with what it should be: contents by digest, and metadata. */
export class RestoredTree {
  readonly #options: RestoredTreeOptions;
  readonly #found = new StatTable(1);
  #bytes = 0;

  constructor(options: RestoredTreeOptions) {
    this.#options = options;
  }

  /** Compares the entries of a directory, and the directory itself where its line is given. */
  check(work: SectionWork): void {
    const { cancel, answer } = this.#options;
    const { dir } = work;
    if (dir !== undefined) this.#try(work.storedPath, () => this.#checkDir(dir));
    const stats = new StatTable(work.stats);
    for (const [i, name] of work.names.entries()) {
      cancel.check();
      this.#try(joinRel(work.storedPath, name), () => {
        this.#checkEntry(work, stats, i);
        answer.entriesDone++;
      });
    }
  }

  #try(relPath: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof StoredFailure)) throw error;
      const message = `Cannot confirm what was restored as "${
        printable(relPath)
      }": ${error.message}`;
      const code: ProblemCode = error.code;
      this.#options.answer.tell({ relPath, step: "restore", code, message, stored: false });
    }
  }

  #checkDir(wanted: FinishedDir): void {
    const { fs, dirs } = this.#options;
    const dir = asStored(() => dirs.get(wanted.relPath));
    asStored(() => fs.lstat(dir, "", this.#found, 0));
    this.#compare(new StatTable(wanted.stats), 0);
    this.#compareXattrs(wanted.xattrs, { dir, name: "" });
  }

  #checkEntry(work: SectionWork, stats: StatTable, i: number): void {
    const { fs, dirs } = this.#options;
    const name = work.names[i] ?? "";
    const dir = asStored(() => dirs.get(work.relPath));
    asStored(() => fs.lstat(dir, name, this.#found, 0));
    if (this.#found.type(0) !== stats.type(i)) {
      throw new StoredFailure("damaged", `it is of type "${this.#found.type(0)}"`);
    }
    this.#compare(stats, i);
    const target = work.linkTargets.get(i);
    if (target !== undefined && asStored(() => fs.readLink(dir, name)) !== target) {
      throw new StoredFailure("damaged", "it points elsewhere");
    }
    const xattrs = work.xattrs.get(i);
    if (xattrs !== undefined) this.#compareXattrs(xattrs, { dir, name });
    if (stats.type(i) === "file") this.#checkContent(work, stats, i);
  }

  #checkContent(work: SectionWork, stats: StatTable, i: number): void {
    const { fs, dirs, buffer, cancel, onBytes, answer } = this.#options;
    const sizeBytes = stats.sizeBytes(i);
    const wanted = { sizeBytes, digest: work.digests[i] ?? "", sha512: work.sha512s.get(i) };
    const place = {
      dir: () => dirs.get(work.relPath),
      name: work.names[i] ?? "",
      stats: this.#found,
    };
    const file = new StoredSource(fs, place, wanted);
    const before = this.#bytes;
    try {
      if (sizeBytes <= buffer.length) file.readWhole(wanted, buffer);
      else file.stream(wanted, { buffer, cancel, onBytes: (bytes) => onBytes(before + bytes) });
    } finally {
      file.close();
    }
    if (!isChecked(wanted)) answer.unchecked++;
    this.#bytes += sizeBytes;
    answer.bytesDone += sizeBytes;
    onBytes(this.#bytes);
  }

  #compare(wanted: StatTable, row: number): void {
    const found = this.#found;
    const differs = (field: number) => found.get(0, field) !== wanted.get(row, field);
    const { givesOwners, notKept } = this.#options;
    const isLink = wanted.type(row) === "link";
    const isTimely = !differs(STAT.mtimeSec) &&
      isTimeOf(found.get(0, STAT.mtimeNsec), wanted.get(row, STAT.mtimeNsec));
    const what = [
      ...(!isLink && !notKept.has("mode") && found.permissions(0) !== wanted.permissions(row)
        ? ["mode"]
        : []),
      ...(givesOwners && !notKept.has("owner") && (differs(STAT.uid) || differs(STAT.gid))
        ? ["owner"]
        : []),
      ...(isTimely ? [] : ["modification time"]),
    ];
    if (what.length === 0) return;
    throw new StoredFailure("metadata", `it has another ${what.join(", another ")}`);
  }

  #compareXattrs(
    wanted: FinishedDir["xattrs"],
    { dir, name }: { dir: Dir; name: string },
  ): void {
    if (wanted.length === 0) return;
    const found = asStored(() => this.#options.fs.xattrs(dir, name));
    const kept = wanted.filter(([xattr]) => !this.#options.notKept.has(xattr));
    if (!hasXattrs(found, kept)) {
      throw new StoredFailure("metadata", "it has other extended attributes");
    }
  }
}
