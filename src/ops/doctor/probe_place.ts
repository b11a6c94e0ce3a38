import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { removeTree } from "../../fs/remove_tree.ts";
import { PROBE_DIR } from "../../store/layout.ts";

/** An empty directory in which things may be tried. */
export interface ProbePlace {
  readonly fs: FileSystem;
  readonly dir: Dir;
  /** Absolute. */
  readonly path: string;
}

/**
 * Makes the place in `privateDir`, lets `use` have it, and removes it with all that is in it. What a
 * killed run left there goes first. Call it under the root's lock.
 *
 * @throws {FsError} when it cannot be made or removed
 */
export async function withProbePlace<T>(
  fs: FileSystem,
  privateDir: Dir,
  use: (place: ProbePlace) => Promise<T>,
): Promise<T> {
  removeTree(fs, privateDir, PROBE_DIR);
  fs.makeDir(privateDir, PROBE_DIR, 0o700);
  const dir = fs.openDir(privateDir, PROBE_DIR);
  try {
    return await use({ fs, dir, path: `${privateDir.path}/${PROBE_DIR}` });
  } finally {
    fs.closeDir(dir);
    removeTree(fs, privateDir, PROBE_DIR);
  }
}

/** An empty directory of its own in `place`, for one group of probes. */
export function makeInner(place: ProbePlace, name: string): ProbePlace {
  const { fs, dir, path } = place;
  fs.makeDir(dir, name, 0o700);
  return { fs, dir: fs.openDir(dir, name), path: `${path}/${name}` };
}

/** Creates an empty file. */
export function touch({ fs, dir }: Pick<ProbePlace, "fs" | "dir">, name: string): void {
  fs.closeFile(fs.createFile(dir, name));
}

/** Whether `call` goes through; a refusal of the system is an answer, too. */
export function works(call: () => unknown): boolean {
  return refusalOf(call) === undefined;
}

/** How the system refused `call`, undefined when it did not. */
export function refusalOf(call: () => unknown): FsError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
}
