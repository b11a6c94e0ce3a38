/**
 * `phlb stats` for people: the snapshots with bars, what the root is made of, where it grew, and
 * for how long there is room.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import type { OtherHolder, RootStats, SnapshotStats } from "../ops/stats/root_stats.ts";
import type { Figures } from "./figures.ts";
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
    ? [[frame.figures.say("No snapshots in {root}", { root: printable(stats.root) })]]
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
  const { size, say } = frame.figures;
  const facts: [string, string][] = holdFacts(one, frame);
  if (newBytes !== undefined) {
    facts.push([say("New"), say("{size} of content in its run", { size: size(newBytes) })]);
  }
  if (count !== undefined) {
    const { addedBytes, addedInodes, freedBytes, freedInodes } = count;
    const added = { size: size(addedBytes), inodes: addedInodes };
    const freed = { size: size(freedBytes), inodes: freedInodes };
    facts.push(
      [say("Added"), say("{size} and {inodes:inode|inodes} to older snapshots", added)],
      [say("Frees"), say("{size} and {inodes:inode|inodes} when removed alone", freed)],
      [say("On disk"), size(count.storedBytes)],
    );
  }
  const parts: Part[] = count === undefined ? [] : [
    { label: say("Shared"), bytes: count.sharedBytes },
    { label: say("Unique"), bytes: count.uniqueBytes },
    { label: say("Directories, lists"), bytes: count.overheadBytes },
  ];
  const width = Math.max(7, ...facts.map(([label]) => textWidth(label))) + 2;
  return [
    printable(snapshot.id),
    ...facts.map(([label, text]) => `  ${padText(label, width)}${text}`),
    ...partLines(parts, { ...frame, whole: count?.storedBytes ?? 0, indent: 4 }),
    ...growthLines(one, { ...frame, indent: 2 }),
  ];
}

function holdFacts(
  { files, directories, others, apparentBytes }: SnapshotStats,
  { figures: { say, size } }: StatsFrame,
): [string, string][] {
  if (files === undefined || apparentBytes === undefined) {
    return [[say("Holds"), say("not known without counting")]];
  }
  const more = others === undefined || others === 0
    ? ""
    : `, ${say("{others:other|others}", { others })}`;
  const dirs = directories ?? 0;
  return [
    [say("Holds"), say("{size} in {files:file|files}", { size: size(apparentBytes), files })],
    ["", `${say("{dirs:directory|directories}", { dirs })}${more}`],
  ];
}

function togetherLines({ together, snapshots }: RootStats, { figures }: StatsFrame): string[] {
  if (together === undefined) return [];
  const { freedBytes, freedInodes } = together;
  return [
    figures.say("Removing these {count} together frees {size} and {inodes:inode|inodes}", {
      count: snapshots.length,
      size: figures.size(freedBytes),
      inodes: freedInodes,
    }),
  ];
}

function rootLines({ root, totals }: RootStats, { figures, columns }: StatsFrame): string[] {
  const { size, say, decimal } = figures;
  const { snapshots, apparentBytes, count: counted } = totals;
  if (snapshots === 0) return [];
  const all = say("{snapshots:snapshot|snapshots}", { snapshots });
  const where = fitText(printable(root), Math.max(10, columns - 1));
  const held = apparentBytes === undefined
    ? ""
    : ` ${say("of {size}", { size: size(apparentBytes) })}`;
  if (counted === undefined) return [where, `  ${all}${held}`];
  const { dedupRatio } = counted;
  const ratio = dedupRatio === undefined
    ? ""
    : `, ${say("ratio {ratio}", { ratio: decimal(dedupRatio, 2) })}`;
  const on = say("on {size}", { size: size(counted.snapshotBytes) });
  return [where, `  ${all}${held} ${on}${ratio}`];
}

function compositionLines({ totals }: RootStats, frame: StatsFrame): string[] {
  const { count } = totals;
  const { say } = frame.figures;
  if (count === undefined) return [];
  const parts: Part[] = [
    { label: say("In several"), bytes: count.sharedBytes },
    { label: say("In one snapshot"), bytes: count.uniqueBytes },
    { label: say("Directories, lists"), bytes: count.overheadBytes },
    ...count.others.filter(isWorthALine).map((other) => ({
      label: otherLabel(other, frame.figures),
      bytes: other.freedBytes,
    })),
    { label: say("All of the root"), bytes: count.totalBytes },
  ];
  return partLines(parts, { ...frame, whole: count.totalBytes, indent: 2 });
}

/** The root's own directories are there always. */
function isWorthALine({ kind, freedBytes }: OtherHolder): boolean {
  return kind === "partial" || (freedBytes > 0 && kind !== "rest") || freedBytes > 1 << 20;
}

function otherLabel({ kind, id }: OtherHolder, { say }: Figures): string {
  if (kind === "partial") return say("Partial {id}", { id: printable(id ?? "") });
  return { trash: say("Trash"), private: ".phlb", rest: say("Everything else") }[kind];
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
  const { say } = frame.figures;
  const title = say("{what} in {id}", { what: head, id: printable(one.snapshot.id) });
  return lines.length === 0 ? [] : [title, ...rest];
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
      where: relPath === "" ? figures.say("./ (files at the top)") : `${printable(relPath)}/`,
    })),
    ...(elsewhere > 0 ? [{ bytes: elsewhere, where: figures.say("elsewhere") }] : []),
  ];
  const width = Math.max(...rows.map(({ bytes }) => textWidth(figures.size(bytes))));
  const pad = " ".repeat(indent);
  return [
    `${pad}${figures.say("Largest growth")}`,
    ...rows.map(({ bytes, where }) =>
      `${pad}  ${padLeft(figures.size(bytes), width)}  ${
        fitText(where, columns - width - indent - 5)
      }`
    ),
  ];
}

/** What somebody may have to do something about: links, verifying, room. */
function stateLines(stats: RootStats, frame: StatsFrame): string[] {
  const { say } = frame.figures;
  const labels = [say("Links"), say("Verified"), say("Room")];
  const width = Math.max(8, ...labels.map(textWidth)) + 2;
  const column = (label: string, lines: readonly string[]) =>
    lines.map((line, i) => padText(i === 0 ? label : "", width) + line);
  return [
    ...column(say("Links"), linkLines(stats, frame)),
    ...column(say("Verified"), coverageLines(stats, frame)),
    ...column(say("Room"), roomLines(stats, frame)),
  ];
}

function linkLines({ links }: RootStats, { figures, columns }: StatsFrame): string[] {
  if (links?.limit === undefined || links.near === 0) return [];
  const { near, limit, examples } = links;
  const values = { near, limit: limit.links };
  return [
    figures.say("{near:file is|files are} near the limit of {limit} hard links:", values),
    ...examples.slice(0, SHOWN_NEAR).map(({ relPath, links: count }) =>
      `${figures.count(count)}  ${fitText(printable(relPath), Math.max(10, columns - 20))}`
    ),
    figures.say("Beyond it the content is stored once more"),
  ];
}

function coverageLines({ coverage }: RootStats, { figures }: StatsFrame): string[] {
  if (coverage === undefined || coverage.known.bytes === 0) return [];
  const { known, within, damaged } = coverage;
  const read = within.map(({ days, bytes }) =>
    figures.say("{percent} in {days} days", {
      percent: bytes === 0 ? "0 %" : percentText(bytes / known.bytes),
      days,
    })
  );
  return [
    read.join(", "),
    ...(damaged.inodes === 0 ? [] : [
      figures.say("{damaged} damaged: phlb verify tells which", { damaged: damaged.inodes }),
    ]),
  ];
}

function roomLines({ room }: RootStats, { figures }: StatsFrame): string[] {
  const { freeBytes, freeInodes, perSnapshot, basis, fits } = room;
  const free = [
    ...(freeBytes === undefined ? [] : [figures.size(freeBytes)]),
    ...(freeInodes === undefined
      ? []
      : [figures.say("{inodes:inode|inodes}", { inodes: freeInodes })]),
  ];
  const [one = "", other] = free;
  const all = other === undefined ? one : figures.say("{one} and {other}", { one, other });
  const lines = free.length === 0 ? [] : [figures.say("{all} free", { all })];
  if (fits === undefined || perSnapshot === undefined) return lines;
  const { bytes, inodes } = perSnapshot;
  const size = figures.size(bytes);
  return [
    ...lines,
    figures.say("for about {fits} more like the last {basis} snapshots:", { fits, basis }),
    inodes === undefined
      ? figures.say("{size} each", { size })
      : figures.say("{size} and {inodes} inodes each", { size, inodes }),
  ];
}
