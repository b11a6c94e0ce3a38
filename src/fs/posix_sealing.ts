/**
 * Immutable files (chattr +i) on Linux: making files so, and getting past those that are so below a
 * directory where that is allowed.
 *
 * @module
 */
import { joinRel } from "../base/path_bytes.ts";
import { type Dir, type File, type FileSystem, FsError, type OnLift } from "./file_system.ts";
import type { Libc } from "./libc.ts";
import { fdOf, PosixFileSystem } from "./posix.ts";
import { cName, failure, uninterrupted } from "./posix_call.ts";
import { StatCall } from "./posix_stat.ts";
import { STAT, StatTable } from "./stat_table.ts";

/** Source: Linux `linux/fs.h`; the kernel reads and writes 32 bits, whatever the numbers say. */
const FS_IOC_GETFLAGS = 0x80086601n;
const FS_IOC_SETFLAGS = 0x40086602n;
const FS_IMMUTABLE_FL = 0x10;

/** Other threads may make the same file immutable again while we open it to change. */
const TRIES = 100;

interface Place {
  readonly dir: Dir;
  readonly name: string;
}

interface LiftedFile {
  readonly file: File;
  readonly flags: number;
}

/** The file-system port by the C library, immutable files included. */
export class SealingFileSystem extends PosixFileSystem implements FileSystem {
  readonly #libc: Libc;
  readonly #stat: StatCall;
  readonly #flags = new Int32Array(2);
  readonly #flagBytes = new Uint8Array(this.#flags.buffer);
  #below: string | undefined;
  #onLift: OnLift | undefined;

  constructor(libc: Libc) {
    super(libc);
    this.#libc = libc;
    this.#stat = new StatCall(libc);
  }

  seal(dir: Dir, name: string): void {
    if (this.isSealed(dir, name)) return;
    const file = this.openFile(dir, name);
    try {
      this.sealFile(file);
    } finally {
      this.closeFile(file);
    }
  }

  sealFile(file: File): void {
    const flags = this.#flagsOf(file);
    if (flags !== undefined && (flags & FS_IMMUTABLE_FL) !== 0) return;
    if (flags !== undefined && this.#setFlags(file, flags | FS_IMMUTABLE_FL)) return;
    throw failure(this.#libc, { op: "chattr", path: file.path });
  }

  isSealed(dir: Dir, name: string): boolean {
    if (this.#stat.byName(fdOf(dir), cName(name))) return this.#stat.isImmutable;
    throw failure(this.#libc, { op: "lstat", path: joinRel(dir.path, name) });
  }

  liftBelow(dir: Dir | undefined, onLift?: OnLift): void {
    this.#below = dir?.path;
    this.#onLift = onLift;
  }

  override link(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    try {
      super.link(fromDir, fromName, toDir, toName);
    } catch (error) {
      const step = () => super.link(fromDir, fromName, toDir, toName);
      this.#doLifted(error, [{ dir: fromDir, name: fromName }], step);
    }
  }

  override unlink(dir: Dir, name: string): void {
    try {
      super.unlink(dir, name);
    } catch (error) {
      this.#doLifted(error, [{ dir, name }], () => super.unlink(dir, name));
    }
  }

  override rename(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    try {
      super.rename(fromDir, fromName, toDir, toName);
    } catch (error) {
      const step = () => super.rename(fromDir, fromName, toDir, toName);
      this.#doLifted(error, [{ dir: fromDir, name: fromName }], step);
    }
  }

  override replace(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    try {
      super.replace(fromDir, fromName, toDir, toName);
    } catch (error) {
      const places = [{ dir: fromDir, name: fromName }, { dir: toDir, name: toName }];
      this.#doLifted(error, places, () => super.replace(fromDir, fromName, toDir, toName));
    }
  }

  /** Does again what was refused, with the immutable files among `places` open to change. */
  #doLifted(refused: unknown, places: readonly Place[], step: () => void): void {
    let cause = refused;
    let wasNone = false;
    for (let left = TRIES; left > 0; left--) {
      if (!isRefusal(cause) || !places.every(({ dir }) => this.#isBelow(dir))) break;
      const lifted = places.flatMap((place) => this.#lift(place));
      // None is: another thread has just opened it to change, or it is about something else.
      if (lifted.length === 0 && wasNone) break;
      wasNone = lifted.length === 0;
      try {
        return step();
      } catch (error) {
        cause = error;
      } finally {
        this.#sealAgain(lifted);
      }
    }
    throw cause;
  }

  #isBelow({ path }: Dir): boolean {
    const below = this.#below;
    return below !== undefined && (path === below || path.startsWith(`${below}/`));
  }

  /** Opens an immutable regular file to change; nothing where there is none or that is refused. */
  #lift({ dir, name }: Place): LiftedFile[] {
    const found = this.#openSealed(dir, name);
    if (found === undefined) return [];
    const { file, stats } = found;
    let isLifted = false;
    try {
      const flags = this.#flagsOf(file);
      if (flags === undefined || (flags & FS_IMMUTABLE_FL) === 0) return [];
      this.#onLift?.({ dir, name, stats });
      isLifted = this.#setFlags(file, flags & ~FS_IMMUTABLE_FL);
      return isLifted ? [{ file, flags }] : [];
    } finally {
      if (!isLifted) this.closeFile(file);
    }
  }

  #openSealed(dir: Dir, name: string): { file: File; stats: StatTable } | undefined {
    try {
      if (!this.isSealed(dir, name)) return undefined;
      const stats = new StatTable(1);
      this.lstat(dir, name, stats, 0);
      return stats.type(0) === "file" ? { file: this.openFile(dir, name), stats } : undefined;
    } catch (error) {
      if (error instanceof FsError) return undefined; // gone meanwhile, or not for this user
      throw error;
    }
  }

  /** Those that still have a name are made immutable again. */
  #sealAgain(lifted: readonly LiftedFile[]): void {
    const stats = new StatTable(1);
    for (const { file, flags } of lifted) {
      this.fstat(file, stats, 0);
      if (stats.get(0, STAT.nlink) > 0) this.#setFlags(file, flags);
      this.closeFile(file);
    }
  }

  /** Undefined where a file system has none. */
  #flagsOf(file: File): number | undefined {
    return this.#ioctl(file, FS_IOC_GETFLAGS) ? this.#flags[0] : undefined;
  }

  #setFlags(file: File, flags: number): boolean {
    this.#flags[0] = flags;
    return this.#ioctl(file, FS_IOC_SETFLAGS);
  }

  #ioctl(file: File, request: bigint): boolean {
    const { ioctl_at } = this.#libc;
    const call = () => ioctl_at(fdOf(file), request, this.#flagBytes);
    return uninterrupted(this.#libc, call) === 0;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof FsError && error.code === "EPERM";
}
