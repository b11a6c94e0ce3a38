/** What a thread has done so far. */
export interface LaneWork {
  /** Milliseconds in calls, by the clock. */
  busyMs: number;
  /** Milliseconds of processor time in calls; undefined where nobody can tell. */
  cpuMs: number | undefined;
  /** Milliseconds in calls of each kind. */
  readonly callMs: Map<string, number>;
}

/** How long a call took, as the thread tells with its answer. */
export interface CallTime {
  readonly busyMs: number;
  readonly cpuMs: number | undefined;
}

/** Two clocks at one moment, in milliseconds from any fixed point. */
export interface MeterReading {
  readonly ms: number;
  /** Processor time of the thread; undefined where nobody can tell. */
  readonly cpuMs: number | undefined;
}

/** What went by between two readings. */
export function timeSince(
  began: MeterReading,
  now: MeterReading | undefined,
): CallTime | undefined {
  if (now === undefined) return undefined;
  const cpuMs = began.cpuMs === undefined || now.cpuMs === undefined
    ? undefined
    : now.cpuMs - began.cpuMs;
  return { busyMs: now.ms - began.ms, cpuMs };
}

/** Nothing done yet. */
export function noWork(): LaneWork {
  return { busyMs: 0, cpuMs: 0, callMs: new Map() };
}

/** Adds a call of that kind. */
export function addCall(work: LaneWork, kind: string, { busyMs, cpuMs }: CallTime): void {
  work.busyMs += busyMs;
  work.cpuMs = work.cpuMs === undefined || cpuMs === undefined ? undefined : work.cpuMs + cpuMs;
  work.callMs.set(kind, (work.callMs.get(kind) ?? 0) + busyMs);
}

/** Of a call with a `kind`, that; of one that is a word, the word. */
export function kindOf(call: unknown): string {
  if (typeof call === "string") return call;
  if (typeof call !== "object" || call === null || !("kind" in call)) return "call";
  return String(call.kind);
}
