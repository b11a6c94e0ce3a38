import type { Verdict } from "./goals.ts";
import type { Machine } from "./machine.ts";
import type { Report } from "./render_markdown.ts";
import { peakOf, ratioTo, type Result, secondsOf } from "./results.ts";
import { spread } from "./spread.ts";

/** All that was measured, for other programs. Seconds, MiB; ratios are phlb's time to the peer's. */
export function renderJson(report: Report): string {
  const { machine, command, results, verdicts } = report;
  const value = {
    format_version: 2,
    command,
    machine: machineValue(machine),
    results: results.map((result) => resultValue(result, results)),
    goals: verdicts.map(goalValue),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The machine, in the names of the JSON. */
export function machineValue(machine: Machine) {
  return {
    date: machine.date,
    cpu: machine.cpu,
    cores: machine.cores,
    memory_gib: machine.memoryGib,
    system: machine.system,
    file_system: machine.fileSystem,
    reflinks: machine.reflinks,
    load_before: machine.loadBefore,
    versions: machine.versions,
  };
}

function resultValue(result: Result, results: readonly Result[]) {
  const { workload, title, step, contender, command, runs, failure } = result;
  return {
    workload,
    title,
    step,
    contender,
    command,
    failure: failure ?? null,
    seconds: runs.length === 0 ? null : spread(secondsOf(result)),
    peak_mib: peakOf(result) ?? null,
    ratio: ratioTo(result, results) ?? null,
    runs: runs.map(({ seconds, peakMib }) => ({ seconds, peak_mib: peakMib ?? null })),
  };
}

function goalValue({ workload, step, text, rule, measured, met }: Verdict) {
  const limit = rule.kind === "faster" ? rule.atLeast : rule.atMost;
  const unit = rule.kind === "seconds" ? "seconds" : "ratio";
  return { workload, step, goal: text, unit, limit, measured: measured ?? null, met: met ?? null };
}
