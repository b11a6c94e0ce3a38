import type { TerminalEnv } from "./terminal.ts";

/** Eighths of a cell, from one to seven. */
const PARTS = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const FULL = "█";

/** How bars are drawn. */
export interface BarStyle {
  /** Whether the terminal shows block characters; else bars are made of `#`. */
  readonly blocks: boolean;
}

/** Whether a terminal shows characters beyond ASCII: what `LC_ALL`, `LC_CTYPE` or `LANG` says first. */
export function canShowBlocks(env: TerminalEnv): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((name) => (name ?? "") !== "");
  return /utf-?8/i.test(locale ?? "");
}

/**
 * A bar of `fraction` × `cells`, without spaces behind it. What is more than nothing shows; a
 * fraction above 1 fills all cells and ends in an arrow, because it does not fit.
 */
export function drawBar(fraction: number, { cells, blocks }: BarStyle & { cells: number }): string {
  if (!(fraction > 0) || cells < 1) return "";
  if (fraction > 1) return (blocks ? FULL : "#").repeat(cells - 1) + cutMark({ blocks });
  if (!blocks) return "#".repeat(Math.max(1, Math.round(fraction * cells)));
  const eighths = Math.max(1, Math.round(fraction * cells * 8));
  return FULL.repeat(Math.floor(eighths / 8)) + (PARTS[eighths % 8 - 1] ?? "");
}

/** The end of a bar that does not fit. */
export function cutMark({ blocks }: BarStyle): string {
  return blocks ? "▶" : ">";
}
