import assert from "node:assert/strict";
import { type Dir, type FileSystem, FsError } from "../../src/fs/file_system.ts";
import { StatTable } from "../../src/fs/stat_table.ts";
import { makeTempDir } from "../support/temp_dir.ts";

/** An empty directory, open in the file system under test. */
export interface Site extends AsyncDisposable {
  readonly fs: FileSystem;
  readonly path: string;
  readonly root: Dir;
}

/** Opens the implementation under test. */
export type OpenFs = () => FileSystem;

/** Makes a directory for one test and opens it. */
export async function openSite(open: OpenFs): Promise<Site> {
  const fs = open();
  const dir = await makeTempDir();
  const root = fs.openRoot(dir.path);
  return {
    fs,
    path: dir.path,
    root,
    [Symbol.asyncDispose]: async () => {
      fs.closeDir(root);
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** UTF-8 of `text`. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Creates a file with that content. */
export function putFile(
  fs: FileSystem,
  dir: Dir,
  { name, text }: { name: string; text: string },
): void {
  const file = fs.createFile(dir, name);
  fs.write(file, bytes(text), 0);
  fs.closeFile(file);
}

/** Content of a file of at most 64 KiB. */
export function getFile(fs: FileSystem, dir: Dir, name: string): string {
  const file = fs.openFile(dir, name);
  const into = new Uint8Array(64 * 1024);
  const length = fs.read(file, into, 0);
  fs.closeFile(file);
  return new TextDecoder().decode(into.subarray(0, length));
}

/** lstat of one entry. */
export function statOf(fs: FileSystem, dir: Dir, name: string): StatTable {
  const table = new StatTable(1);
  fs.lstat(dir, name, table, 0);
  return table;
}

/** Names in `dir`, sorted; fails when the listing is not whole. */
export function namesIn(fs: FileSystem, dir: Dir): string[] {
  const { names, error } = fs.readDir(dir);
  assert.strictEqual(error, undefined);
  return names.toSorted();
}

/** Code of the error that `call` must end with. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof FsError) {
      assert.notStrictEqual(error.message, "", "the error has no reason");
      return error.code;
    }
    throw error;
  }
  return "no error";
}
