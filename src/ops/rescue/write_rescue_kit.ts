import { fileURLToPath } from "node:url";
import { AppError, EXIT } from "../../base/app_error.ts";
import { encodeName, printable } from "../../base/path_bytes.ts";
import { openRootDir, UNWRITABLE } from "../../backup/run/preflight.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import { entryFailure } from "../../backup/run/root_errors.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { readTextFile } from "../../fs/text_files.ts";

/** The files of the kit, and their permissions. */
const FILES = [["RESCUE.sh", 0o755], ["RESCUE.txt", 0o644]] as const;

/** Stands in the first lines of both, whatever their version. */
const MARK = "phlb rescue kit ";

/** What became of one of the files. */
export interface KitFile {
  /** Absolute. */
  readonly path: string;
  readonly fate: "written" | "replaced" | "unchanged";
}

/**
 * Writes the rescue kit into a backup root, each file in one step; an older kit gives way.
 *
 * @throws {AppError} ROOT_MISSING, ROOT_UNWRITABLE, RESCUE_IN_THE_WAY (a file of that name that is
 * not of a kit)
 */
export function writeRescueKit(fs: FileSystem, path: string): KitFile[] {
  const root = openRootDir(fs, path);
  try {
    for (const [name] of FILES) refuseForeign(fs, root.dir, name);
    const written = FILES.map(([name, mode]) => {
      const fate = writeOne(fs, root.dir, { name, mode, text: kitText(name) });
      return { path: `${root.path}/${name}`, fate };
    });
    fs.syncDir(root.dir);
    return written;
  } catch (error) {
    const message = `Cannot write the rescue kit to "${printable(root.path)}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  } finally {
    fs.closeDir(root.dir);
  }
}

/** They stand beside this module, in the executable as well. */
function kitText(name: string): string {
  const text = readTextFile(fileURLToPath(new URL(`./${name}`, import.meta.url)));
  if (text === undefined) throw new Error(`The program lacks its own file ${name}`);
  return text;
}

function refuseForeign(fs: FileSystem, dir: Dir, name: string): void {
  if (!statIfThere(fs, { dir, name, stats: new StatTable(1) })) return;
  if (readSmallText(fs, dir, name)?.slice(0, 200).includes(MARK) === true) return;
  const there = printable(`${dir.path}/${name}`);
  throw new AppError(`Cannot write the rescue kit: "${there}" is there and not part of one`, {
    code: "RESCUE_IN_THE_WAY",
    exitCode: EXIT.failed,
    hint: "Move it away; nothing is overwritten",
  });
}

function writeOne(
  fs: FileSystem,
  dir: Dir,
  { name, mode, text }: { name: string; mode: number; text: string },
): KitFile["fate"] {
  const before = readSmallText(fs, dir, name);
  if (before === text) return "unchanged";
  const temporary = `.${name}.new`;
  removeIfThere(fs, dir, temporary);
  const file = fs.createFile(dir, temporary);
  try {
    fs.write(file, encodeName(text), 0);
    fs.setFileAttributes(file, { mode });
    fs.syncFile(file);
  } finally {
    fs.closeFile(file);
  }
  if (before === undefined) fs.rename(dir, temporary, dir, name);
  else fs.replace(dir, temporary, dir, name);
  return before === undefined ? "written" : "replaced";
}

function removeIfThere(fs: FileSystem, dir: Dir, name: string): void {
  try {
    fs.unlink(dir, name);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
  }
}
