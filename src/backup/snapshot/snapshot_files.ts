/**
 * The files of one snapshot under way: made under names that nobody takes for a finished snapshot,
 * made durable, and published by renames of which the directory's is the last.
 *
 * @module
 */
import { encodeName } from "../../base/path_bytes.ts";
import { type Dir, type File, type FileSystem, FsError } from "../../fs/file_system.ts";
import { type Companion, companionName, partialName, unpublishedName } from "../../store/layout.ts";
import { chooseTime, type ChooseTimeOptions } from "./snapshot_time.ts";

/** Companions that appear with the snapshot; the log and the configuration are there from the start. */
const PUBLISHED_TOGETHER: readonly Companion[] = [
  "manifest",
  "signature",
  "summaryText",
  "summaryJson",
];

/** See the module text. */
export class SnapshotFiles {
  readonly #fs: FileSystem;
  /** `<root>/<name>`, open. */
  readonly dir: Dir;
  /** The time in the snapshot's name. */
  readonly time: string;
  /** Not every snapshot has a signature. */
  readonly #made = new Set<Companion>();

  /**
   * Makes `.<time>.partial`, of a time that sorts after all that is there.
   *
   * @throws {AppError} CLOCK_BEHIND, see `chooseTime`
   */
  constructor(
    fs: FileSystem,
    { dir, ...choose }: { readonly dir: Dir } & Omit<ChooseTimeOptions, "path">,
  ) {
    this.#fs = fs;
    this.dir = dir;
    const { names, error } = fs.readDir(dir);
    if (error !== undefined) throw error;
    this.time = chooseTime(names, { ...choose, path: dir.path });
    fs.makeDir(dir, this.partial, 0o700);
  }

  /** Name of the directory until it is published. */
  get partial(): string {
    return partialName(this.time);
  }

  /** Name of a companion in its final place. */
  companion(companion: Companion): string {
    return companionName(this.time, companion);
  }

  /** Creates a companion under its temporary name, or its final one if it may be seen early. */
  create(companion: Companion): File {
    this.#made.add(companion);
    return this.#fs.createFile(this.dir, this.#nameNow(companion));
  }

  /** Creates a companion with a text. */
  write(companion: Companion, text: string): void {
    const file = this.create(companion);
    try {
      this.#fs.write(file, encodeName(text), 0);
    } finally {
      this.#fs.closeFile(file);
    }
  }

  /** Makes everything durable that was written so far. */
  sync(): void {
    this.#fs.syncAll(this.dir);
  }

  /**
   * Makes everything durable, then gives all the final names: the companions first, the directory
   * last, so that a snapshot that can be seen has all that belongs to it.
   */
  publish(): void {
    this.sync();
    for (const companion of PUBLISHED_TOGETHER) {
      if (!this.#made.has(companion)) continue;
      this.#fs.rename(this.dir, this.#nameNow(companion), this.dir, this.companion(companion));
    }
    this.#fs.syncDir(this.dir);
    this.#fs.rename(this.dir, this.partial, this.dir, this.time);
    try {
      this.#fs.syncDir(this.dir);
    } catch (error) {
      // A crash may still take the name away, so the run has failed and must not look complete.
      this.#tryTo(() => this.#fs.rename(this.dir, this.time, this.dir, this.partial));
      throw error;
    }
  }

  /** Gives what tells of an unfinished run its final name, and takes the rest away. */
  abandon(): void {
    // Succeeds only when nothing was stored: then there is nothing to keep for the next run.
    this.#tryTo(() => this.#fs.removeDir(this.dir, this.partial));
    for (const companion of ["manifest", "signature"] as const) {
      this.#tryTo(() => {
        const { dir } = this;
        this.#fs.unlink(dir, this.#nameNow(companion));
      });
    }
    for (const companion of ["summaryText", "summaryJson"] as const) {
      this.#tryTo(() => {
        this.#fs.rename(this.dir, this.#nameNow(companion), this.dir, this.companion(companion));
      });
    }
  }

  #nameNow(companion: Companion): string {
    const final = this.companion(companion);
    return PUBLISHED_TOGETHER.includes(companion) ? unpublishedName(final) : final;
  }

  #tryTo(step: () => void): void {
    try {
      step();
    } catch (error) {
      // The disk may be full or gone; the failure that ended the run is the one to tell.
      if (!(error instanceof FsError)) throw error;
    }
  }
}
