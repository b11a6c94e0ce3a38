/**
 * What the file system of a backup root cannot hold of single entries. That is a problem of the entry:
 * the run goes on. Anything else that a root refuses ends it.
 *
 * @module
 */
import { FsError } from "../../fs/file_system.ts";

/** How file systems refuse a name: invalid bytes or characters, its length, or one that they fold. */
const BAD_NAME: Readonly<Record<string, string>> = {
  EILSEQ: "it has bytes that are not allowed there",
  EINVAL: "it has characters that are not allowed there",
  ENAMETOOLONG: "it is too long there",
  EEXIST: "another name in this directory is the same there, which may be one in other letters",
};

/** Why the root cannot hold an entry of that name; undefined for any other failure. */
export function badNameReason(error: unknown): string | undefined {
  if (!(error instanceof FsError)) return undefined;
  const reason = BAD_NAME[error.code];
  return reason === undefined ? undefined : `the backup root cannot hold this name: ${reason}`;
}

/** Why the root cannot hold a file of that size; undefined for any other failure. */
export function tooLargeReason(error: unknown): string | undefined {
  if (!(error instanceof FsError) || error.code !== "EFBIG") return undefined;
  return "the file is too large for the file system of the backup root";
}
