/**
 * `deno task bench`: measures phlb beside cp, rsync, restic and borg on the same trees, in
 * alternation, and prints ratios. `options.ts` has the command line.
 *
 * @module
 */
import { dirname, relative } from "node:path";
import { backupWorkloads } from "./backup_workloads.ts";
import { contenders } from "./contenders.ts";
import { goals, judge } from "./goals.ts";
import { describeMachine } from "./machine.ts";
import { hasGnuTime } from "./measure.ts";
import { type BenchOptions, parseBenchOptions, USAGE, UsageError } from "./options.ts";
import { exists, makePlace } from "./place.ts";
import { readWorkloads } from "./read_workloads.ts";
import { machineValue, renderJson } from "./render_json.ts";
import { placeMarkdown, renderMarkdown, type Report } from "./render_markdown.ts";
import { renderSvg } from "./render_svg.ts";
import { renderGoals, renderMachine, renderTable } from "./render_text.ts";
import type { Result } from "./results.ts";
import { runWorkload } from "./run_workload.ts";
import { measureScale, type ScalePoint, scaleValue } from "./scale.ts";
import { makeSources, planSources } from "./sources.ts";
import { startWorkload } from "./start_workload.ts";
import type { Workload } from "./workload.ts";

/** What all of a bench works with. */
interface Bench {
  readonly options: BenchOptions;
  /** The executable, absolute. */
  readonly binary: string;
  /** Where to work. */
  readonly base: string;
  readonly command: string;
  readonly signal: AbortSignal;
}

/** A quick bench makes fewer runs on a slow machine, so that it ends in two minutes. */
const QUICK_SECONDS = 105;

function findExecutable(path: string): string {
  if (exists(path)) return Deno.realPathSync(path);
  throw new UsageError(`There is no executable "${path}"; make it with: deno task compile`);
}

/** Returns the exit code. */
async function main(): Promise<number> {
  const options = parseBenchOptions(Deno.args, (name) => Deno.env.get(name));
  if (options.help) {
    console.log(USAGE.trimEnd());
    return 0;
  }
  const binary = findExecutable(Deno.env.get("PHLB_BIN") ?? "./phlb");
  const stop = new AbortController();
  // The place is cleaned up, an image unmounted.
  const onSignal = () => stop.abort(new Error("The bench was interrupted"));
  Deno.addSignalListener("SIGINT", onSignal);
  Deno.addSignalListener("SIGTERM", onSignal);
  const command = ["deno task bench", ...Deno.args].join(" ");
  try {
    await using place = await makePlace(options);
    // What phlb remembers of a backup root goes with the root, which each run makes anew.
    Deno.env.set("XDG_STATE_HOME", `${place.path}/work/state`);
    const bench = { options, binary, base: place.path, command, signal: stop.signal };
    return options.scale.length > 0 ? await scale(bench) : await compare(bench);
  } catch (error) {
    if (error !== stop.signal.reason || !stop.signal.aborted) throw error;
    console.error("The bench was interrupted");
    return 130;
  } finally {
    Deno.removeSignalListener("SIGINT", onSignal);
    Deno.removeSignalListener("SIGTERM", onSignal);
  }
}

async function scale({ options, binary, base, command, signal }: Bench): Promise<number> {
  const machine = await describeMachine(base, { binary, image: options.image });
  console.error(renderMachine(machine));
  const points: ScalePoint[] = [];
  for (const files of options.scale) {
    console.error(`${files} files`);
    points.push(await measureScale(files, { base, binary, runs: options.runs, signal }));
  }
  const told = { format_version: 1, command, machine: machineValue(machine) };
  const text = JSON.stringify({ ...told, ...scaleValue(points) }, null, 2);
  console.log(text);
  if (options.json !== undefined) Deno.writeTextFileSync(options.json, `${text}\n`);
  return 0;
}

async function compare(bench: Bench): Promise<number> {
  const begun = performance.now();
  const { options, binary, base, signal } = bench;
  const { here, missing } = await contenders(binary);
  const sources = planSources(base, options);
  const all = [
    ...backupWorkloads(sources, here),
    ...readWorkloads(sources, binary),
    startWorkload(binary, (peer) => here.some(({ name }) => name === peer)),
  ];
  const chosen = choose(all, options.only);
  const machine = await describeMachine(base, { binary, image: options.image });
  console.log(`${renderMachine(machine)}\n`);
  makeSources(sources, chosen.map(({ id }) => id));
  const { runs, cold, quick } = options;
  // The first repetition warms the caches and is not counted, except when they are to be cold.
  const warmUp = !cold && !quick;
  const results: Result[] = [];
  const skipped: string[] = [];
  for (const [i, workload] of chosen.entries()) {
    // What one workload leaves of its share of the time, the others can have.
    const left = QUICK_SECONDS - (performance.now() - begun) / 1000;
    if (quick && left <= 0 && i > 0) {
      skipped.push(workload.name);
      continue;
    }
    const limit = quick ? { budgetSeconds: left / (chosen.length - i) } : {};
    const found = await runWorkload(workload, { base, runs, cold, warmUp, signal, ...limit });
    results.push(...found);
    console.log(renderTable(found));
  }
  const verdicts = judge(goals(machine), { results, cores: machine.cores });
  if (verdicts.length > 0) console.log(renderGoals(verdicts));
  if (quick) {
    console.log("Quick: small trees and few runs; the goals are meant for the full bench.");
  }
  if (skipped.length > 0) console.log(`Out of time, not measured: ${skipped.join("; ")}`);
  for (const name of missing) console.log(`${name}: not installed, not measured`);
  if (!await hasGnuTime()) console.log("Memory was not measured: install the package time");
  write({ machine, results, verdicts, command: bench.command }, options);
  return results.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/** @throws {UsageError} when there is none of that name */
function choose(all: readonly Workload[], only: readonly string[]): Workload[] {
  if (only.length === 0) return [...all];
  const chosen = all.filter(({ id, name }) =>
    only.some((word) => id === word || name.includes(word))
  );
  if (chosen.length > 0) return chosen;
  const known = all.map(({ id, name }) => `  ${id.padEnd(12)} ${name}`).join("\n");
  throw new UsageError(
    `--only "${only.join(",")}": no workload is called so. There are:\n${known}`,
  );
}

function write(report: Report, { json, svg, markdown }: BenchOptions): void {
  if (json !== undefined) Deno.writeTextFileSync(json, renderJson(report));
  if (svg !== undefined) Deno.writeTextFileSync(svg, renderSvg(report.results, report.machine));
  if (markdown === undefined) return;
  const picture = svg === undefined ? {} : { picture: relative(dirname(markdown), svg) };
  const old = exists(markdown) ? Deno.readTextFileSync(markdown) : "";
  Deno.writeTextFileSync(markdown, placeMarkdown(old, renderMarkdown({ ...report, ...picture })));
}

try {
  Deno.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  Deno.exitCode = 2;
}
