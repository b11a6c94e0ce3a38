/**
 * `phlb stats` for people: the snapshots with bars, what the root is made of, where it grew, and
 * for how long there is room.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import type { OtherHolder, RootStats, SnapshotStats } from "../ops/stats/root_stats.ts";
import { drawBar } from "./bar_chart.ts";
import { padLeft, type StatsFrame, statsTable } from "./stats_table.ts";
import { fitText, padText, textWidth } from "./text_width.ts";

export type { StatsFrame } from "./stats_table.ts";

/** Directories with the largest growth that are shown for a snapshot. */
const SHOWN_PLACES = 5;
/** Snapshots for which that is shown, when none are named. */
const SHOWN_GROWTHS = 3;
/** Files near the limit of links that are shown. */
const SHOWN_NEAR = 3;

/** The text, lines without a newline at the end. */
export function statsText(stats: RootStats, frame: StatsFrame): string {
  const { snapshots, isNamed, totals } = stats;
  const isExact = totals.count !== undefined;
  const shown = snapshots.length === 0
    ? [[`No snapshots in ${printable(stats.root)}`]]
    : isNamed
    ? snapshots.map((one) => snapshotLines(one, frame))
    : [statsTable(snapshots, { ...frame, isExact })];
  const sections = [
    ...shown,
    togetherLines(stats, frame),
    rootLines(stats, frame),
    compositionLines(stats, frame),
    ...(isNamed ? [] : newestOfEach(snapshots).map((one) => growthSection(one, frame))),
    stateLines(stats, frame),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n");
}

/** One snapshot at length. */
function snapshotLines(one: SnapshotStats, frame: StatsFrame): string[] {
  const { snapshot, count, newBytes } = one;
  const { size, count: number } = frame.figures;
  const facts: [string, string][] = holdFacts(one, frame);
  if (newBytes !== undefined) facts.push(["New", `${size(newBytes)} of content in its run`]);
  if (count !== undefined) {
    const { addedBytes, addedInodes, freedBytes, freedInodes } = count;
    facts.push(
      ["Added", `${size(addedBytes)} and ${number(addedInodes)} inodes to older snapshots`],
      ["Frees", `${size(freedBytes)} and ${number(freedInodes)} inodes when removed alone`],
      ["On disk", size(count.storedBytes)],
    );
  }
  const parts: Part[] = count === undefined ? [] : [
    { label: "Shared", bytes: count.sharedBytes },
    { label: "Unique", bytes: count.uniqueBytes },
    { label: "Directories, lists", bytes: count.overheadBytes },
  ];
  return [
    printable(snapshot.id),
    ...facts.map(([label, text]) => `  ${padText(label, 9)}${text}`),
    ...partLines(parts, { ...frame, whole: count?.storedBytes ?? 0, indent: 4 }),
    ...growthLines(one, { ...frame, indent: 2 }),
  ];
}

function holdFacts(
  { files, directories, others, apparentBytes }: SnapshotStats,
  { figures }: StatsFrame,
): [string, string][] {
  if (files === undefined || apparentBytes === undefined) {
    return [["Holds", "not known without counting"]];
  }
  const more = others === undefined || others === 0 ? "" : `, ${figures.count(others)} others`;
  return [
    ["Holds", `${figures.size(apparentBytes)} in ${figures.count(files)} files`],
    ["", `${figures.count(directories ?? 0)} directories${more}`],
  ];
}

function togetherLines({ together, snapshots }: RootStats, { figures }: StatsFrame): string[] {
  if (together === undefined) return [];
  const { freedBytes, freedInodes } = together;
  return [
    `Removing these ${figures.count(snapshots.length)} together frees ` +
    `${figures.size(freedBytes)} and ${figures.count(freedInodes)} inodes`,
  ];
}

function rootLines({ root, totals }: RootStats, { figures, columns }: StatsFrame): string[] {
  const { count, size } = figures;
  const { snapshots, apparentBytes, count: counted } = totals;
  if (snapshots === 0) return [];
  const all = snapshots === 1 ? "1 snapshot" : `${count(snapshots)} snapshots`;
  const where = fitText(printable(root), Math.max(10, columns - 1));
  const held = apparentBytes === undefined ? "" : ` of ${size(apparentBytes)}`;
  if (counted === undefined) return [where, `  ${all}${held}`];
  const { dedupRatio } = counted;
  const ratio = dedupRatio === undefined ? "" : `, ratio ${ratioText(dedupRatio)}`;
  return [where, `  ${all}${held} on ${size(counted.snapshotBytes)}${ratio}`];
}

function ratioText(ratio: number): string {
  return ratio.toFixed(2);
}

function compositionLines({ totals }: RootStats, frame: StatsFrame): string[] {
  const { count } = totals;
  if (count === undefined) return [];
  const parts: Part[] = [
    { label: "In several", bytes: count.sharedBytes },
    { label: "In one snapshot", bytes: count.uniqueBytes },
    { label: "Directories, lists", bytes: count.overheadBytes },
    ...count.others.filter(isWorthALine).map((other) => ({
      label: otherLabel(other),
      bytes: other.freedBytes,
    })),
    { label: "All of the root", bytes: count.totalBytes },
  ];
  return partLines(parts, { ...frame, whole: count.totalBytes, indent: 2 });
}

/** The root's own directories are there always. */
function isWorthALine({ kind, freedBytes }: OtherHolder): boolean {
  return kind === "partial" || (freedBytes > 0 && kind !== "rest") || freedBytes > 1 << 20;
}

function otherLabel({ kind, id }: OtherHolder): string {
  if (kind === "partial") return `Partial ${printable(id ?? "")}`;
  return { trash: "Trash", private: ".phlb", rest: "Everything else" }[kind];
}

interface Part {
  readonly label: string;
  readonly bytes: number;
}

/** A line for each part: label, size, bar, percent. */
function partLines(
  parts: readonly Part[],
  { figures, columns, blocks, whole, indent }: StatsFrame & { whole: number; indent: number },
): string[] {
  const shown = parts.filter(({ bytes }) => bytes > 0);
  if (shown.length === 0) return [];
  const sizes = shown.map(({ bytes }) => figures.size(bytes));
  const sizeWidth = Math.max(...sizes.map(textWidth));
  const mostLabel = Math.max(8, columns - indent - sizeWidth - 10);
  const labels = shown.map(({ label }) => fitText(label, mostLabel));
  const labelWidth = Math.max(...labels.map(textWidth));
  const room = columns - indent - labelWidth - sizeWidth - 10;
  const cells = room < 6 ? 0 : Math.min(24, room);
  return shown.map(({ bytes }, i) => {
    const percent = percentText(bytes / whole);
    const bar = drawBar(Math.min(1, bytes / whole), { cells, blocks });
    const drawn = cells === 0 ? "" : `  ${padText(bar, cells)}`;
    return " ".repeat(indent) + padText(labels[i] ?? "", labelWidth) + "  " +
      padLeft(sizes[i] ?? "", sizeWidth) + drawn + padLeft(percent, 6);
  });
}

/** What is there is not shown as nothing, nor what is missing as all. */
function percentText(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0) return "<1 %";
  return percent === 100 && fraction < 1 ? ">99 %" : `${percent} %`;
}

function newestOfEach(snapshots: readonly SnapshotStats[]): SnapshotStats[] {
  const groups = Map.groupBy(snapshots, ({ snapshot }) => snapshot.name);
  return [...groups.values()].flatMap((group) => group.at(-1) ?? [])
    .filter(({ isFirst }) => !isFirst)
    .sort((a, b) => (b.count?.addedBytes ?? 0) - (a.count?.addedBytes ?? 0))
    .slice(0, SHOWN_GROWTHS);
}

function growthSection(one: SnapshotStats, frame: StatsFrame): string[] {
  const lines = growthLines(one, { ...frame, indent: 0 });
  const [head = "", ...rest] = lines;
  return lines.length === 0 ? [] : [`${head} in ${printable(one.snapshot.id)}`, ...rest];
}

function growthLines(
  { count }: SnapshotStats,
  { figures, columns, indent }: StatsFrame & { indent: number },
): string[] {
  const growth = count?.growth;
  if (growth === undefined || growth.places.length === 0) return [];
  const places = growth.places.slice(0, SHOWN_PLACES);
  const elsewhere = growth.places.slice(SHOWN_PLACES)
    .reduce((sum, { addedBytes }) => sum + addedBytes, growth.elsewhereBytes);
  const rows = [
    ...places.map(({ relPath, addedBytes }) => ({
      bytes: addedBytes,
      where: relPath === "" ? "./ (files at the top)" : `${printable(relPath)}/`,
    })),
    ...(elsewhere > 0 ? [{ bytes: elsewhere, where: "elsewhere" }] : []),
  ];
  const width = Math.max(...rows.map(({ bytes }) => textWidth(figures.size(bytes))));
  const pad = " ".repeat(indent);
  return [
    `${pad}Largest growth`,
    ...rows.map(({ bytes, where }) =>
      `${pad}  ${padLeft(figures.size(bytes), width)}  ${
        fitText(where, columns - width - indent - 5)
      }`
    ),
  ];
}

/** What somebody may have to do something about: links, verifying, room. */
function stateLines(stats: RootStats, frame: StatsFrame): string[] {
  return [...linkLines(stats, frame), ...coverageLines(stats, frame), ...roomLines(stats, frame)];
}

function linkLines({ links }: RootStats, { figures, columns }: StatsFrame): string[] {
  if (links?.limit === undefined || links.near === 0) return [];
  const { near, limit, examples } = links;
  const files = near === 1 ? "1 file is" : `${figures.count(near)} files are`;
  return [
    `Links     ${files} near the limit of ${figures.count(limit.links)} hard links:`,
    ...examples.slice(0, SHOWN_NEAR).map(({ relPath, links: count }) =>
      `          ${figures.count(count)}  ${
        fitText(printable(relPath), Math.max(10, columns - 20))
      }`
    ),
    "          Beyond it the content is stored once more",
  ];
}

function coverageLines({ coverage }: RootStats, { figures }: StatsFrame): string[] {
  if (coverage === undefined || coverage.known.bytes === 0) return [];
  const { known, within, damaged } = coverage;
  const read = within.map(({ days, bytes }) =>
    `${bytes === 0 ? "0 %" : percentText(bytes / known.bytes)} in ${days} days`
  );
  return [
    `Verified  ${read.join(", ")}`,
    ...(damaged.inodes === 0 ? [] : [
      `          ${figures.count(damaged.inodes)} damaged: phlb verify tells which`,
    ]),
  ];
}

function roomLines({ room }: RootStats, { figures }: StatsFrame): string[] {
  const { freeBytes, freeInodes, perSnapshot, basis, fits } = room;
  const free = [
    ...(freeBytes === undefined ? [] : [figures.size(freeBytes)]),
    ...(freeInodes === undefined ? [] : [`${figures.count(freeInodes)} inodes`]),
  ];
  const lines = free.length === 0 ? [] : [`Room      ${free.join(" and ")} free`];
  if (fits === undefined || perSnapshot === undefined) return lines;
  const { bytes, inodes } = perSnapshot;
  const each = inodes === undefined ? "" : ` and ${figures.count(inodes)} inodes`;
  return [
    ...lines,
    `          for about ${figures.count(fits)} more like the last ${
      figures.count(basis)
    } snapshots:`,
    `          ${figures.size(bytes)}${each} each`,
  ];
}
