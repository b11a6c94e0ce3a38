import type { Clock } from "../../src/base/clock.ts";

/** A clock that only a test moves. */
export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;

  /** Starts at `start`, an ISO 8601 time. */
  constructor(start = "2026-01-07T08:52:47Z") {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Moves both readings on. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }

  /** Sets the wall clock alone, also back, as a user or a time server does. */
  setWallClock(time: string): void {
    this.#nowMs = Date.parse(time);
  }
}
