import type { Lane } from "./lane.ts";

/** Leases that a lane carries at a time: one is being worked on while main decides about another. */
const LEASES_PER_LANE = 2;

interface Seat<Call, Answer> {
  readonly lane: Lane<Call, Answer>;
  readonly number: number;
  leases: number;
  /** A lane that nobody used yet may have to start a thread, which takes as long as much work does. */
  state: "unused" | "starting" | "used";
}

/** How a {@link LanePool} hands out its lanes. */
export interface LanePoolOptions {
  /** How many of the lanes are used before {@link LanePool.widen}; default: all. */
  readonly open?: number;
  /**
   * An unused lane is kept back until so many callers wait, and no other one is just starting;
   * default: not at all.
   */
  readonly patience?: number;
}

/** Hands out lanes, the least busy one first, and makes callers wait while all are taken. */
export class LanePool<Call, Answer> {
  readonly #seats: Seat<Call, Answer>[];
  readonly #closed: Seat<Call, Answer>[];
  readonly #waiting: (() => void)[] = [];

  readonly #patience: number | undefined;

  constructor(lanes: readonly Lane<Call, Answer>[], options: LanePoolOptions = {}) {
    const { open = lanes.length, patience } = options;
    this.#patience = patience;
    this.#seats = lanes.map((lane, number) => ({ lane, number, leases: 0, state: "unused" }));
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
      seat.state = "used";
      this.#waiting.shift()?.();
      // Those who waited for the start of a lane may now have another one.
      if (this.#mayOpen) this.#waiting.shift()?.();
    }
  }

  async #take(): Promise<Seat<Call, Answer>> {
    for (;;) {
      const seat = this.#free();
      if (seat !== undefined) {
        seat.leases++;
        if (seat.state === "unused") seat.state = "starting";
        return seat;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #free(): Seat<Call, Answer> | undefined {
    const free = this.#seats.filter(({ leases }) => leases < LEASES_PER_LANE);
    const [best] = free.toSorted((a, b) => a.leases - b.leases);
    if (this.#patience === undefined || best?.state !== "unused") return best;
    const known = free.find(({ state }) => state !== "unused");
    return known ?? (this.#mayOpen ? best : undefined);
  }

  /** Whether an unused lane is to be had. */
  get #mayOpen(): boolean {
    const states = this.#seats.map(({ state }) => state);
    if (!states.includes("unused") || states.includes("starting")) return false;
    return !states.includes("used") || this.#waiting.length >= (this.#patience ?? 0);
  }
}
