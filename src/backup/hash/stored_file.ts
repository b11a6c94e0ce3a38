import type { Attributes, Dir, File, FileSystem, Xattrs } from "../../fs/file_system.ts";
import { type Protection, storedMode, trySeal } from "../../store/protection.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { badNameReason, tooLargeReason } from "../link/unholdable.ts";
import { SourceFailure } from "./source_file.ts";

/** How a {@link StoredFile} is made. */
export interface StoredFileOptions {
  readonly name: string;
  /** The mode of its entry, when it may have that from the start. */
  readonly mode?: number;
  /** Default: none. */
  readonly protection?: Protection | undefined;
}

/** Zero runs shorter than this are written out. Source: block size of the common file systems. */
const BLOCK_BYTES = 4096;

/**
 * A file that this run creates in the snapshot: exclusively, with its content, then its attributes.
 * Until {@link finish} returns it is removed again when anything goes wrong. Failures of the backup
 * root are thrown as they come.
 */
export class StoredFile {
  readonly #fs: FileSystem;
  readonly #dir: Dir;
  readonly #name: string;
  readonly #protection: Protection;
  readonly #file: File;

  constructor(fs: FileSystem, dir: Dir, { name, mode, protection = "none" }: StoredFileOptions) {
    this.#fs = fs;
    this.#dir = dir;
    this.#name = name;
    this.#protection = protection;
    const first = mode === undefined ? undefined : storedMode(mode, protection) & 0o777;
    this.#file = fs.createFile(dir, name, first);
  }

  get file(): File {
    return this.#file;
  }

  /** Writes all of `content`; with `sparse`, blocks of zeros become holes. */
  writeWhole(content: Uint8Array<ArrayBuffer>, { sparse }: { sparse: boolean }): void {
    if (!sparse) {
      if (content.length > 0) this.#fs.write(this.#file, content, 0);
      return;
    }
    for (let at = 0; at < content.length; at += BLOCK_BYTES) {
      const block = content.subarray(at, at + BLOCK_BYTES);
      if (block.some((byte) => byte !== 0)) this.#fs.write(this.#file, block, at);
    }
    this.#fs.truncate(this.#file, content.length);
  }

  write(bytes: Uint8Array<ArrayBuffer>, offset: number): void {
    this.#fs.write(this.#file, bytes, offset);
  }

  truncate(sizeBytes: number): void {
    this.#fs.truncate(this.#file, sizeBytes);
  }

  /** Reads back what was stored, for a content that came by reflink. */
  read(into: Uint8Array<ArrayBuffer>, offset: number): number {
    return this.#fs.read(this.#file, into, offset);
  }

  /** Shares the blocks of `from` instead of copying them; false where that cannot be. */
  reflink(from: File): boolean {
    return this.#fs.reflink(from, this.#file);
  }

  /**
   * Runs `fill`, gives the attributes that it returns, and closes; removes the file on any failure.
   * Returns the names of attributes that the file system does not keep.
   */
  finish(fill: () => Attributes): readonly string[] {
    try {
      return this.#fillAndClose(fill);
    } catch (error) {
      this.#tryRemove();
      throw error;
    }
  }

  #fillAndClose(fill: () => Attributes): readonly string[] {
    try {
      const protection = this.#protection;
      const refused = giveStored(this.#fs, this.#file, { attributes: fill(), protection });
      if (protection !== "immutable") return refused;
      return [...refused, ...trySeal(() => this.#fs.sealFile(this.#file))];
    } finally {
      this.#fs.closeFile(this.#file); // a server may tell only here that there is no room
    }
  }

  /** Takes the finished file away again. */
  remove(): void {
    this.#fs.unlink(this.#dir, this.#name);
  }

  #tryRemove(): void {
    try {
      this.remove();
    } catch {
      // The failure that led here is the one to tell.
    }
  }
}

/**
 * Gives a new file the attributes of its entry, without write bits where it is protected. Returns
 * what the file system does not keep.
 */
export function giveStored(
  fs: FileSystem,
  file: File,
  { attributes, protection }: { attributes: Attributes; protection: Protection },
): readonly string[] {
  const { mode, xattrs = [] } = attributes;
  if (protection === "none" || mode === undefined) return fs.setFileAttributes(file, attributes);
  const given = { ...attributes, mode: storedMode(mode, protection) };
  const refused = fs.setFileAttributes(file, given);
  // An access control list has write bits of its own; without them in the mode, none counts.
  const hasAcl = xattrs.some(([name]) => name === "system.posix_acl_access");
  return hasAcl ? [...refused, ...fs.setFileAttributes(file, { mode: given.mode })] : refused;
}

/**
 * Runs a step that makes a file in the root.
 *
 * @throws {SourceFailure} when the root cannot hold a file of that name or size
 */
export function asHoldable<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    const badName = badNameReason(error);
    if (badName !== undefined) throw new SourceFailure("bad-name", badName);
    const tooLarge = tooLargeReason(error);
    if (tooLarge !== undefined) throw new SourceFailure("unsupported", tooLarge);
    throw error;
  }
}

/** Why the root cannot hold what the step makes; undefined when it was made. */
export function refusalOf(step: () => void): SourceFailure | undefined {
  try {
    asHoldable(step);
    return undefined;
  } catch (error) {
    if (error instanceof SourceFailure) return error;
    throw error;
  }
}

/** The attributes that a copy of the entry in row `row` gets. */
export function attributesOf(stats: StatTable, row: number, xattrs: Xattrs): Attributes {
  return {
    mode: stats.permissions(row),
    owner: { uid: stats.get(row, STAT.uid), gid: stats.get(row, STAT.gid) },
    times: {
      atimeSec: stats.get(row, STAT.atimeSec),
      atimeNsec: stats.get(row, STAT.atimeNsec),
      mtimeSec: stats.get(row, STAT.mtimeSec),
      mtimeNsec: stats.get(row, STAT.mtimeNsec),
    },
    ...(xattrs.length > 0 ? { xattrs } : {}),
  };
}
