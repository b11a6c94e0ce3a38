import { printable } from "../base/path_bytes.ts";
import type { SnapshotStats } from "../ops/stats/root_stats.ts";
import { type BarStyle, cutMark, drawBar } from "./bar_chart.ts";
import type { Figures } from "./figures.ts";
import { fitText, padText, textWidth } from "./text_width.ts";
import type { Phrase } from "./words.ts";

/** What the texts of `phlb stats` have to fit. */
export interface StatsFrame extends BarStyle {
  /** Cells in a line. */
  readonly columns: number;
  readonly figures: Figures;
}

/** The sign for what is not known. */
export const UNKNOWN = "-";

/** Cells between two columns. */
const GAP = 2;
const LEAST_BAR = 6;
/** A longer bar is no easier to compare. */
const MOST_BAR = 24;
/** The first column has room for a time; a longer name above it is cut. */
const LEAST_TITLE = 17;

interface Column {
  readonly title: Phrase;
  /** Where there is no room, the column with the lowest number goes first; 0 stays. */
  readonly dropped: number;
  cell(one: SnapshotStats, figures: Figures): string;
}

const FILES: Column = {
  title: "Files",
  dropped: 1,
  cell: ({ files }, { count }) => files === undefined ? UNKNOWN : count(files),
};
const SIZE: Column = {
  title: "Size",
  dropped: 2,
  cell: ({ apparentBytes }, { size }) =>
    apparentBytes === undefined ? UNKNOWN : size(apparentBytes),
};
const ADDED: Column = {
  title: "Added",
  dropped: 0,
  cell: ({ count }, { size }) => count === undefined ? UNKNOWN : size(count.addedBytes),
};
const FREES: Column = {
  title: "Frees",
  dropped: 0,
  cell: ({ count }, { size }) => count === undefined ? UNKNOWN : size(count.freedBytes),
};
const NEW: Column = {
  title: "New",
  dropped: 0,
  cell: ({ newBytes }, { size }) => newBytes === undefined ? UNKNOWN : size(newBytes),
};
const PROBLEMS: Column = {
  title: "Problems",
  dropped: 3,
  cell: ({ snapshot }, { count }) =>
    snapshot.summary === undefined ? UNKNOWN : count(snapshot.summary.counts.problems),
};

/**
 * A line for each snapshot, those of one name below it, and a legend. The bar shows what each one
 * added, measured by those that are not the first of their name.
 */
export function statsTable(
  snapshots: readonly SnapshotStats[],
  { isExact, ...frame }: StatsFrame & { isExact: boolean },
): string[] {
  const layout = layOut(snapshots, { isExact, ...frame });
  const groups = [...Map.groupBy(snapshots, ({ snapshot }) => snapshot.name)];
  const lines = groups.flatMap(([name, group], i) => [
    ...(i === 0 ? [] : [""]),
    headLine(name, layout, frame.figures),
    ...group.map((one) => bodyLine(one, layout, frame)),
  ]);
  return [...lines, "", ...legend(snapshots, { ...layout, ...frame, isExact })];
}

interface Layout {
  readonly columns: readonly Column[];
  /** Of the first column, then of `columns`. */
  readonly widths: readonly number[];
  /** 0: no bar. */
  readonly barCells: number;
  /** Bytes that a whole bar stands for; 0 when there is nothing to show. */
  readonly scale: number;
}

function layOut(
  snapshots: readonly SnapshotStats[],
  { isExact, columns: room, figures }: StatsFrame & { isExact: boolean },
): Layout {
  let columns = isExact ? [FILES, SIZE, ADDED, FREES] : [FILES, SIZE, PROBLEMS, NEW];
  const widthsOf = () => [
    Math.max(LEAST_TITLE, ...snapshots.map(({ snapshot }) => textWidth(printable(snapshot.time)))),
    ...columns.map((column) =>
      Math.max(
        ...[figures.say(column.title), ...snapshots.map((one) => column.cell(one, figures))].map(
          textWidth,
        ),
      )
    ),
  ];
  const total = () => widthsOf().reduce((sum, width) => sum + width + GAP, -GAP);
  while (total() > room) {
    const next = columns.filter(({ dropped }) => dropped > 0)
      .reduce<Column | undefined>(
        (a, b) => a === undefined || b.dropped < a.dropped ? b : a,
        undefined,
      );
    if (next === undefined) break;
    columns = columns.filter((column) => column !== next);
  }
  const left = Math.min(MOST_BAR, room - total() - GAP);
  const later = snapshots.filter(({ isFirst }) => !isFirst).map(barBytes);
  const scale = Math.max(0, ...later) || Math.max(0, ...snapshots.map(barBytes));
  return { columns, widths: widthsOf(), barCells: left < LEAST_BAR ? 0 : left, scale };
}

function barBytes({ count, newBytes }: SnapshotStats): number {
  return count?.addedBytes ?? newBytes ?? 0;
}

function headLine(name: string, { columns, widths }: Layout, { say }: Figures): string {
  const [first = 0, ...rest] = widths;
  const title = fitText(name === "" ? say("Snapshot") : printable(name), first);
  const cells = columns.map((column, i) => padLeft(say(column.title), rest[i] ?? 0));
  return [padText(title, first), ...cells].join(" ".repeat(GAP));
}

function bodyLine(
  one: SnapshotStats,
  { columns, widths, barCells, scale }: Layout,
  { figures, blocks }: StatsFrame,
): string {
  const [first = 0, ...rest] = widths;
  const cells = columns.map((column, i) => padLeft(column.cell(one, figures), rest[i] ?? 0));
  const fraction = scale === 0 ? 0 : barBytes(one) / scale;
  const bar = drawBar(fraction, { cells: barCells, blocks });
  const line = [padText(printable(one.snapshot.time), first), ...cells, bar];
  return line.join(" ".repeat(GAP)).trimEnd();
}

function legend(
  snapshots: readonly SnapshotStats[],
  { isExact, scale, barCells, blocks, figures: { say } }:
    & Omit<Layout, "columns">
    & Omit<StatsFrame, "columns">
    & { isExact: boolean },
): string[] {
  const isCut = barCells > 0 && snapshots.some((one) => barBytes(one) > scale);
  const rows: (readonly [string, string])[] = isExact
    ? [
      [say("Added"), say("on disk, held by no older snapshot")],
      [say("Frees"), say("what removing that snapshot alone gives back")],
    ]
    : [[say("New"), say("content that the run stored, as its summary says")]];
  if (isCut) rows.push([cutMark({ blocks }), say("longer than there is room for")]);
  const width = Math.max(5, ...rows.map(([word]) => textWidth(word)));
  const lines = rows.map(([word, text]) => `  ${padText(word, width)}  ${text}`);
  if (isExact) return lines;
  return [...lines, "", say("Nothing was counted: what is shared is not known (--quick)")];
}

/** `text` with spaces before it to a width of `columns`. */
export function padLeft(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - textWidth(text))) + text;
}
