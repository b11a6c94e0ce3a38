/**
 * Names in a manifest are printable ASCII without blanks: everything else is written as in vis(3).
 * Strings are in the form of `base/path_bytes.ts`, byte-exact in both directions.
 *
 * @module
 */
import { decodeName, encodeName } from "../base/path_bytes.ts";

/**
 * Printable ASCII without what means something in mtree(5): blank, `#`, `=`, `\` and, because mtree
 * takes names with them for patterns, `*?[`.
 */
const PLAIN = /^[!-"$-)+-<>@-Z\]-~]*$/;

const PLAIN_BYTES = plainBytes();

function plainBytes(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    return byte < 0x80 && PLAIN.test(String.fromCharCode(byte)) ? 1 : 0;
  });
}

/** Three octal digits behind a backslash for each byte. */
const OCTAL = Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(8).padStart(3, "0")}`);

/** Encodes every byte that is not plain as `\` and three octal digits. */
export function vis(text: string): string {
  if (PLAIN.test(text)) return text;
  let out = "";
  for (const byte of encodeName(text)) {
    out += PLAIN_BYTES[byte] === 1 ? String.fromCharCode(byte) : OCTAL[byte];
  }
  return out;
}

const BACKSLASH = 0x5c;

/** C's own escapes, and vis(3)'s `\s` for a blank and `\E` for escape. */
const LETTERS: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
  E: 0x1b,
  s: 0x20,
};

/**
 * Decodes octal escapes and the other forms that vis(3) may write: `\n`, `\s`, `\x41`, `\^A`, `\M-x`,
 * `\M^A`. A backslash before anything else stands for what follows.
 */
export function unvis(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes = encodeName(text);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== BACKSLASH) {
      bytes[length++] = bytes[at++] ?? 0;
      continue;
    }
    const escape = readEscape(bytes, at + 1);
    bytes[length++] = escape.byte;
    at = escape.next;
  }
  return decodeName(bytes.subarray(0, length));
}

interface Escape {
  readonly byte: number;
  /** Where reading goes on. */
  readonly next: number;
}

/** Reads what follows a backslash. */
function readEscape(bytes: Uint8Array, at: number): Escape {
  const first = bytes[at];
  if (first === undefined) return { byte: BACKSLASH, next: at };
  const octal = readDigits(bytes, at, { base: 8, most: 3 });
  if (octal !== undefined) return octal;
  const char = String.fromCharCode(first);
  if (char === "x") {
    return readDigits(bytes, at + 1, { base: 16, most: 2 }) ?? { byte: first, next: at + 1 };
  }
  if (char === "^") return readControl(bytes, at + 1);
  if (char === "M") return readMeta(bytes, at + 1);
  return { byte: LETTERS[char] ?? first, next: at + 1 };
}

function readDigits(
  bytes: Uint8Array,
  at: number,
  { base, most }: { base: number; most: number },
): Escape | undefined {
  let value = 0;
  let next = at;
  for (; next < at + most; next++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[next] ?? 0), base);
    if (Number.isNaN(digit)) break;
    value = value * base + digit;
  }
  return next === at ? undefined : { byte: value & 0xff, next };
}

/** `^A` is byte 1, `^?` is byte 127. */
function readControl(bytes: Uint8Array, at: number): Escape {
  const char = bytes[at] ?? 0;
  return { byte: char === 0x3f ? 0x7f : char & 0x1f, next: at + 1 };
}

/** `M-x` is `x` with the high bit, `M^A` is control-A with the high bit. */
function readMeta(bytes: Uint8Array, at: number): Escape {
  if (bytes[at] === 0x5e) {
    const { byte, next } = readControl(bytes, at + 1);
    return { byte: byte | 0x80, next };
  }
  if (bytes[at] === 0x2d) return { byte: (bytes[at + 1] ?? 0) | 0x80, next: at + 2 };
  return { byte: 0x4d, next: at };
}
