/** Time, passed in so that no core code reads the wall clock itself. */
export interface Clock {
  /** The wall clock. */
  now(): Date;
  /** Milliseconds from any fixed point, never going back. */
  monotonicMs(): number;
}
