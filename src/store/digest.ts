/** Value of each hex digit by its character code; 255 for anything else. */
const HEX_VALUES = hexValues();

function hexValues(): Uint8Array {
  const values = new Uint8Array(128).fill(255);
  for (let digit = 0; digit < 16; digit++) {
    const text = digit.toString(16);
    values[text.charCodeAt(0)] = digit;
    values[text.toUpperCase().charCodeAt(0)] = digit;
  }
  return values;
}

/** Writes a SHA-256 in hex as 32 bytes to `into` and returns that. */
export function digestBytes<T extends Uint8Array>(digest: string, into: T): T {
  for (let i = 0; i < 32; i++) {
    const high = HEX_VALUES[digest.charCodeAt(2 * i)] ?? 0;
    into[i] = (high << 4) | (HEX_VALUES[digest.charCodeAt(2 * i + 1)] ?? 0);
  }
  return into;
}

/** Whether `text` is a SHA-256 in lower-case hex. */
export function isDigest(text: string): boolean {
  if (text.length !== 64) return false;
  for (let i = 0; i < 64; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x30 || unit > 0x66 || (unit > 0x39 && unit < 0x61)) return false;
  }
  return true;
}
