import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";

/**
 * The path below a snapshot that a user means: relative to the snapshot, or absolute in its source or
 * in its directory; undefined for an absolute one that is in neither.
 *
 * @throws {PATH_INVALID} when it leads out of the snapshot, or is all of it
 */
export function pathInside(
  text: string,
  { source, directory }: { source: string | undefined; directory: string },
): string | undefined {
  const isAbsolute = text.startsWith("/");
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw invalid(text, 'it has ".." in it');
  const clean = parts.join("/");
  const relPath = isAbsolute ? below(clean, directory) ?? below(clean, source) : clean;
  if (relPath === "") throw invalid(text, "it is the whole snapshot; phlb remove removes that");
  return relPath;
}

/** `clean` has no slash in front. */
function below(clean: string, dir: string | undefined): string | undefined {
  if (dir === undefined) return undefined;
  const above = dir.slice(1);
  if (clean === above) return "";
  if (above === "") return clean;
  return clean.startsWith(`${above}/`) ? clean.slice(above.length + 1) : undefined;
}

function invalid(text: string, reason: string): AppError {
  return new AppError(`Cannot forget "${printable(text)}": ${reason}`, {
    code: "PATH_INVALID",
    exitCode: EXIT.usage,
    hint: "Give it as it stands below the snapshot; phlb ls SNAPSHOT lists that",
  });
}
