const ELLIPSIS = "…";

/** Two cells wide. Source: Unicode 16, EastAsianWidth.txt (W and F), and UTS 51 for emoji. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** No cell of its own. The emoji variation selector is missing: it can widen what it follows. */
const NO_CELL = /(?!\ufe0f)[\p{Mn}\p{Me}\p{Cf}]/u;

/**
 * Cells that `text` takes on a terminal at most: joined emoji count as many as they are made of,
 * because not every terminal joins them.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

function charWidth(char: string): number {
  if (char <= "~") return 1;
  if (WIDE.test(char)) return 2;
  return NO_CELL.test(char) ? 0 : 1;
}

/** `text` with spaces behind it to a width of `columns`; a longer one as it is. */
export function padText(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/** `text` in at most `columns` cells, with its middle left out where it does not fit. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return "";
  const chars = [...text];
  const tailColumns = Math.ceil((columns - 1) / 2);
  const tail = takeCells(chars.toReversed(), tailColumns).toReversed().join("");
  const head = takeCells(chars, columns - 1 - textWidth(tail)).join("");
  return head + ELLIPSIS + tail;
}

function takeCells(chars: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let left = columns;
  for (const char of chars) {
    left -= charWidth(char);
    if (left < 0) break;
    taken.push(char);
  }
  return taken;
}
