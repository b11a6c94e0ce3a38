import { FsError } from "./file_system.ts";

/** No file system has longer names; what is longer never gets as far as the system. */
const MAX_NAME_UNITS = 4096;

/**
 * Makes sure that `name` is one component of a path.
 *
 * @throws {FsError} EINVAL for `""`, `.`, `..` and a name with a slash or a NUL, or of absurd
 * length.
 */
export function checkName(name: string): void {
  const bad = name === "" || name === "." || name === ".." || name.includes("/") ||
    name.includes("\0") || name.length > MAX_NAME_UNITS;
  if (bad) throw badName(name);
}

/** The refusal of a name that cannot be passed to the system. */
export function badName(name: string): FsError {
  const reason = "it is not a usable name";
  return new FsError({ code: "EINVAL", op: "name", path: name.slice(0, 300), reason });
}
