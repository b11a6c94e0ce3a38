import type { Clock } from "../base/clock.ts";
import type { Figures } from "./figures.ts";
import { layoutProgress, type ProgressState } from "./progress_layout.ts";
import { type Expected, type ProgressEvent, ProgressMeter } from "./progress_meter.ts";
import type { Terminal } from "./terminal.ts";
import { textWidth } from "./text_width.ts";

/** What a {@link Progress} draws with. */
export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly figures: Figures;
  readonly color: boolean;
  /** Milliseconds between two drawings at least. */
  readonly intervalMs: number;
}

const WRAP_OFF = "\x1b[?7l";
const WRAP_ON = "\x1b[?7h";
const CLEAR_TO_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/**
 * The lines at the bottom of the screen that tell how far a run is. Every write leaves the terminal
 * as it was found but for the text, so that there is nothing to repair when the process is killed.
 */
export class Progress {
  readonly #options: ProgressOptions;
  #meter: ProgressMeter;
  #state: ProgressState | undefined;
  #drawnMs = -Infinity;
  /** Widths of the lines that are on the screen. */
  #shown: readonly number[] = [];

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#meter = new ProgressMeter(options.clock.monotonicMs());
  }

  /** Begins anew, for the next job. */
  start(expected?: Expected): void {
    this.clear();
    this.#state = undefined;
    this.#meter = new ProgressMeter(this.#options.clock.monotonicMs(), expected);
  }

  /** Takes in how far the run is, and draws it unless the last drawing is too recent. */
  update(event: ProgressEvent): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#state = this.#meter.update(event, nowMs);
    if (nowMs - this.#drawnMs < this.#options.intervalMs) return;
    this.#drawnMs = nowMs;
    this.#draw();
  }

  /** Writes a line above the display. */
  printAbove(line: string): void {
    const shows = this.#shown.length > 0;
    this.clear();
    this.#options.terminal.err.write(`${line}\n`);
    if (shows) this.#draw();
  }

  /** Takes the display away; the cursor is where it began. */
  clear(): void {
    if (this.#shown.length === 0) return;
    this.#options.terminal.err.write(this.#toFirstLine() + CLEAR_BELOW);
    this.#shown = [];
  }

  #draw(): void {
    if (this.#state === undefined) return;
    const { terminal, color, figures } = this.#options;
    const { columns } = terminal;
    const lines = layoutProgress(this.#state, { columns, color, figures });
    const text = lines.map((line) => line + CLEAR_TO_LINE_END).join("\r\n");
    terminal.err.write(`${WRAP_OFF}${this.#toFirstLine()}${text}${CLEAR_BELOW}${WRAP_ON}`);
    this.#shown = lines.map((line) => textWidth(withoutColor(line)));
  }

  /** A screen that became narrower has wrapped what was written on it. */
  #toFirstLine(): string {
    const columns = Math.max(1, this.#options.terminal.columns);
    const rows = this.#shown.reduce(
      (sum, width) => sum + Math.max(1, Math.ceil(width / columns)),
      0,
    );
    return rows > 1 ? `\r\x1b[${rows - 1}A` : "\r";
  }
}

function withoutColor(line: string): string {
  // deno-lint-ignore no-control-regex -- the escape character begins a colour
  return line.replace(/\x1b\[[0-9;]*m/g, "");
}
