import { padText, textWidth } from "./text_width.ts";

/** Lines of a table whose first row has the titles; columns in `numeric` are aligned right. */
export function tableLines(
  rows: readonly (readonly string[])[],
  { numeric }: { numeric: readonly number[] },
): string[] {
  const [titles = []] = rows;
  const widths = titles.map((_, i) => Math.max(...rows.map((row) => textWidth(row[i] ?? ""))));
  return rows.map((row) =>
    row.map((cell, i) => {
      const width = widths[i] ?? 0;
      if (!numeric.includes(i)) return padText(cell, width);
      return " ".repeat(Math.max(0, width - textWidth(cell))) + cell;
    }).join("  ").trimEnd()
  );
}
