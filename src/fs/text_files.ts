import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import type { OwnedText } from "../base/owned_text.ts";

/**
 * The text of a small UTF-8 file that a user wrote, `undefined` when there is no such file.
 *
 * @throws when there is one that cannot be read or is not UTF-8
 */
export function readTextFile(path: string): string | undefined {
  try {
    return decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** What a file's mode has when others than its owner may write to it. */
const OTHERS_WRITE = 0o022;

/**
 * The text of a configuration file as `readTextFile` gives it, and whether anybody but root and the
 * user of this process may have written it. Both are of the same open file, whatever becomes of its
 * name meanwhile.
 */
export function readOwnedTextFile(path: string): OwnedText | undefined {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
  try {
    return { text: decode(readAll(file)), ...faultOf(file.statSync()) };
  } finally {
    file.close();
  }
}

function readAll(file: Deno.FsFile): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(64 * 1024);
    const count = file.readSync(chunk);
    if (count === null) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
  }
}

function faultOf({ uid, mode }: Deno.FileInfo): Omit<OwnedText, "text"> {
  const user = Deno.uid();
  if (user === null || uid === null || mode === null) return {}; // Windows has neither
  if (uid !== user && uid !== 0) {
    return {
      fault: `that file belongs to another user (${uid})`,
      remedy: "Set it in a file of your own or of root",
    };
  }
  if ((mode & OTHERS_WRITE) === 0) return {};
  return { fault: "others may write to that file", remedy: "chmod go-w takes that away" };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
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
