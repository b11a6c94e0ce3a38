/**
 * The system's own Python where there is one: a `python3` that comes first in PATH may be the
 * wrapper of a version manager, which takes longer than all that the tests ask of it.
 */
export const PYTHON = findPython();

function findPython(): string {
  const path = "/usr/bin/python3";
  try {
    return Deno.statSync(path).isFile ? path : "python3";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "python3";
    throw error;
  }
}
