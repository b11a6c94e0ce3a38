import type { Clock } from "../../base/clock.ts";

/** How long the stages of a run took, one after the other. */
export class StageTimes {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #startMs: number;
  readonly #seconds: Record<string, number> = {};
  #lastMs: number;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#lastMs = this.#startMs;
  }

  /** Ends the stage that has been under way since the last mark. */
  mark(stage: string): void {
    const now = this.#clock.monotonicMs();
    this.#seconds[stage] = (this.#seconds[stage] ?? 0) + (now - this.#lastMs) / 1000;
    this.#lastMs = now;
  }

  /** Seconds by stage, rounded to milliseconds. */
  get seconds(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#seconds).map(([stage, s]) => [stage, Math.round(s * 1000) / 1000]),
    );
  }

  /** Seconds since the start. */
  get totalSeconds(): number {
    return Math.round(this.#clock.monotonicMs() - this.#startMs) / 1000;
  }
}
