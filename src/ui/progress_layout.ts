import { printable } from "../base/path_bytes.ts";
import type { Figures } from "./figures.ts";
import { formatClock } from "./format_duration.ts";
import { paint } from "./terminal.ts";
import { fitText, textWidth } from "./text_width.ts";

/** Everything that the display shows at one moment. */
export interface ProgressState {
  readonly entriesDone: number;
  readonly bytesDone: number;
  /** What there is to do in all; undefined while nobody can tell. */
  readonly total: { readonly entries: number; readonly bytes: number } | undefined;
  /** Between 0 and 1; undefined while there is no total. */
  readonly fraction: number | undefined;
  readonly entriesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly elapsedSeconds: number;
  readonly secondsLeft: number | undefined;
  readonly problems: number;
  /** Relative to the source. */
  readonly currentPath: string;
  readonly largeFile:
    | { readonly path: string; readonly bytesDone: number; readonly sizeBytes: number }
    | undefined;
}

/** What {@link layoutProgress} has to fit. */
export interface ProgressFrame {
  /** Cells in a line; the last one stays empty, because some terminals wrap after it. */
  readonly columns: number;
  readonly color: boolean;
  readonly figures: Figures;
}

/** The lines of the display, none of them wider than the frame: overall, numbers, file, large file. */
export function layoutProgress(state: ProgressState, frame: ProgressFrame): string[] {
  const room = Math.max(10, frame.columns - 1);
  const large = state.largeFile;
  return [
    overallLine(state, { ...frame, room }),
    numbersLine(state, { ...frame, room }),
    fitText(printable(state.currentPath), room),
    ...(large === undefined ? [] : [largeFileLine(large, { ...frame, room })]),
  ];
}

interface Room extends ProgressFrame {
  readonly room: number;
}

function overallLine(state: ProgressState, { room, color }: Room): string {
  const elapsed = formatClock(state.elapsedSeconds);
  if (state.fraction === undefined) return fitText(`Scanning  ${elapsed}`, room);
  const left = state.secondsLeft === undefined ? "" : `  ${formatClock(state.secondsLeft)} left`;
  const tail = `  ${elapsed}${left}`;
  const percent = percentText(state.fraction);
  const cells = room - percent.length - 2 - tail.length;
  return fitted([percent, bar(state.fraction, { cells, color }), tail], room);
}

/** From the most to the least wanted: what does not fit is left out from the end. */
function numbersLine(state: ProgressState, { room, color, figures }: Room): string {
  const { count, size } = figures;
  const { total, problems } = state;
  const parts = [
    total === undefined
      ? `${count(state.entriesDone)} entries`
      : `${count(state.entriesDone)} of ${count(total.entries)} entries`,
    ...(problems === 0 ? [] : [`${count(problems)} ${problems === 1 ? "problem" : "problems"}`]),
    total === undefined
      ? size(state.bytesDone)
      : `${size(state.bytesDone)} of ${size(total.bytes)}`,
    `${size(state.bytesPerSecond)}/s`,
    `${count(state.entriesPerSecond)} entries/s`,
  ];
  const line = joinWhile(parts, room);
  const problemText = parts[1] ?? "";
  if (problems === 0) return line;
  return line.replace(problemText, paint(problemText, { color: "yellow", enabled: color }));
}

function joinWhile(parts: readonly string[], room: number): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (textWidth(longer) > room) break;
    line = longer;
  }
  return line === "" ? fitText(parts[0] ?? "", room) : line;
}

function largeFileLine(
  { path, bytesDone, sizeBytes }: NonNullable<ProgressState["largeFile"]>,
  { room, color, figures }: Room,
): string {
  const fraction = sizeBytes === 0 ? 1 : Math.min(1, bytesDone / sizeBytes);
  const numbers = `  ${figures.size(bytesDone)} of ${figures.size(sizeBytes)}`;
  const percent = percentText(fraction);
  const left = room - percent.length - 2 - textWidth(numbers);
  const barCells = Math.min(24, Math.floor(left / 2));
  const name = fitText(printable(path), left - barCells - 2);
  return fitted([percent, bar(fraction, { cells: barCells, color }), `${numbers}  ${name}`], room);
}

/** `percent`, bar, rest; without the bar where there is no room for one worth looking at. */
function fitted([percent, drawn, tail]: readonly [string, string, string], room: number): string {
  return drawn === "" ? fitText(percent + tail, room) : `${percent}  ${drawn}${tail}`;
}

const LEAST_BAR = 5;

function bar(fraction: number, { cells, color }: { cells: number; color: boolean }): string {
  if (cells < LEAST_BAR) return "";
  const full = Math.floor(cells * fraction);
  return paint("█".repeat(full), { color: "green", enabled: color && full > 0 }) +
    paint("░".repeat(cells - full), { color: "dim", enabled: color && full < cells });
}

/** Rounded down, so that only what is done says 100. */
function percentText(fraction: number): string {
  return `${String(Math.floor(fraction * 100)).padStart(3)}%`;
}
