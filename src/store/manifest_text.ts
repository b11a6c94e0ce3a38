import { decodeName } from "../base/path_bytes.ts";
import { type Chunks, unpack } from "./manifest_gzip.ts";
import { LineError } from "./manifest_line.ts";

/**
 * The longest line, in bytes. Source: a path takes 16 KiB at most when every byte is escaped, all
 * extended attributes of a file 64 KiB on ext4 and a few MiB on XFS, in base64.
 */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The plain text of a manifest, in pieces that end with a line.
 *
 * @throws {UnpackError} after everything before the damage
 * @throws {LineError} when a line is too long
 */
export async function* manifestText(chunks: Chunks): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of unpack(chunks)) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield decodeName(joined(rest, piece.subarray(0, end)));
      rest = piece.slice(end);
    } else {
      rest = joined(rest, piece);
      if (rest.length > MAX_LINE_BYTES) throw new LineError("the line is too long");
    }
  }
  if (rest.length > 0) yield decodeName(rest);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
