// deno-lint-ignore-file no-control-regex -- the escape character begins every sequence

/**
 * What a terminal of so many columns shows after `text` was written to it, without the empty lines
 * at its end. Knows the few sequences that the progress display uses, and fails on any other.
 */
export function screenOf(text: string, { columns }: { columns: number }): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  for (const [token] of text.matchAll(/\x1b\[[?\d;]*[A-Za-z]|[\s\S]/gu)) {
    if (token === "\r") column = 0;
    else if (token === "\n") row++;
    else if (token === "\x1b[K") rows[row]?.splice(column);
    else if (token === "\x1b[J") {
      rows[row]?.splice(column);
      rows.splice(row + 1);
    } else if (/^\x1b\[\d+A$/.test(token)) row -= Number(token.slice(2, -1));
    else if (token === "\x1b[?7l" || token === "\x1b[?7h") continue;
    else if (token.startsWith("\x1b")) throw new Error(`Unknown sequence ${JSON.stringify(token)}`);
    else {
      if (column >= columns) throw new Error(`Line ${row} is wider than the screen`);
      const line = rows[row] ?? [];
      while (line.length < column) line.push(" ");
      line[column++] = token;
      rows[row] = line;
    }
    if (token === "\n") column = 0; // as terminals do: the driver adds the carriage return
    while (rows.length <= row) rows.push([]);
  }
  const lines = rows.map((cells) => cells.join("").trimEnd());
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}
