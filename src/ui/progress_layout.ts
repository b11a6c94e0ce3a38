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
    ...numbersLines(state, { ...frame, room }),
    ...(state.currentPath === "" ? [] : [fitText(printable(state.currentPath), room)]),
    ...(large === undefined ? [] : [largeFileLine(large, { ...frame, room })]),
  ];
}

interface Room extends ProgressFrame {
  readonly room: number;
}

function overallLine(state: ProgressState, { room, color, figures: { say } }: Room): string {
  const elapsed = formatClock(state.elapsedSeconds);
  if (state.fraction === undefined) return fitText(`${say("Working")}  ${elapsed}`, room);
  const left = state.secondsLeft === undefined
    ? ""
    : `  ${say("{time} left", { time: formatClock(state.secondsLeft) })}`;
  const tail = `  ${elapsed}${left}`;
  const percent = percentText(state.fraction);
  const cells = room - percent.length - 2 - tail.length;
  const drawn = bar(state.fraction, { cells, color });
  return drawn === "" ? fitText(percent + tail, room) : `${percent}  ${drawn}${tail}`;
}

/** One line, or more where the screen is narrow. */
function numbersLines(state: ProgressState, { room, color, figures }: Room): string[] {
  const { size, say } = figures;
  const { total, problems, entriesDone: done } = state;
  const problemText = say("{problems:problem|problems}", { problems });
  const bytes = size(state.bytesDone);
  const lines = packed([
    total === undefined
      ? say("{done} entries", { done })
      : say("{done} of {all} entries", { done, all: total.entries }),
    ...(problems === 0 ? [] : [problemText]),
    total === undefined ? bytes : say("{done} of {all}", { done: bytes, all: size(total.bytes) }),
    `${size(state.bytesPerSecond)}/s`,
  ], room);
  const last = lines.pop() ?? "";
  const longer = `${last}  ${say("{rate} entries/s", { rate: state.entriesPerSecond })}`;
  const all = [...lines, textWidth(longer) > room ? last : longer];
  if (problems === 0) return all;
  const painted = paint(problemText, { color: "yellow", enabled: color });
  return all.map((line) => line.replace(problemText, painted));
}

/** `parts` in as few lines as they take. */
function packed(parts: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)}  ${part}`;
    if (lines.length > 0 && textWidth(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(fitText(part, room));
  }
  return lines;
}

/** A narrow screen has no room for a bar beside the name. */
const LEAST_ROOM_FOR_BAR = 60;

function largeFileLine(
  { path, bytesDone, sizeBytes }: NonNullable<ProgressState["largeFile"]>,
  { room, color, figures }: Room,
): string {
  const fraction = sizeBytes === 0 ? 1 : Math.min(1, bytesDone / sizeBytes);
  const percent = percentText(fraction);
  const size = figures.size(sizeBytes);
  const narrow = room < LEAST_ROOM_FOR_BAR;
  const numbers = narrow
    ? ` ${figures.say("of {size}", { size })}  `
    : `  ${figures.say("{done} of {all}", { done: figures.size(bytesDone), all: size })}  `;
  const drawn = narrow ? "" : `  ${bar(fraction, { cells: 20, color })}`;
  const left = room - percent.length - (narrow ? 0 : 22) - textWidth(numbers);
  if (left < 1) return fitText(percent + numbers.trimEnd(), room);
  return percent + drawn + numbers + fitText(printable(path), left);
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
