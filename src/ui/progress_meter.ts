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
  #last: Sample;
  #isFirst = true;
  #entriesPerSecond = 0;
  #bytesPerSecond = 0;
  #fractionPerSecond = 0;

  constructor(startMs: number, expected?: Expected) {
    this.#startMs = startMs;
    this.#expected = expected;
    this.#last = { ms: startMs, entriesDone: 0, bytesDone: 0, fraction: undefined };
  }

  /** The state after `event`, which came at `nowMs` of a clock that never goes back. */
  update(event: ProgressEvent, nowMs: number): ProgressState {
    const total = totalOf(event, this.#expected);
    const largeFile = event.largeFile && clamped(event.largeFile);
    // A large file that has just been read is counted a little later: what is shown never goes back.
    const bytesDone = Math.max(this.#last.bytesDone, event.bytesDone);
    const fraction = total === undefined ? undefined : fractionOf(event, { total, bytesDone });
    const { entriesDone } = event;
    this.#smooth({ ms: nowMs, entriesDone, bytesDone, fraction });
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
      largeFile,
    };
  }

  #smooth(sample: Sample): void {
    const before = this.#last;
    const seconds = (sample.ms - before.ms) / 1000;
    if (seconds <= 0) return;
    // The first sample counts whole, later ones by their share of the time that is smoothed over.
    const weight = this.#isFirst ? 1 : 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
    const blend = (old: number, change: number) =>
      old + weight * (Math.max(0, change) / seconds - old);
    this.#entriesPerSecond = blend(this.#entriesPerSecond, sample.entriesDone - before.entriesDone);
    this.#bytesPerSecond = blend(this.#bytesPerSecond, sample.bytesDone - before.bytesDone);
    if (sample.fraction !== undefined) {
      this.#fractionPerSecond = before.fraction === undefined
        ? sample.fraction * 1000 / (sample.ms - this.#startMs)
        : blend(this.#fractionPerSecond, sample.fraction - before.fraction);
    }
    this.#last = sample;
    this.#isFirst = false;
  }
}

/** How far the run was at some moment. */
interface Sample {
  readonly ms: number;
  readonly entriesDone: number;
  readonly bytesDone: number;
  /** Undefined while there is no total. */
  readonly fraction: number | undefined;
}

/** A file can grow while it is read. */
function clamped(file: NonNullable<ProgressEvent["largeFile"]>): typeof file {
  return { ...file, bytesDone: Math.min(file.bytesDone, file.sizeBytes) };
}

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
