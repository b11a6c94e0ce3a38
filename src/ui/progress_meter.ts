import type { BackupEvent } from "../backup/events.ts";
import type { ProgressState } from "./progress_layout.ts";

/** How far a run is, as the pipeline tells it. */
export type ProgressEvent = Extract<BackupEvent, { kind: "progress" }>;

/** What the run is expected to be like, from the one before. */
export type Expected = Extract<BackupEvent, { kind: "start" }>["expected"];

/** Seconds after which an old rate has lost two thirds of its weight. Source: tried out by eye. */
const SMOOTHING_SECONDS = 8;

/** Before that a rate is noise. */
const LEAST_SECONDS = 2;

/** Turns the events of a run into what is shown: totals, smoothed rates, the time left. */
export class ProgressMeter {
  readonly #startMs: number;
  readonly #expected: Expected;
  #last: { readonly ms: number; readonly event: ProgressEvent } | undefined;
  #entriesPerSecond = 0;
  #bytesPerSecond = 0;
  #fraction = 0;
  #fractionPerSecond = 0;

  constructor(startMs: number, expected?: Expected) {
    this.#startMs = startMs;
    this.#expected = expected;
  }

  /** The state after `event`, which came at `nowMs` of a clock that never goes back. */
  update(event: ProgressEvent, nowMs: number): ProgressState {
    const total = totalOf(event, this.#expected);
    const bytesDone = event.bytesDone + (event.largeFile?.bytesDone ?? 0);
    const fraction = total === undefined ? undefined : fractionOf(event, { total, bytesDone });
    this.#smooth({ event, nowMs, fraction, bytesDone });
    const elapsedSeconds = (nowMs - this.#startMs) / 1000;
    const canTell = fraction !== undefined && this.#fractionPerSecond > 0 &&
      elapsedSeconds >= LEAST_SECONDS;
    return {
      entriesDone: event.entriesDone,
      bytesDone,
      total,
      fraction,
      entriesPerSecond: this.#entriesPerSecond,
      bytesPerSecond: this.#bytesPerSecond,
      elapsedSeconds,
      secondsLeft: canTell ? (1 - fraction) / this.#fractionPerSecond : undefined,
      problems: event.problems,
      currentPath: event.currentPath,
      largeFile: event.largeFile,
    };
  }

  #smooth(
    { event, nowMs, fraction, bytesDone }: {
      event: ProgressEvent;
      nowMs: number;
      fraction: number | undefined;
      bytesDone: number;
    },
  ): void {
    const before = this.#last ?? { ms: this.#startMs, event: NOTHING };
    const seconds = (nowMs - before.ms) / 1000;
    if (seconds <= 0) return;
    // The first sample counts whole, later ones by their share of the time that is smoothed over.
    const weight = this.#last === undefined ? 1 : 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
    const blend = (old: number, change: number) =>
      old + weight * (Math.max(0, change) / seconds - old);
    const bytesBefore = before.event.bytesDone + (before.event.largeFile?.bytesDone ?? 0);
    this.#entriesPerSecond = blend(
      this.#entriesPerSecond,
      event.entriesDone - before.event.entriesDone,
    );
    this.#bytesPerSecond = blend(this.#bytesPerSecond, bytesDone - bytesBefore);
    if (fraction !== undefined) {
      this.#fractionPerSecond = blend(this.#fractionPerSecond, fraction - this.#fraction);
      this.#fraction = fraction;
    }
    this.#last = { ms: nowMs, event };
  }
}

const NOTHING: ProgressEvent = {
  kind: "progress",
  entriesDone: 0,
  bytesDone: 0,
  entriesFound: 0,
  bytesFound: 0,
  walkDone: false,
  problems: 0,
  currentPath: "",
};

/** Exact once the walk is done; before, never less than what was found already. */
function totalOf(event: ProgressEvent, expected: Expected): ProgressState["total"] {
  const { walkDone, entriesFound: entries, bytesFound: bytes } = event;
  if (walkDone) return { entries, bytes };
  if (expected === undefined) return undefined;
  return { entries: Math.max(entries, expected.entries), bytes: Math.max(bytes, expected.bytes) };
}

/** Small files cost by the piece, large ones by the byte: both shares count the same. */
function fractionOf(
  { entriesDone }: ProgressEvent,
  { total, bytesDone }: { total: { entries: number; bytes: number }; bytesDone: number },
): number {
  const entries = total.entries === 0 ? 1 : Math.min(1, entriesDone / total.entries);
  const bytes = total.bytes === 0 ? entries : Math.min(1, bytesDone / total.bytes);
  return (entries + bytes) / 2;
}
