import { FsError } from "./file_system.ts";

/**
 * Makes sure that `name` is one component of a path.
 *
 * @throws {FsError} EINVAL for `""`, `.`, `..` and a name with a slash or a NUL.
 */
export function checkName(name: string): void {
  const bad = name === "" || name === "." || name === ".." || name.includes("/") ||
    name.includes("\0");
  if (bad) throw badName(name);
}

/** The refusal of a name that cannot be passed to the system. */
export function badName(name: string): FsError {
  const reason = "it is not a usable name";
  return new FsError({ code: "EINVAL", op: "name", path: name.slice(0, 300), reason });
}
