/** How {@link inOrder} works through its input. */
export interface InOrderOptions<Item, Result> {
  /** Most items that are in work or wait for an earlier one. */
  readonly limit: number;
  /** Runs for several items at a time. */
  readonly work: (item: Item) => Promise<Result>;
  /** Runs for one result at a time, in the order of the items. */
  readonly take: (result: Result) => Promise<void> | void;
}

/**
 * Works on up to `limit` items at a time and takes their results in the items' own order. The first
 * failure ends it, after the work already begun has come to rest.
 */
export async function inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  options: InOrderOptions<Item, Result>,
): Promise<void> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = options.work(item);
      result.catch(() => undefined); // reported when its turn comes
      begun.push(result);
      if (begun.length >= options.limit) await takeFirst();
    }
    while (begun.length > 0) await takeFirst();
  } finally {
    await Promise.allSettled(begun);
  }

  async function takeFirst(): Promise<void> {
    const [first] = begun;
    if (first === undefined) return;
    const result = await first;
    begun.shift();
    await options.take(result);
  }
}
