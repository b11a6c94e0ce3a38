import type { Verdict } from "./goals.ts";
import type { Machine } from "./machine.ts";
import { formatMeasured, renderMachine, verdictWord } from "./render_text.ts";
import { byStep, ratioTo, type Result, secondsOf, SUBJECT } from "./results.ts";
import { formatSpread, spread } from "./spread.ts";

/** What was measured, and how to do it again. */
export interface Report {
  readonly machine: Machine;
  readonly results: readonly Result[];
  readonly verdicts: readonly Verdict[];
  /** The command line that made it. */
  readonly command: string;
  /** Path of the picture, as seen from the file with the tables; undefined when there is none. */
  readonly picture?: string;
}

/** The tables for a README. */
export function renderMarkdown(report: Report): string {
  const { machine, results, verdicts, command, picture } = report;
  const versions = Object.entries(machine.versions).map(([, version]) => version).join(", ");
  const intro = `Measured with \`${command}\`: ${renderMachine(machine)}; ${versions}.\n\n` +
    "phlb: seconds, as median (min–max). Peers: how much of their time phlb takes (in bold; below " +
    "1 phlb is faster), then their own seconds. phlb, restic, borg and `cp; sync -f` end when all " +
    "is on the disk; `cp` and rsync end before.\n";
  const tables = tableGroups(results).map(renderTable);
  const goals = verdicts.length === 0 ? [] : [goalTable(verdicts)];
  const pictures = picture === undefined ? [] : [`![The same as bars](${picture})\n`];
  return [intro, ...pictures, ...tables, ...goals].join("\n");
}

/** Steps with the same contenders stand in one table. */
function tableGroups(results: readonly Result[]): Result[][][] {
  const key = (step: readonly Result[]) => step.map(({ contender }) => contender).join("\0");
  return [...Map.groupBy(byStep(results), key).values()];
}

function renderTable(steps: readonly (readonly Result[])[]): string {
  const contenders = steps[0]?.map(({ contender }) => contender) ?? [];
  const rows = steps.map((step) => {
    const [first] = step;
    const cells = step.map((result) => cell(result, step));
    return row([`${first?.title}: ${first?.step}`, ...cells]);
  });
  return table(["", ...contenders], rows);
}

function cell(result: Result, step: readonly Result[]): string {
  if (result.failure !== undefined) return "failed";
  const own = formatSpread(spread(secondsOf(result)));
  const ratio = ratioTo(result, step);
  if (result.contender === SUBJECT || ratio === undefined) return own;
  const [median, limits] = formatSpread(ratio).split(" ");
  return `**${median}** ${limits}, ${own.split(" ")[0]}`;
}

function goalTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) =>
    row([
      `${verdict.workload}, ${verdict.step}`,
      verdict.text,
      formatMeasured(verdict),
      verdictWord(verdict),
    ])
  );
  return table(["work", "goal", "measured", ""], rows);
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [row(head), row(head.map(() => "---")), ...rows, ""].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

const [BEGIN, END] = ["<!-- bench -->", "<!-- /bench -->"] as const;

/**
 * The text of a file with the tables in it: between its marks where it has them, else all of it.
 */
export function placeMarkdown(old: string, tables: string): string {
  const [begin, end] = [old.indexOf(BEGIN), old.indexOf(END)];
  if (begin < 0 || end < begin) return tables;
  return `${old.slice(0, begin + BEGIN.length)}\n\n${tables}\n${old.slice(end)}`;
}
