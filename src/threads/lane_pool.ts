import type { Lane } from "./lane.ts";

/** Leases that a lane carries at a time: one is being worked on while main decides about another. */
const LEASES_PER_LANE = 2;

interface Seat<Call, Answer> {
  readonly lane: Lane<Call, Answer>;
  readonly number: number;
  leases: number;
}

/** Hands out lanes, the least busy one first, and makes callers wait while all are taken. */
export class LanePool<Call, Answer> {
  readonly #seats: Seat<Call, Answer>[];
  readonly #closed: Seat<Call, Answer>[];
  readonly #waiting: (() => void)[] = [];

  /** `open`: how many of the lanes are used before {@link LanePool.widen}; default: all. */
  constructor(lanes: readonly Lane<Call, Answer>[], { open = lanes.length } = {}) {
    this.#seats = lanes.map((lane, number) => ({ lane, number, leases: 0 }));
    this.#closed = this.#seats.splice(open);
  }

  /** Whether a caller waits for a lane. */
  get isFull(): boolean {
    return this.#waiting.length > 0;
  }

  /** Uses one more of the lanes from now on, while there are any. */
  widen(): void {
    const seat = this.#closed.shift();
    if (seat === undefined) return;
    this.#seats.push(seat);
    for (let i = 0; i < LEASES_PER_LANE; i++) this.#waiting.shift()?.();
  }

  /** Runs `use` with a lane; calls made in it are answered in their order. */
  async lease<Result>(
    use: (lane: Lane<Call, Answer>, number: number) => Promise<Result>,
  ): Promise<Result> {
    const seat = await this.#take();
    try {
      return await use(seat.lane, seat.number);
    } finally {
      seat.leases--;
      this.#waiting.shift()?.();
    }
  }

  async #take(): Promise<Seat<Call, Answer>> {
    for (;;) {
      const [best] = this.#seats.toSorted((a, b) => a.leases - b.leases);
      if (best !== undefined && best.leases < LEASES_PER_LANE) {
        best.leases++;
        return best;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
