import { addCall, type LaneWork, noWork } from "../../threads/lane_work.ts";
import type { SummaryThreads } from "../../store/summary.ts";

/** What the threads of a run did, by their role. */
export class ThreadProfile {
  readonly #lanes = new Map<string, { readonly work: LaneWork }[]>();
  readonly #mainCpuMs: () => number | undefined;
  readonly #mainStartMs: number | undefined;

  /** `mainCpuMs`: processor time of the calling thread, main. */
  constructor(mainCpuMs: () => number | undefined) {
    this.#mainCpuMs = mainCpuMs;
    this.#mainStartMs = mainCpuMs();
  }

  /** A thread has started. */
  add(role: string, lane: { readonly work?: LaneWork | undefined }): void {
    const { work } = lane;
    if (work === undefined) return; // it runs in this very thread
    this.#lanes.set(role, [...this.#lanes.get(role) ?? [], { work }]);
  }

  /** As it stands in a summary. */
  get threads(): SummaryThreads {
    const roles = [...this.#lanes].map(([role, lanes]) => {
      const total = noWork();
      for (const { work } of lanes) addWork(total, work);
      return [role, described(total, lanes.length)] as const;
    });
    const [from, to] = [this.#mainStartMs, this.#mainCpuMs()];
    const cpu = from === undefined || to === undefined ? null : seconds(to - from);
    const main = { count: 1, busy_seconds: null, cpu_seconds: cpu, call_seconds: {} };
    return { main, ...Object.fromEntries(roles) };
  }
}

function addWork(total: LaneWork, { busyMs, cpuMs, callMs }: LaneWork): void {
  for (const [kind, ms] of callMs) addCall(total, kind, { busyMs: ms, cpuMs: 0 });
  total.busyMs += busyMs - [...callMs.values()].reduce((sum, ms) => sum + ms, 0);
  total.cpuMs = total.cpuMs === undefined || cpuMs === undefined ? undefined : total.cpuMs + cpuMs;
}

function described({ busyMs, cpuMs, callMs }: LaneWork, count: number): SummaryThreads[string] {
  return {
    count,
    busy_seconds: seconds(busyMs),
    cpu_seconds: cpuMs === undefined ? null : seconds(cpuMs),
    call_seconds: Object.fromEntries([...callMs].map(([kind, ms]) => [kind, seconds(ms)])),
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
