import type { Dir, File, FileSystem } from "../../src/fs/file_system.ts";

/**
 * Closes what is left open in `inner`, when it is disposed of. A role counts on the end of its
 * thread for that, and in a test there is none.
 */
export interface HandleKeeper extends Disposable {
  readonly fs: FileSystem;
}

/** See {@link HandleKeeper}. */
export function keepHandles(inner: FileSystem): HandleKeeper {
  const dirs = new Set<Dir>();
  const files = new Set<File>();
  const noted = <Handle>(open: Set<Handle>, handle: Handle): Handle => {
    open.add(handle);
    return handle;
  };
  const kept: Partial<FileSystem> = {
    openRoot: (path) => noted(dirs, inner.openRoot(path)),
    openDir: (dir, name) => noted(dirs, inner.openDir(dir, name)),
    openFile: (dir, name) => noted(files, inner.openFile(dir, name)),
    createFile: (dir, name) => noted(files, inner.createFile(dir, name)),
    closeDir: (dir) => {
      dirs.delete(dir);
      inner.closeDir(dir);
    },
    closeFile: (file) => {
      files.delete(file);
      inner.closeFile(file);
    },
  };
  const fs = new Proxy(inner, {
    get(target, op) {
      const value: unknown = Reflect.get(kept, op) ?? Reflect.get(target, op);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    fs,
    [Symbol.dispose]: () => {
      for (const file of files) inner.closeFile(file);
      for (const dir of dirs) inner.closeDir(dir);
    },
  };
}
