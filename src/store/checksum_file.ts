/**
 * SHA256SUMS: one file in each directory of a snapshot, in the format of GNU `sha256sum`.
 *
 * @module
 */
import { decodeName, encodeName } from "../base/path_bytes.ts";
import { isDigest } from "./digest.ts";

/** Name of the checksum file, as long as the directory has no entry of its own of that name. */
export const SUMS_FILE = "SHA256SUMS";

/** Put behind the name until no entry of the directory has it. */
export const SUMS_SUFFIX = ".phlb";

/** One line of a checksum file. */
export interface Sum {
  readonly name: string;
  /** 64 lower-case hex digits. */
  readonly digest: string;
}

/** What a checksum file says. */
export interface Sums {
  readonly sums: readonly Sum[];
  /** Lines that are none of `sha256sum`'s. */
  readonly badLines: number;
}

/**
 * The name that the checksum file of a directory takes: `SHA256SUMS`, or the first of
 * `SHA256SUMS.phlb`, `SHA256SUMS.phlb.phlb` … that the directory does not have already.
 */
export function sumsFileName(has: (name: string) => boolean): string {
  let name = SUMS_FILE;
  while (has(name)) name += SUMS_SUFFIX;
  return name;
}

/** Whether an entry of the source with this name takes part in the rule of {@link sumsFileName}. */
export function isSumsName(name: string): boolean {
  return name.startsWith(SUMS_FILE) &&
    name.slice(SUMS_FILE.length).replaceAll(SUMS_SUFFIX, "") === "";
}

/**
 * The file's bytes: `names[i]` has `digests[i]`. `sha256sum -c` accepts it whatever the names.
 *
 * Source: GNU coreutils manual, "cksum output modes": a line with an escaped name begins with `\`.
 */
export function formatSums(
  names: readonly string[],
  digests: readonly string[],
): Uint8Array<ArrayBuffer> {
  let text = "";
  for (const [i, name] of names.entries()) {
    const escaped = escapeName(name);
    text += `${escaped === name ? "" : "\\"}${digests[i]}${SEPARATOR}${shownName(escaped)}\n`;
  }
  return encodeName(text);
}

/** Size of the line of a name, with its newline. */
export function sumLineBytes(name: string): number {
  const escaped = escapeName(name);
  const mark = escaped === name ? 0 : 1;
  const shown = shownName(escaped);
  const bytes = PLAIN_ASCII.test(shown) ? shown.length : encodeName(shown).length;
  return mark + DIGEST_LENGTH + SEPARATOR.length + bytes + 1;
}

const PLAIN_ASCII = /^[ -~]*$/;
const SEPARATOR = "  ";

/** `sha256sum -c` takes a bare `-` for its standard input. */
function shownName(name: string): string {
  return name === "-" ? "./-" : name;
}

function escapeName(name: string): string {
  if (!/[\\\n\r]/.test(name)) return name;
  return name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

/** Reads a checksum file, also those of PyHardLinkBackup 1.x, which escape nothing. Never throws. */
export function parseSums(bytes: Uint8Array): Sums {
  const sums: Sum[] = [];
  let badLines = 0;
  for (const line of decodeName(bytes).split("\n")) {
    if (line === "") continue;
    const sum = parseLine(line);
    if (sum === undefined) badLines++;
    else sums.push(sum);
  }
  return { sums, badLines };
}

/** Digits of a SHA-256. */
const DIGEST_LENGTH = 64;

function parseLine(line: string): Sum | undefined {
  const escaped = line.startsWith("\\");
  const start = escaped ? 1 : 0;
  const digest = line.slice(start, start + DIGEST_LENGTH).toLowerCase();
  const separator = line.slice(start + DIGEST_LENGTH, start + DIGEST_LENGTH + 2);
  if (!isDigest(digest) || (separator !== "  " && separator !== " *")) return undefined;
  const shown = line.slice(start + DIGEST_LENGTH + 2);
  const name = escaped ? unescapeName(shown) : shown;
  const bare = name?.startsWith("./") ? name.slice(2) : name;
  if (bare === undefined || /^\.{0,2}$|[/\0]/.test(bare)) return undefined;
  return { name: bare, digest };
}

const ESCAPES: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", "\\r": "\r" };

function unescapeName(shown: string): string | undefined {
  if (/^(?:[^\\]|\\[\\nr])*$/.test(shown)) {
    return shown.replaceAll(/\\./g, (pair) => ESCAPES[pair] ?? pair);
  }
  return undefined;
}
