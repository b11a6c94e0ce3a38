/**
 * File names as text. A name on disk is bytes; in memory it is a string in which every byte that
 * is not part of valid UTF-8 stands as a lone surrogate U+DC80–U+DCFF, as Python's
 * "surrogateescape" does. Such a string must never reach Deno's own file APIs.
 *
 * @module
 */

const ENCODER = new TextEncoder();
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes of `name`, exact for every name that {@link decodeName} made. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  if (name.isWellFormed()) return ENCODER.encode(name);
  const out = new Uint8Array(name.length * 3);
  return out.slice(0, encodeNameInto(name, out));
}

/**
 * Writes the bytes of `name` to the start of `into` and returns how many they are.
 * `into` must hold three bytes for each UTF-16 unit of the name.
 */
export function encodeNameInto(name: string, into: Uint8Array<ArrayBuffer>): number {
  const length = name.length;
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit > 0x7f) return encodeMixed(name, into);
    into[i] = unit;
  }
  return length;
}

function encodeMixed(name: string, into: Uint8Array<ArrayBuffer>): number {
  if (name.isWellFormed()) return ENCODER.encodeInto(name, into).written;
  let at = 0;
  for (const char of name) {
    const unit = char.charCodeAt(0);
    if (char.length === 1 && unit >= 0xdc80 && unit <= 0xdcff) into[at++] = unit - 0xdc00;
    else at += ENCODER.encodeInto(char, into.subarray(at)).written;
  }
  return at;
}

/** The text of a name read from disk; {@link encodeName} gives the very bytes back. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return STRICT_DECODER.decode(bytes);
  } catch {
    return decodeEscaped(bytes);
  }
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = utf8SequenceLength(bytes, at);
    if (length === 0) text += String.fromCharCode(0xdc00 + (bytes[at++] ?? 0));
    else {
      text += STRICT_DECODER.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none (Unicode 15, table 3-7). */
function utf8SequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + length; i++) {
    if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Orders two names by their bytes: negative, zero or positive. */
export function compareNames(a: string, b: string): number {
  return compareUnits(a, b);
}

/**
 * Orders two `/`-separated relative paths as a walk meets them: a directory before what is in it,
 * siblings by the bytes of their names.
 */
export function comparePaths(a: string, b: string): number {
  return compareUnits(a, b, SLASH);
}

const SLASH = 0x2f;

/** UTF-16 order is byte order as long as the units that differ lie below the surrogates. */
function compareUnits(a: string, b: string, first = -1): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    if (left >= 0xd800 || right >= 0xd800) return compareEncoded(a, b, first);
    return left === first ? -1 : right === first ? 1 : left - right;
  }
  return a.length - b.length;
}

function compareEncoded(a: string, b: string, first: number): number {
  const left = encodeName(a);
  const right = encodeName(b);
  const at = left.findIndex((byte, i) => byte !== right[i]);
  if (at < 0 || at >= right.length) return left.length - right.length;
  if (left[at] === first) return -1;
  return right[at] === first ? 1 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** `dir/name`, or just `name` when `dir` is the root (`""`). */
export function joinRel(dir: string, name: string): string {
  return dir === "" ? name : `${dir}/${name}`;
}

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNPRINTABLE = /[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** `text` fit for a terminal or a log line: control characters and stray bytes as `\xNN`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const unit = char.charCodeAt(0);
    if (unit >= 0xdc80 && unit <= 0xdcff) return `\\x${(unit - 0xdc00).toString(16)}`;
    return unit < 0x100 ? `\\x${unit.toString(16).padStart(2, "0")}` : `\\u${unit.toString(16)}`;
  });
}
