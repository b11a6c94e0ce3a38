import { type Run, spread } from "./measure.ts";

/** All counted runs of one contender at one step of one workload. */
export interface Result {
  readonly workload: string;
  readonly step: string;
  readonly contender: string;
  readonly runs: readonly Run[];
}

/** The contender that the others are compared with. */
const SUBJECT = "phlb";

/** A table of seconds and of phlb's ratio to each peer. */
export function renderTable(results: readonly Result[]): string {
  const lines = [results[0]?.workload ?? ""];
  for (const step of new Set(results.map((result) => result.step))) {
    lines.push(`  ${step}`);
    for (const result of results.filter((candidate) => candidate.step === step)) {
      lines.push(`    ${tableRow(result, results)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function tableRow(result: Result, results: readonly Result[]): string {
  const { min, median, max } = spread(result.runs.map(({ seconds }) => seconds));
  const seconds = `${median.toFixed(2)} s (${min.toFixed(2)}–${max.toFixed(2)})`;
  const peak = spread(result.runs.map(({ peakMib }) => peakMib ?? 0)).max;
  const ratio = result.contender === SUBJECT ? "" : ` phlb takes ${ratioTo(result, results)} of it`;
  return `${result.contender.padEnd(18)} ${seconds.padEnd(24)} ${
    peak.toFixed(0).padStart(4)
  } MiB${ratio}`;
}

/** Median of the ratios pair by pair: run n of phlb to run n of the peer. */
function ratioTo(peer: Result, results: readonly Result[]): string {
  const subject = results.find(({ workload, step, contender }) =>
    contender === SUBJECT && workload === peer.workload && step === peer.step
  );
  const pairs = peer.runs.map(({ seconds }, i) => (subject?.runs[i]?.seconds ?? NaN) / seconds);
  const { min, median, max } = spread(pairs);
  return `${median.toFixed(2)} × (${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** All runs, for other programs: seconds and MiB. */
export function renderJson(results: readonly Result[]): string {
  return `${JSON.stringify({ format_version: 1, results }, null, 2)}\n`;
}

const BAR = { height: 14, gap: 4, left: 330, width: 420 } as const;

/** A picture: one bar of the median for each contender, as long as it took within its group. */
export function renderSvg(results: readonly Result[]): string {
  const groups = Map.groupBy(results, ({ workload, step }) => `${workload}, ${step}`);
  const parts: string[] = [];
  let y = 10;
  for (const [title, group] of groups) {
    parts.push(`<text x="10" y="${y + 11}" font-weight="bold">${escapeXml(title)}</text>`);
    y += BAR.height + BAR.gap;
    const medians = group.map((result) => spread(result.runs.map(({ seconds }) => seconds)).median);
    const longest = Math.max(...medians);
    for (const [i, { contender }] of group.entries()) {
      const median = medians[i] ?? 0;
      const width = (BAR.width * median / longest).toFixed(1);
      const fill = contender === SUBJECT ? "#2a6f4e" : "#9aa5b1";
      parts.push(
        `<text x="${BAR.left - 10}" y="${y + 11}" text-anchor="end">${
          escapeXml(contender)
        }</text>` +
          `<rect x="${BAR.left}" y="${y}" width="${width}" height="${BAR.height}" fill="${fill}"/>` +
          `<text x="${BAR.left + Number(width) + 6}" y="${y + 11}">${median.toFixed(2)} s</text>`,
      );
      y += BAR.height + BAR.gap;
    }
    y += BAR.gap * 2;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="840" height="${y}" ` +
    `font-family="sans-serif" font-size="12">\n${parts.join("\n")}\n</svg>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
