/**
 * How the stored files of a snapshot are kept from being changed: `snapshot.protect`. What mode an
 * entry has stands in the manifest; the file that holds its content may have no write bits, and may
 * be immutable.
 *
 * @module
 */
import { type Dir, type FileSystem, FsError, NO_SEALS } from "../fs/file_system.ts";

/** What is done to stored regular files; the words of the configuration, the manifest and the summary. */
export type Protection = "none" | RealProtection;

/** A protection that is worth a word in a manifest. `immutable`: no write bits, and chattr +i. */
export type RealProtection = "readonly" | "immutable";

/** What everybody loses. */
export const WRITE_BITS = 0o222;

/** The mode that the stored file of an entry of that mode gets. */
export function storedMode(mode: number, protection: Protection): number {
  return protection === "none" ? mode : mode & ~WRITE_BITS;
}

/** What a manifest or a summary says; a word of a later version is no protection that we know. */
export function parseProtection(word: unknown): RealProtection | undefined {
  return word === "readonly" || word === "immutable" ? word : undefined;
}

/** Stands among the attributes that a root does not keep: a file could not be made immutable. */
export const NOT_SEALED = "immutable";

/** Stands there when an immutable file could not be linked to. */
export const NOT_LIFTED = "link-to-immutable";

/** Who may not, is root without the capability. */
const NOT_MINE: ReadonlySet<string> = new Set(["EPERM", "EACCES"]);

/** Runs a step that makes a file immutable; the name of what is not kept when it is refused. */
export function trySeal(step: () => void): readonly string[] {
  try {
    step();
    return [];
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (NOT_MINE.has(error.code) || NO_SEALS.has(error.code)) return [NOT_SEALED];
    throw error;
  }
}

/** Only there while it is tried. */
const PROBE = "seal-probe";

/**
 * Tries in `.phlb` whether files can be made immutable: `user`: this one may not; `system`: there is
 * no such thing. Call it under the root's lock, which allows to remove them again.
 */
export function sealRefusal(fs: FileSystem, dir: Dir): "user" | "system" | undefined {
  removeProbe(fs, dir);
  const file = fs.createFile(dir, PROBE);
  try {
    fs.sealFile(file);
    return fs.isSealed(dir, PROBE) ? undefined : "system";
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (NOT_MINE.has(error.code)) return "user";
    if (NO_SEALS.has(error.code)) return "system";
    throw error;
  } finally {
    fs.closeFile(file);
    removeProbe(fs, dir);
  }
}

function removeProbe(fs: FileSystem, dir: Dir): void {
  try {
    fs.unlink(dir, PROBE);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
  }
}
