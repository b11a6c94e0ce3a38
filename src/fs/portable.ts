/**
 * The file-system port by the runtime's own calls, for Windows and for where the C library cannot
 * be called. It keeps less, and {@link PortableFileSystem.abilities} says so: times are kept to the
 * millisecond (and read wrong before 1970), extended attributes and special files are not kept,
 * holes are filled. Names that are not Unicode are reported as unusable, where the runtime shows
 * them: Deno 2.6 leaves them out of a listing. Symlinks are refused by looking first,
 * which a hostile process could outrun. Paths of more than 260 characters are for the runtime: it
 * gives Windows its `\\?\` form of them.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { joinRel } from "../base/path_bytes.ts";
import { checkName } from "./entry_name.ts";
import {
  type Attributes,
  type Dir,
  type File,
  type FileLock,
  type FileSystem,
  FsError,
  type Listing,
  type Space,
  type UnusableName,
  type Xattrs,
} from "./file_system.ts";
import { ownUserId, setByPath, syncDirectory } from "./portable_attributes.ts";
import { asFsError, refusal } from "./portable_error.ts";
import { lockByDatabase } from "./portable_lock.ts";
import { fillStat } from "./portable_stat.ts";
import { realPath } from "./real_path.ts";
import type { StatTable } from "./stat_table.ts";
import { windowsNameFault } from "./windows_names.ts";

const WINDOWS = Deno.build.os === "windows";

class PortableDir implements Dir {
  constructor(readonly path: string) {}
}

class PortableFile implements File {
  /** Whether there is something that {@link PortableFileSystem.closeFile} has to make durable. */
  written = false;
  constructor(readonly path: string, readonly handle: Deno.FsFile) {}
}

/** How a {@link PortableFileSystem} is to be; for tests of what another system needs. */
export interface PortableOptions {
  /** Whether the names that Windows cannot keep are refused; default: on Windows. */
  readonly windowsNames?: boolean;
}

/** See the module text. */
export class PortableFileSystem implements FileSystem {
  readonly kind = "portable";
  readonly abilities = {
    byteNames: false,
    nanoseconds: false,
    xattrs: false,
    holes: false,
    ownership: !WINDOWS,
    specialFiles: false,
  };
  readonly #open = new Set<PortableFile>();
  readonly #windowsNames: boolean;

  constructor({ windowsNames = WINDOWS }: PortableOptions = {}) {
    this.#windowsNames = windowsNames;
  }

  realPath(path: string): string {
    return realPath(path);
  }

  openRoot(absPath: string): Dir {
    const info = asFsError("open", { path: absPath, call: () => Deno.statSync(absPath) });
    if (!info.isDirectory) throw refusal("ENOTDIR", { op: "open", path: absPath });
    return new PortableDir(absPath);
  }

  openDir(dir: Dir, name: string): Dir {
    const path = this.#path(dir, name);
    const info = lstatOf("open", path);
    if (info.isSymlink) throw refusal("ELOOP", { op: "open", path });
    if (!info.isDirectory) throw refusal("ENOTDIR", { op: "open", path });
    return new PortableDir(path);
  }

  reopenDir(dir: Dir): Dir {
    return this.openRoot(dir.path);
  }

  closeDir(_dir: Dir): void {}

  /** What could not be opened, or would be taken for something else, is told. */
  readDir(dir: Dir): Listing {
    const names: string[] = [];
    const unusable: UnusableName[] = [];
    try {
      asFsError("readdir", {
        path: dir.path,
        call: () => {
          for (const { name } of Deno.readDirSync(dir.path)) {
            const reason = this.#nameFault(name);
            if (reason === undefined) names.push(name);
            else unusable.push({ name, reason });
          }
        },
      });
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return { names, unusable, error };
    }
    return { names, unusable, error: undefined };
  }

  lstat(dir: Dir, name: string, into: StatTable, row: number): void {
    fillStat(lstatOf("lstat", name === "" ? dir.path : this.#path(dir, name)), into, row);
  }

  readLink(dir: Dir, name: string): string {
    const path = this.#path(dir, name);
    const target = asFsError("readlink", { path, call: () => Deno.readLinkSync(path) });
    if (target.includes("\ufffd")) throw refusal("EILSEQ", { op: "readlink", path });
    return target;
  }

  xattrs(dir: Dir, name: string): Xattrs {
    lstatOf("listxattr", name === "" ? dir.path : this.#path(dir, name));
    return [];
  }

  openFile(dir: Dir, name: string, access: "read" | "write" = "read"): File {
    const path = this.#path(dir, name);
    const before = lstatOf("open", path);
    if (before.isSymlink) throw refusal("ELOOP", { op: "open", path });
    // Opening a fifo would wait for a writer.
    if (!before.isFile) throw refusal("EINVAL", { op: "open", path });
    const options = { read: true, write: access === "write" };
    const handle = asFsError("open", { path, call: () => Deno.openSync(path, options) });
    const after = handle.statSync();
    if (after.ino === before.ino && after.dev === before.dev) return this.#opened(path, handle);
    handle.close();
    throw refusal("ELOOP", { op: "open", path });
  }

  createFile(dir: Dir, name: string): File {
    const path = this.#path(dir, name);
    const options = { createNew: true, read: true, write: true, mode: 0o600 };
    return this.#opened(
      path,
      asFsError("open", { path, call: () => Deno.openSync(path, options) }),
    );
  }

  /** Makes durable what was written, too, because {@link PortableFileSystem.syncAll} cannot. */
  closeFile(file: File): void {
    const opened = handleOf(file);
    if (!this.#open.delete(opened)) return;
    try {
      if (opened.written) this.syncFile(file);
    } finally {
      opened.handle.close();
    }
  }

  fstat(file: File, into: StatTable, row: number): void {
    const { handle, path } = handleOf(file);
    fillStat(asFsError("fstat", { path, call: () => handle.statSync() }), into, row);
  }

  fileXattrs(_file: File): Xattrs {
    return [];
  }

  read(file: File, into: Uint8Array<ArrayBuffer>, offset: number): number {
    const { handle, path } = handleOf(file);
    return asFsError("read", {
      path,
      call: () => {
        handle.seekSync(offset, Deno.SeekMode.Start);
        let done = 0;
        while (done < into.length) {
          const got = handle.readSync(into.subarray(done));
          if (got === null) break;
          done += got;
        }
        return done;
      },
    });
  }

  write(file: File, from: Uint8Array<ArrayBuffer>, offset: number): void {
    const opened = handleOf(file);
    opened.written = true;
    asFsError("write", {
      path: file.path,
      call: () => {
        opened.handle.seekSync(offset, Deno.SeekMode.Start);
        for (let done = 0; done < from.length;) {
          done += opened.handle.writeSync(from.subarray(done));
        }
      },
    });
  }

  truncate(file: File, sizeBytes: number): void {
    const opened = handleOf(file);
    opened.written = true;
    asFsError("truncate", {
      path: file.path,
      call: () => opened.handle.truncateSync(sizeBytes),
    });
  }

  nextData(
    _file: File,
    offset: number,
    sizeBytes: number,
  ): { start: number; end: number } | undefined {
    return offset < sizeBytes ? { start: offset, end: sizeBytes } : undefined;
  }

  reflink(_from: File, _to: File): boolean {
    return false;
  }

  setFileAttributes(file: File, attributes: Attributes): string[] {
    return setByPath(handleOf(file).path, attributes);
  }

  setAttributes(dir: Dir, name: string, attributes: Attributes): string[] {
    return setByPath(name === "" ? dir.path : this.#path(dir, name), attributes);
  }

  syncFile(file: File): void {
    const opened = handleOf(file);
    asFsError("fsync", { path: file.path, call: () => opened.handle.syncSync() });
    opened.written = false;
  }

  /** Files were made durable when they were closed, directories when they got their attributes. */
  syncAll(dir: Dir): void {
    this.syncDir(dir);
  }

  syncDir(dir: Dir): void {
    syncDirectory(dir.path);
  }

  makeDir(dir: Dir, name: string, mode: number): void {
    const path = this.#path(dir, name);
    asFsError("mkdir", { path, call: () => Deno.mkdirSync(path, { mode }) });
  }

  link(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const from = this.#path(fromDir, fromName);
    const path = this.#path(toDir, toName);
    asFsError("link", { path, call: () => Deno.linkSync(from, path) });
  }

  symlink(target: string, dir: Dir, name: string): void {
    const path = this.#path(dir, name);
    if (!target.isWellFormed()) throw refusal("EILSEQ", { op: "symlink", path });
    asFsError("symlink", { path, call: () => Deno.symlinkSync(target, path, { type: "file" }) });
  }

  makeSpecial(dir: Dir, name: string, _from: StatTable, _row: number): void {
    throw refusal("EOPNOTSUPP", { op: "mknod", path: this.#path(dir, name) });
  }

  unlink(dir: Dir, name: string): void {
    const path = this.#path(dir, name);
    // The runtime's call removes empty directories, too.
    if (lstatOf("unlink", path).isDirectory) throw refusal("EISDIR", { op: "unlink", path });
    asFsError("unlink", { path, call: () => Deno.removeSync(path) });
  }

  removeDir(dir: Dir, name: string): void {
    const path = this.#path(dir, name);
    if (!lstatOf("rmdir", path).isDirectory) throw refusal("ENOTDIR", { op: "rmdir", path });
    asFsError("rmdir", { path, call: () => Deno.removeSync(path) });
  }

  /** Looks first, because the runtime's rename replaces. */
  rename(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const from = this.#path(fromDir, fromName);
    const path = this.#path(toDir, toName);
    if (exists(path)) throw refusal("EEXIST", { op: "rename", path });
    asFsError("rename", { path, call: () => Deno.renameSync(from, path) });
  }

  replace(fromDir: Dir, fromName: string, toDir: Dir, toName: string): void {
    const from = this.#path(fromDir, fromName);
    const path = this.#path(toDir, toName);
    asFsError("rename", { path, call: () => Deno.renameSync(from, path) });
  }

  /** The runtime does not tell. */
  protection(_dir: Dir): undefined {
    return undefined;
  }

  space(dir: Dir): Space {
    const found = asFsError("statfs", { path: dir.path, call: () => statfsSync(dir.path) });
    return {
      freeBytes: found.bavail * found.bsize,
      freeInodes: found.files === 0 ? undefined : found.ffree,
      typeId: found.type,
    };
  }

  seal(dir: Dir, name: string): void {
    throw refusal("ENOSYS", { op: "chattr", path: joinRel(dir.path, name) });
  }

  sealFile(file: File): void {
    throw refusal("ENOSYS", { op: "chattr", path: file.path });
  }

  isSealed(): boolean {
    return false;
  }

  liftBelow(): void {}

  tryLock(dir: Dir, name: string): FileLock | undefined {
    return lockByDatabase(this.#path(dir, name));
  }

  userName(_uid: number): string | undefined {
    return undefined;
  }

  groupName(_gid: number): string | undefined {
    return undefined;
  }

  userId(): number | undefined {
    return ownUserId();
  }

  /** What is open yet was not finished, so nothing of it need be durable. */
  closeAll(): void {
    for (const { handle } of this.#open) handle.close();
    this.#open.clear();
  }

  /** The runtime puts U+FFFD for what is not Unicode in a name; such an entry cannot be opened. */
  #nameFault(name: string): string | undefined {
    if (name.includes("\ufffd") || !name.isWellFormed()) return "its name is not valid Unicode";
    return this.#windowsNames ? windowsNameFault(name) : undefined;
  }

  /** @throws {FsError} EILSEQ or EINVAL for a name that cannot be had here */
  #path(dir: Dir, name: string): string {
    checkName(name);
    const path = joinRel(dir.path, name);
    if (!name.isWellFormed()) throw refusal("EILSEQ", { op: "name", path });
    const reason = this.#windowsNames ? windowsNameFault(name) : undefined;
    if (reason !== undefined) throw new FsError({ code: "EINVAL", op: "name", path, reason });
    return path;
  }

  #opened(path: string, handle: Deno.FsFile): File {
    const file = new PortableFile(path, handle);
    this.#open.add(file);
    return file;
  }
}

function handleOf(file: File): PortableFile {
  if (file instanceof PortableFile) return file;
  throw new TypeError("A handle of another file system was passed");
}

function lstatOf(op: string, path: string): Deno.FileInfo {
  return asFsError(op, { path, call: () => Deno.lstatSync(path) });
}

function exists(path: string): boolean {
  try {
    lstatOf("lstat", path);
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return false;
    throw error;
  }
}
