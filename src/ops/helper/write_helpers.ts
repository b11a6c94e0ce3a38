import { join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { TextFiles } from "../../base/text_files.ts";
import { type HelperScript, isUnchanged } from "./helper_scripts.ts";

/** What became of a script's file. */
export interface WrittenHelper {
  /** Absolute. */
  readonly path: string;
  readonly fate: "written" | "replaced" | "unchanged";
}

/**
 * Writes scripts into `dir`. All or none: a file that somebody changed, or that is not ours, is in
 * the way unless `force` is set.
 *
 * @throws {HELPER_CHANGED} {HELPER_UNWRITABLE}
 */
export function writeHelpers(
  files: TextFiles,
  scripts: readonly HelperScript[],
  { dir, force }: { dir: string; force: boolean },
): WrittenHelper[] {
  const found = scripts.map(({ name, text }) => {
    const path = join(dir, name);
    return { path, text, before: readAnyhow(files, path) };
  });
  const changed = found.find(({ text, before }) =>
    before !== undefined && before !== text && !isUnchanged(before)
  );
  if (changed !== undefined && !force) throw inTheWay(changed.path);
  return found.map(({ path, text, before }) => {
    if (before === text) return { path, fate: "unchanged" };
    try {
      files.replaceText(path, text, 0o755);
    } catch (error) {
      if (error instanceof Error) throw unwritable(path, error);
      throw error;
    }
    return { path, fate: before === undefined ? "written" : "replaced" };
  });
}

/** One that cannot be read is there, and is not ours. */
function readAnyhow(files: TextFiles, path: string): string | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    if (error instanceof Error) return "";
    throw error;
  }
}

function inTheWay(path: string): AppError {
  return new AppError(`Cannot write "${printable(path)}": it was changed since phlb wrote it`, {
    code: "HELPER_CHANGED",
    exitCode: EXIT.failed,
    hint: "Move it away, or replace it with --force",
  });
}

function unwritable(path: string, cause: Error): AppError {
  return new AppError(`Cannot write "${printable(path)}": ${cause.message}`, {
    code: "HELPER_UNWRITABLE",
    exitCode: EXIT.failed,
    hint: "May this user write there?",
    cause,
  });
}
