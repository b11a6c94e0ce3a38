import type { Verdict } from "./goals.ts";
import type { Machine } from "./machine.ts";
import { byStep, peakOf, ratioTo, type Result, secondsOf, SUBJECT } from "./results.ts";
import { formatSpread, spread } from "./spread.ts";

/** One line of where it was measured. */
export function renderMachine(machine: Machine): string {
  const { date, cpu, cores, memoryGib, system, fileSystem, loadBefore } = machine;
  const day = date.slice(0, 16).replace("T", " ");
  return `${day} UTC, ${cores} × ${cpu}, ${memoryGib} GiB, ${system}, ${fileSystem}, ` +
    `load before ${loadBefore.toFixed(1)}`;
}

/** A table of seconds and of phlb's ratio to each peer, each as median (min–max). */
export function renderTable(results: readonly Result[]): string {
  const lines = [results[0]?.title ?? ""];
  for (const group of byStep(results)) {
    const runs = Math.max(...group.map((result) => result.runs.length));
    lines.push(`  ${group[0]?.step} (${runs === 1 ? "1 run" : `${runs} runs`})`);
    for (const result of group) lines.push(`    ${tableRow(result, results)}`);
  }
  return `${lines.join("\n")}\n`;
}

function tableRow(result: Result, results: readonly Result[]): string {
  const name = result.contender.padEnd(20);
  if (result.failure !== undefined) return `${name} failed: ${result.failure}`;
  const seconds = `${formatSpread(spread(secondsOf(result)))} s`;
  const peak = peakOf(result);
  const memory = peak === undefined ? "" : `${peak.toFixed(0)} MiB`;
  const ratio = ratioTo(result, results);
  const told = ratio === undefined ? "" : `  ${SUBJECT} takes ${formatSpread(ratio)} of it`;
  return `${name} ${seconds.padEnd(25)} ${memory.padStart(9)}${told}`.trimEnd();
}

/** Which goals were met. */
export function renderGoals(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) =>
    `  ${verdictWord(verdict).padEnd(12)} ${`${verdict.workload}, ${verdict.step}`.padEnd(28)} ` +
    `${verdict.text.padEnd(38)} ${formatMeasured(verdict)}`
  );
  return `Goals\n${rows.join("\n")}\n`;
}

/** `met`, `missed` or `not judged`. */
export function verdictWord({ met }: Verdict): string {
  if (met === undefined) return "not judged";
  return met ? "met" : "missed";
}

/** What was measured for a goal, in its unit. */
export function formatMeasured({ measured, rule }: Verdict): string {
  if (measured === undefined) return "–";
  if (rule.kind !== "seconds") return `${formatSpread(measured)} ×`;
  const [min, median, max] = [measured.min, measured.median, measured.max].map((seconds) =>
    (seconds * 1000).toFixed(0)
  );
  return `${median} (${min}–${max}) ms`;
}
