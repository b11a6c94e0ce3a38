import { dirname } from "node:path";

/**
 * The text of a small UTF-8 file that a user wrote, `undefined` when there is no such file.
 *
 * @throws when there is one that cannot be read or is not UTF-8
 */
export function readTextFile(path: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    if (error instanceof TypeError) throw new Error("it is not UTF-8 text", { cause: error });
    throw error;
  }
}

/** Creates a text file and the directories above it; false when there is such a file already. */
export function createTextFile(path: string, text: string): boolean {
  Deno.mkdirSync(dirname(path), { recursive: true });
  try {
    Deno.writeTextFileSync(path, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Writes a text file anew, in place of one of that name, and the directories above it. */
export function replaceTextFile(path: string, text: string, mode = 0o644): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.phlb-new`;
  try {
    Deno.writeTextFileSync(temporary, text, { mode });
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeTextFile(temporary);
    throw error;
  }
}

/** Removes a text file; false when there is none. */
export function removeTextFile(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
