/**
 * How many threads read files at once. Where they wait for the processor, as many as it has cores;
 * where they wait for the disk, more on a solid one, which serves many at a time, and one on a
 * rotating one, whose head would only run to and fro. Nobody knows in advance what is in the cache,
 * so a run begins with what the disk suggests and is widened by what it sees.
 *
 * Source: own measurements, 2026-11-21: two threads on two cores hash 1.8 times as fast from the
 * cache; from a cold disk eight gain still.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Dir, FileSystem } from "../fs/file_system.ts";
import { type StorageKind, storageKind } from "../fs/storage_kind.ts";
import type { LanePool } from "./lane_pool.ts";

/** More than this gain nothing. */
const MAX_READERS = 8;

/** How many threads read. */
export interface ReaderCount {
  /** From the beginning. */
  readonly count: number;
  /** At most, once the run has seen what it waits for. */
  readonly most: number;
  /** When to add one: the process computes (reading is not what it waits for), or it does not. */
  readonly widenWhen: "never" | "computing" | "waiting";
  /** Whether files are best read in the order in which they lie on the disk. */
  readonly inodeOrder: boolean;
  /** Why, for the log. */
  readonly reason: string;
}

/** Chooses it; `wanted` is `performance.hashers`, 0 for "auto". */
export function chooseReaders(
  { wanted, cores, storage }: { wanted: number; cores: number; storage: StorageKind },
): ReaderCount {
  const inodeOrder = storage === "rotating";
  if (wanted > 0) {
    const reason = "set by performance.hashers";
    return { count: wanted, most: wanted, widenWhen: "never", inodeOrder, reason };
  }
  const byCores = Math.min(cores, MAX_READERS);
  if (storage === "rotating") {
    const reason = "a rotating disk; more while reading does not wait for it";
    return { count: 1, most: byCores, widenWhen: "computing", inodeOrder, reason };
  }
  const where = storage === "solid" ? "a solid disk" : "a disk of unknown kind";
  const reason = `one for each core, ${where}; more while they wait for it`;
  return { count: byCores, most: MAX_READERS, widenWhen: "waiting", inodeOrder, reason };
}

/** Chooses it for what the open directory lies on. */
export function chooseReadersOf(
  fs: FileSystem,
  dir: Dir,
  { wanted, cores }: { wanted: number; cores: number },
): ReaderCount {
  return chooseReaders({ wanted, cores, storage: storageKind(fs, dir) });
}

/** The choice as one sentence, for people. */
export function readersText({ count, most, reason }: ReaderCount): string {
  const upTo = most > count ? ` (up to ${most})` : "";
  return `${count}${upTo} ${
    count === 1 && most === 1 ? "thread reads" : "threads read"
  }: ${reason}`;
}

/** Between two looks at what the process does. */
const LOOK_MS = 200;

/** Shares of one core, and of all. Below the one a disk is waited for, above the other it is not. */
const COMPUTING_SHARE = 0.6;
const WAITING_SHARE = 0.5;

/** What {@link widenReaders} looks at and works on. */
export interface Widening {
  readonly readers: ReaderCount;
  readonly pool: Pick<LanePool<unknown, unknown>, "isFull" | "widen">;
  readonly cores: number;
  /** Milliseconds of processor time that this process has had; undefined: nobody can tell. */
  readonly cpuMs: (() => number) | undefined;
  /** The same of all processes together. */
  readonly machineMs: (() => number) | undefined;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** Adds readers one by one, up to `most`, while that may help; the returned function ends it. */
export function widenReaders(widening: Widening): () => void {
  const { readers, pool, cores, clock, every } = widening;
  // Who waits for the processor because others compute, waits for no disk: then all count.
  const { cpuMs, machineMs = cpuMs } = widening;
  const busyMs = readers.widenWhen === "computing" ? cpuMs : machineMs;
  let count = readers.count;
  if (busyMs === undefined || count >= readers.most) return () => {};
  let [atMs, usedMs] = [clock.monotonicMs(), busyMs()];
  let wasFull = false;
  const stop = every(LOOK_MS, () => {
    const [nowMs, nowUsedMs] = [clock.monotonicMs(), busyMs()];
    const busy = (nowUsedMs - usedMs) / Math.max(1, nowMs - atMs);
    [atMs, usedMs] = [nowMs, nowUsedMs];
    const fits = readers.widenWhen === "computing"
      ? busy >= COMPUTING_SHARE
      : busy < cores * WAITING_SHARE;
    // Two looks in a row: a moment's lull at the beginning is no reason.
    const isLasting = wasFull;
    wasFull = pool.isFull && fits;
    if (!wasFull || !isLasting && readers.widenWhen === "waiting") return;
    pool.widen();
    if (++count >= readers.most) stop();
  });
  return stop;
}
