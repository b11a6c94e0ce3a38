/**
 * A picture of a bench: a group of bars for each step, as long as the medians within the group, with
 * whiskers from minimum to maximum. Readable on light and on dark backgrounds.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import { renderMachine } from "./render_text.ts";
import { byStep, ratioTo, type Result, secondsOf, SUBJECT } from "./results.ts";
import { formatNumber, type Spread, spread } from "./spread.ts";

const WIDTH = 860;
/** Space on both sides, and before the bars. */
const MARGIN = 20;
const BARS_LEFT = 178;
/** Of the longest bar or whisker; the rest is for the label behind it. */
const BARS_WIDTH = 420;
const BAR_HEIGHT = 12;
const LINE = 18;
const GROUP_GAP = 16;

const STYLE = `
.back { fill: #ffffff } .line { stroke: #d0d7de }
text { fill: #1f2328; font: 12px system-ui, "DejaVu Sans", sans-serif }
.title { font-size: 17px; font-weight: 600 } .step { font-weight: 600 } .soft { fill: #59636e }
.peer { fill: #a3b1c2 } .phlb { fill: #1a7f4b } .whisker { stroke: #1f2328; stroke-width: 1.2 }
.own { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  .back { fill: #0d1117 } .line { stroke: #3d444d }
  text { fill: #e6edf3 } .soft { fill: #9198a1 }
  .peer { fill: #57667a } .phlb { fill: #3fb97a } .whisker { stroke: #e6edf3 }
}
`;

/** The picture as a file of its own. */
export function renderSvg(results: readonly Result[], machine: Machine): string {
  const parts = [
    text({ x: MARGIN, y: 32, kind: "title" }, "phlb beside its peers: seconds, shorter is better"),
    text({ x: MARGIN, y: 52, kind: "soft" }, renderMachine(machine)),
    text(
      { x: MARGIN, y: 70, kind: "soft" },
      "Bars are medians, whiskers minimum to maximum. “×” is phlb's time as a share of the peer's; " +
        "below 1, phlb is faster.",
    ),
  ];
  let y = 84;
  for (const step of byStep(results)) {
    parts.push(`<path class="line" d="M${MARGIN} ${y}H${WIDTH - MARGIN}"/>`);
    parts.push(text({ x: MARGIN, y: y + 20, kind: "step" }, titleOf(step)));
    y += 30;
    const unit = BARS_WIDTH / Math.max(...step.flatMap(secondsOf), Number.MIN_VALUE);
    for (const result of step) {
      parts.push(bar(result, { y, unit, ratio: ratioTo(result, step) }));
      y += LINE;
    }
    y += GROUP_GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" ` +
    `height="${y}" role="img">\n<title>phlb beside its peers</title>\n<style>${STYLE}</style>\n` +
    `<rect class="back" width="${WIDTH}" height="${y}"/>\n${parts.join("\n")}\n</svg>\n`;
}

function titleOf([first]: readonly Result[]): string {
  return first === undefined ? "" : `${first.title}: ${first.step}`;
}

function bar(
  result: Result,
  { y, unit, ratio }: { y: number; unit: number; ratio: Spread | undefined },
): string {
  const isOwn = result.contender === SUBJECT;
  const base = y + BAR_HEIGHT - 2;
  const kind = isOwn ? "own" : "";
  const name = text({ x: BARS_LEFT - 8, y: base, kind, anchor: "end" }, result.contender);
  if (result.failure !== undefined || result.runs.length === 0) {
    return name + text({ x: BARS_LEFT + 2, y: base, kind: "soft" }, "failed");
  }
  const { min, median, max } = spread(secondsOf(result));
  const at = (seconds: number) => Number((BARS_LEFT + seconds * unit).toFixed(1));
  const [from, to, middle] = [at(min), at(max), y + BAR_HEIGHT / 2];
  const caps = `M${from} ${middle - 3}v6M${to} ${middle - 3}v6`;
  const told = ratio === undefined ? "" : ` · ${formatNumber(ratio.median)} ×`;
  return name +
    `<rect class="${isOwn ? "phlb" : "peer"}" x="${BARS_LEFT}" y="${y}" rx="1.5" ` +
    `width="${(median * unit).toFixed(1)}" height="${BAR_HEIGHT}"/>` +
    `<path class="whisker" d="M${from} ${middle}H${to}${caps}"/>` +
    text({ x: to + 8, y: base, kind }, `${formatNumber(median)} s${told}`);
}

function text(
  { x, y, kind, anchor }: { x: number; y: number; kind: string; anchor?: "end" },
  content: string,
): string {
  const look = (kind === "" ? "" : ` class="${kind}"`) +
    (anchor === undefined ? "" : ` text-anchor="${anchor}"`);
  return `<text x="${x}" y="${y}"${look}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
