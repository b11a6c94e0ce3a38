import type { ListedSnapshot } from "../list_snapshots.ts";
import type { HolderPlan } from "./holders.ts";

/** Entries and the sizes of files among them. */
export interface Amount {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Tells how much there will be to count: what is counted already, what summaries say, and for
 * snapshots without one the mean of the others.
 */
export class Forecast {
  readonly #plans: readonly HolderPlan<ListedSnapshot>[];
  /** What was counted, or is known from a summary; by holder. */
  readonly #known: (Amount | undefined)[];

  constructor(plans: readonly HolderPlan<ListedSnapshot>[]) {
    this.#plans = plans;
    this.#known = plans.map(({ ref }) => amountOf(ref));
  }

  /** In all, while `holder` is being counted and has come to `counted`; undefined: nobody knows. */
  total(holder: number, counted: Amount): Amount | undefined {
    const mean = this.#mean();
    const whole = { entries: 0, bytes: 0 };
    for (const [i, { ref }] of this.#plans.entries()) {
      const known = this.#known[i] ?? (ref === undefined ? { entries: 0, bytes: 0 } : mean);
      if (known === undefined) return undefined;
      whole.entries += i === holder ? Math.max(known.entries, counted.entries) : known.entries;
      whole.bytes += i === holder ? Math.max(known.bytes, counted.bytes) : known.bytes;
    }
    return whole;
  }

  /** `holder` was counted to its end. */
  finish(holder: number, counted: Amount): void {
    this.#known[holder] = counted;
  }

  #mean(): Amount | undefined {
    const known = this.#known.flatMap((amount, i) =>
      amount === undefined || this.#plans[i]?.ref === undefined ? [] : [amount]
    );
    if (known.length === 0) return undefined;
    const of = (value: (amount: Amount) => number) =>
      Math.round(known.reduce((sum, amount) => sum + value(amount), 0) / known.length);
    return { entries: of(({ entries }) => entries), bytes: of(({ bytes }) => bytes) };
  }
}

function amountOf(ref: ListedSnapshot | undefined): Amount | undefined {
  if (ref?.summary === undefined || ref.kind === "partial") return undefined;
  const { counts, bytes } = ref.summary;
  const { linked, copied, directories, symlinks, specials } = counts;
  const entries = linked + copied + directories + symlinks + specials;
  return { entries, bytes: bytes.processed };
}
