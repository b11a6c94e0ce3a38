import { joinRel } from "../../../../src/base/path_bytes.ts";
import type { Dir, FileSystem } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { type Tree, writeTree } from "../../../support/tree.ts";

/** A directory with a content, as a single step of the pipeline works with it. */
export interface WorkPlace extends AsyncDisposable {
  readonly path: string;
  /** With the faults in its way. */
  readonly fs: FileSystem;
  /** Opens a directory below `path` (default: `path` itself); closed at the end. */
  open(relPath?: string): Dir;
  /** lstat rows of paths in a directory, one for each; `""` is the directory itself. */
  rows(relPath: string, names: readonly string[]): StatTable;
}

/** Makes a place; it and all that was opened in it go when the test ends. */
export async function makeWorkPlace(
  tree: Tree,
  faults: readonly Fault[] = [],
): Promise<WorkPlace> {
  const temp = await makeTempDir();
  await writeTree(temp.path, tree);
  const { fs: real } = openFileSystem("posix");
  const opened: Dir[] = [];
  const open = (relPath = "") => {
    const dir = real.openRoot(relPath === "" ? temp.path : `${temp.path}/${relPath}`);
    opened.push(dir);
    return dir;
  };
  return {
    path: temp.path,
    fs: faultyFileSystem(real, faults),
    open,
    rows: (relPath, names) => {
      const stats = new StatTable(names.length);
      for (const [row, name] of names.entries()) {
        const [dir, base] = splitPath(joinRel(relPath, name));
        real.lstat(open(name === "" ? relPath : dir), name === "" ? "" : base, stats, row);
      }
      return stats;
    },
    [Symbol.asyncDispose]: async () => {
      for (const dir of opened) real.closeDir(dir);
      await temp[Symbol.asyncDispose]();
    },
  };
}

function splitPath(path: string): [dir: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [slash < 0 ? "" : path.slice(0, slash), path.slice(slash + 1)];
}

/** Whether the path of a call ends with `/name`: for faults that concern one entry. */
export function called(name: string): (path: string) => boolean {
  return (path) => path.endsWith(`/${name}`);
}
