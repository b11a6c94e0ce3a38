/**
 * `phlb doctor` for people: what the backup root can do, what a source has, what will not be
 * preserved, how fast it is.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import type { DoctorReport, RootReport, SourceReport } from "../ops/doctor/doctor_report.ts";
import { stepText } from "../base/step_text.ts";
import type { Finding, Severity } from "../ops/doctor/finding.ts";
import type { Measurement } from "../ops/doctor/bench.ts";
import type { Mount } from "../backup/run/mount_table.ts";
import type { RootTraits } from "../ops/doctor/traits.ts";
import type { FenceReport } from "../ops/doctor/try_fence.ts";
import type { Figures } from "./figures.ts";
import { fitText, padText, textWidth } from "./text_width.ts";

/** How it is to be written. */
export interface DoctorFrame {
  readonly figures: Figures;
  readonly columns: number;
}

type Fact = readonly [label: string, text: string];

/** Width of the first column. */
const LABEL_COLUMNS = 16;

/** The text, lines without a newline at the end. */
export function doctorText(report: DoctorReport, frame: DoctorFrame): string {
  const { root, source, measurements } = report;
  const sections = [
    [printable(root.path), ...factLines(rootFacts(root, frame), frame)],
    source === undefined ? [] : [
      `Source ${printable(source.path)}`,
      ...factLines(sourceFacts(source, frame), frame),
    ],
    measurements.length === 0 ? [] : [
      "Speed",
      ...factLines(measurements.map((one) => speedFact(one, frame)), frame),
    ],
    findingLines(report, frame),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n");
}

function rootFacts(
  { mount, space, traits, fence, file, notStored }: RootReport,
  frame: DoctorFrame,
) {
  const { count, size, date } = frame.figures;
  const { freeBytes, freeInodes } = space;
  const free = [
    ...(freeBytes === undefined ? [] : [size(freeBytes)]),
    ...(freeInodes === undefined ? [] : [`${count(freeInodes)} inodes`]),
  ];
  const facts: Fact[] = [
    ["File system", mountText(mount, space.typeId)],
    ["Free", free.length === 0 ? "nobody says" : free.join(" and ")],
  ];
  if (file !== undefined) {
    facts.push(["Root id", `${file.id}, since ${date(file.created_at).slice(0, 10)}`]);
  }
  if (notStored !== undefined) facts.push(["Not stored", notStored]);
  if (traits !== undefined) facts.push(...traitFacts(traits, frame));
  if (fence !== undefined) facts.push(["Fence", fenceText(fence)]);
  return facts;
}

function mountText(mount: Mount | undefined, typeId: number): string {
  if (mount === undefined) return typeId === 0 ? "unknown" : `type 0x${typeId.toString(16)}`;
  const { type, device, point, isReadOnly } = mount;
  const how = isReadOnly ? ", read-only" : "";
  return `${type} on ${printable(device)}, mounted at ${printable(point)}${how}`;
}

function traitFacts(traits: RootTraits, { figures }: DoctorFrame): Fact[] {
  return [
    ["Hard links", linksText(traits, figures)],
    ["Renames, locks", yesIf(traits.rename_keeps, traits.rename_replaces, traits.locks)],
    ["Durable writes", yesIf(traits.durable)],
    ["Names", namesText(traits)],
    ["Permissions", traits.modes && !traits.setuid ? "yes, without setuid" : yesIf(traits.modes)],
    ["Owners", traits.owners === null ? "only root can give files away" : yesIf(traits.owners)],
    ["Attributes, ACLs", `${yesIf(traits.xattrs)}, ${yesIf(traits.acls)}`],
    ["Times", timesText(traits)],
    ["Special files", specialText(traits)],
    ["Holes, reflinks", `${yesIf(traits.holes)}, ${yesIf(traits.reflinks)}`],
    ["Largest file", largestText(traits, figures)],
  ];
}

function yesIf(...all: readonly boolean[]): string {
  return all.every((one) => one) ? "yes" : "no";
}

function linksText(traits: RootTraits, { count }: Figures): string {
  const { hard_links, link_limit, link_limit_per_directory } = traits;
  if (hard_links !== "yes") return hard_links === "copies" ? "no, it makes copies" : "no";
  if (link_limit === null) return "yes";
  const where = link_limit_per_directory ? " in a directory" : "";
  return `yes, up to ${count(link_limit)} names of a file${where}`;
}

function namesText(traits: RootTraits): string {
  const { case_sensitive, unicode_as_is, byte_names, refused_names, longest_name_bytes } = traits;
  const faults = [
    ...(case_sensitive ? [] : ["upper and lower case are one"]),
    ...(unicode_as_is ? [] : ["Unicode forms are not kept"]),
    ...(byte_names ? [] : ["UTF-8 only"]),
    ...(refused_names.length === 0 ? [] : ["some characters are refused"]),
  ];
  const kept = faults.length === 0 ? "all are kept" : faults.join("; ");
  return `${kept}; up to ${longest_name_bytes} bytes`;
}

function timesText({ time_step_ns, times_before_1970, times_after_2038 }: RootTraits): string {
  if (time_step_ns === 0) return "no";
  const limits = [
    ...(times_before_1970 ? [] : ["not before 1970"]),
    ...(times_after_2038 ? [] : ["not after 2038"]),
  ];
  return [`to ${stepText(time_step_ns)}`, ...limits].join(", ");
}

function specialText({ symlinks, fifos, device_nodes }: RootTraits): string {
  const devices = device_nodes === null ? "devices only as root" : `devices ${yesIf(device_nodes)}`;
  return `symlinks ${yesIf(symlinks)}, fifos ${yesIf(fifos)}, ${devices}`;
}

function largestText({ largest_file_bytes }: RootTraits, { size }: Figures): string {
  return largest_file_bytes === null ? "beyond all need" : size(largest_file_bytes);
}

function fenceText({ state, attempts, holds, wanted }: FenceReport): string {
  if (wanted === "off") return "off (performance.fence)";
  if (!state.raised) return `none: ${state.reason ?? "the kernel refused it"}`;
  const must = attempts.filter(({ mayPass }) => !mayPass);
  const refused = must.filter(({ outcome }) => outcome !== "done");
  const proof = `${refused.length} of ${must.length} forbidden actions refused`;
  return `Landlock ${state.abi}, ${proof}${holds ? "" : ": it does not hold"}`;
}

function sourceFacts(
  { mount, totals, isWhole, seconds }: SourceReport,
  frame: DoctorFrame,
): Fact[] {
  const { count, size } = frame.figures;
  const { files, directories, symlinks, others, bytes, hardLinked, excluded } = totals;
  return [
    ["File system", mountText(mount, 0)],
    [isWhole ? "Holds" : "Seen so far", `${count(files)} files of ${size(bytes)}`],
    ["", `${count(directories)} directories, ${count(symlinks)} symlinks, ${count(others)} others`],
    ...(hardLinked === 0 ? [] : [["Hard links", `${count(hardLinked)} names`] as const]),
    ...(excluded === 0 ? [] : [["Left out", `${count(excluded)} by a rule`] as const]),
    ["Looked at for", `${seconds.toFixed(1)} s`],
  ];
}

const SPEED_LABELS: Readonly<Record<Measurement["what"], string>> = {
  hash: "SHA-256",
  scan: "Scan source",
  link: "Hard links",
  create: "Small files",
  write: "Write",
};

function speedFact(one: Measurement, { figures: { count, size } }: DoctorFrame): Fact {
  const { what, bufferBytes, amount, unit, seconds } = one;
  const rate = seconds === 0 ? 0 : amount / seconds;
  const speed = unit === "bytes" ? `${size(rate)}/s` : `${count(Math.round(rate))} ${unit}/s`;
  const each = bufferBytes === undefined ? "" : ` of ${size(bufferBytes)}`;
  const how = what === "hash" ? ", buffer" : what === "create" ? ", each" : ", pieces";
  const note = what === "link" || what === "scan" ? "" : `${how}${each}`;
  return [SPEED_LABELS[what], `${speed}${note}`];
}

const HEADINGS: Readonly<Record<Severity, string>> = {
  stops: "A backup stops at this",
  lost: "This is left out of snapshots, and told as a problem",
  manifest: "Not in the plain files; the manifest keeps it for phlb restore",
  note: "Worth knowing",
};

function findingLines({ findings, source }: DoctorReport, frame: DoctorFrame): string[] {
  const lines: string[] = [];
  if (findings.every(({ severity }) => severity === "note")) {
    lines.push(source?.isWhole === true ? "All of the source is preserved" : "All is preserved");
  }
  for (const severity of ["stops", "lost", "manifest", "note"] as const) {
    const those = findings.filter((one) => one.severity === severity);
    if (those.length === 0) continue;
    if (lines.length > 0) lines.push("");
    lines.push(`${HEADINGS[severity]}:`);
    for (const one of those) lines.push(...findingText(one, { source, ...frame }));
  }
  return lines;
}

function findingText(
  { text, hint, concern }: Finding,
  { source, columns, figures }: DoctorFrame & { source: SourceReport | undefined },
): string[] {
  const met = source?.concerned.get(concern);
  const example = met?.example === "" ? "the source itself" : printable(met?.example ?? "");
  const where = met === undefined
    ? []
    : [fitText(`    ${entriesText(met.count, figures)}: ${example}`, Math.max(20, columns - 1))];
  return [
    ...wrap(`- ${printable(text)}`, { columns, first: 2, rest: 4 }),
    ...where,
    ...(hint === undefined ? [] : wrap(hint, { columns, first: 4, rest: 4 })),
  ];
}

function entriesText(entries: number, { count }: Figures): string {
  return entries === 1 ? "1 entry" : `${count(entries)} entries, the first`;
}

function factLines(facts: readonly Fact[], { columns }: DoctorFrame): string[] {
  return facts.flatMap(([label, text]) => {
    const [head = "", ...more] = wrap(text, {
      columns,
      first: 0,
      rest: 0,
      indent: LABEL_COLUMNS + 4,
    });
    return [
      `  ${padText(label, LABEL_COLUMNS)}  ${head}`,
      ...more.map((line) => " ".repeat(LABEL_COLUMNS + 4) + line),
    ];
  });
}

function wrap(
  text: string,
  { columns, first, rest, indent = 0 }: {
    columns: number;
    first: number;
    rest: number;
    indent?: number;
  },
): string[] {
  const room = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = " ".repeat(first);
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = " ".repeat(rest);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
