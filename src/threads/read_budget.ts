/**
 * `performance.bwlimit`: a number of bytes a second that all threads of a run share. Main puts bytes
 * into a bucket in shared memory as time goes by; threads take out what they have read, and wait
 * while there is nothing left.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { FileSystem } from "../fs/file_system.ts";
import type { CancelFlag } from "./cancel.ts";

/** Between two refills: short enough that reading looks even, long enough to cost nothing. */
const REFILL_MS = 25;

/** What the bucket holds at most, in seconds: what was not read then is not made up for later. */
const MAX_HELD_SECONDS = 0.25;

/** A thread that waits looks so often whether the run was cancelled. */
const LOOK_MS = 10;

/** More than anybody reads: the bucket of a budget without a limit. */
const ENDLESS = 2n ** 62n;

/** What {@link ReadBudget} works with. */
export interface ReadBudgetOptions {
  readonly bytesPerSecond: number;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Calls `tick` again and again; the returned function ends that. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** Main's end: fills the bucket until it is closed. */
export class ReadBudget {
  readonly #bucket = new BigInt64Array(new SharedArrayBuffer(8));
  readonly #options: ReadBudgetOptions;
  readonly #stop: () => void;
  #filledMs: number;

  constructor(options: ReadBudgetOptions) {
    this.#options = options;
    this.#filledMs = options.clock.monotonicMs();
    this.#stop = options.every(REFILL_MS, () => this.#refill());
  }

  /** For the start message of each thread. */
  get shared(): SharedArrayBuffer {
    return this.#bucket.buffer;
  }

  /** Ends the limit: who waits goes on at once. */
  close(): void {
    this.#stop();
    Atomics.store(this.#bucket, 0, ENDLESS);
    Atomics.notify(this.#bucket, 0);
  }

  #refill(): void {
    const { bytesPerSecond, clock } = this.#options;
    const now = clock.monotonicMs();
    const earned = Math.floor((now - this.#filledMs) / 1000 * bytesPerSecond);
    if (earned <= 0) return;
    // Only the time that was paid for is over: what is less than a byte adds up.
    this.#filledMs += earned / bytesPerSecond * 1000;
    const most = BigInt(Math.ceil(bytesPerSecond * MAX_HELD_SECONDS));
    const held = Atomics.add(this.#bucket, 0, BigInt(earned)) + BigInt(earned);
    if (held > most) Atomics.sub(this.#bucket, 0, held - most);
    Atomics.notify(this.#bucket, 0);
  }
}

/** A budget for `bytesPerSecond`, undefined for 0, which is no limit. */
export function openReadBudget(options: ReadBudgetOptions): ReadBudget | undefined {
  return options.bytesPerSecond > 0 ? new ReadBudget(options) : undefined;
}

/**
 * From here on, what is read through `fs` in this thread is taken from the budget, and waits for it.
 * One read may overdraw it; the next ones pay for that. A wait ends with `Cancelled` soon after the
 * flag was raised.
 */
export function limitReads(
  fs: Pick<FileSystem, "read">,
  { budget, cancel }: { budget: SharedArrayBuffer; cancel: CancelFlag },
): void {
  const bucket = new BigInt64Array(budget);
  const read = fs.read.bind(fs);
  fs.read = (file, into, offset) => {
    for (;;) {
      const held = Atomics.load(bucket, 0);
      if (held > 0n) break;
      cancel.check();
      Atomics.wait(bucket, 0, held, LOOK_MS);
    }
    const count = read(file, into, offset);
    Atomics.sub(bucket, 0, BigInt(count));
    return count;
  };
}
