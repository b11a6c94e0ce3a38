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
import type { Phrase } from "./words.ts";

/** How it is to be written. */
export interface DoctorFrame {
  readonly figures: Figures;
  readonly columns: number;
}

type Fact = readonly [label: string, text: string];

/** Width of the first column. */
const LABEL_COLUMNS = 16;

/** The words of a language are as long as they are. */
function labelColumns(facts: readonly Fact[]): number {
  return Math.max(LABEL_COLUMNS, ...facts.map(([label]) => textWidth(label)));
}

/** The text, lines without a newline at the end. */
export function doctorText(report: DoctorReport, frame: DoctorFrame): string {
  const { root, source, measurements } = report;
  const { say } = frame.figures;
  const sections = [
    [printable(root.path), ...factLines(rootFacts(root, frame), frame)],
    source === undefined ? [] : [
      say("Source {path}", { path: printable(source.path) }),
      ...factLines(sourceFacts(source, frame), frame),
    ],
    measurements.length === 0 ? [] : [
      say("Speed"),
      ...factLines(measurements.map((one) => speedFact(one, frame)), frame),
    ],
    findingLines(report, frame),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n");
}

function rootFacts(
  { mount, space, traits, fence, file, notStored, protections }: RootReport,
  frame: DoctorFrame,
) {
  const { size, say, tell } = frame.figures;
  const { freeBytes, freeInodes: inodes } = space;
  const free = [
    ...(freeBytes === undefined ? [] : [size(freeBytes)]),
    ...(inodes === undefined ? [] : [say("{inodes:inode|inodes}", { inodes })]),
  ];
  const [one = say("nobody says"), other] = free;
  const facts: Fact[] = [
    [say("File system"), mountText(mount, { ...frame, typeId: space.typeId })],
    [say("Free"), other === undefined ? one : say("{one} and {other}", { one, other })],
  ];
  if (file !== undefined) {
    const since = { id: file.id, date: file.created_at.slice(0, 10) };
    facts.push([say("Root id"), say("{id}, since {date}", since)]);
  }
  if (notStored !== undefined) facts.push([say("Not stored"), tell(notStored)]);
  if (traits !== undefined) facts.push(...traitFacts(traits, frame));
  if (protections.some(({ protect }) => protect !== "none")) {
    const each = protections.map(({ name, protect }) => `${printable(name || ".")}: ${protect}`);
    facts.push([say("Newest snapshots"), each.join(", ")]);
  }
  if (fence !== undefined) facts.push([say("Fence"), fenceText(fence, frame.figures)]);
  return facts;
}

function mountText(
  mount: Mount | undefined,
  { typeId, figures: { say } }: DoctorFrame & { typeId: number },
): string {
  if (mount === undefined) {
    return typeId === 0 ? say("unknown") : say("type {id}", { id: `0x${typeId.toString(16)}` });
  }
  const { type, device, point, isReadOnly } = mount;
  const values = { type, device: printable(device), point: printable(point) };
  return isReadOnly
    ? say("{type} on {device}, mounted at {point}, read-only", values)
    : say("{type} on {device}, mounted at {point}", values);
}

function traitFacts(traits: RootTraits, { figures }: DoctorFrame): Fact[] {
  const { say } = figures;
  const { rename_keeps, rename_replaces, locks, modes, setuid, owners } = traits;
  const yes = (...all: readonly boolean[]) => yesIf(figures, ...all);
  return [
    [say("Hard links"), linksText(traits, figures)],
    [say("Renames, locks"), yes(rename_keeps, rename_replaces, locks)],
    [say("Durable writes"), yes(traits.durable)],
    [say("Names"), namesText(traits, figures)],
    [say("Permissions"), modes && !setuid ? say("yes, without setuid") : yes(modes)],
    [say("Owners"), owners === null ? say("only root can give files away") : yes(owners)],
    [say("Attributes, ACLs"), `${yes(traits.xattrs)}, ${yes(traits.acls)}`],
    [
      say("Immutable files"),
      traits.immutable === null ? say("only root can make them") : yes(traits.immutable),
    ],
    [say("Times"), timesText(traits, figures)],
    [say("Special files"), specialText(traits, figures)],
    [say("Holes, reflinks"), `${yes(traits.holes)}, ${yes(traits.reflinks)}`],
    [say("Largest file"), largestText(traits, figures)],
  ];
}

function yesIf({ say }: Figures, ...all: readonly boolean[]): string {
  return all.every((one) => one) ? say("yes") : say("no");
}

function linksText(traits: RootTraits, { say }: Figures): string {
  const { hard_links, link_limit: limit, link_limit_per_directory } = traits;
  if (hard_links !== "yes") return hard_links === "copies" ? say("no, it makes copies") : say("no");
  if (limit === null) return say("yes");
  return link_limit_per_directory
    ? say("yes, up to {limit} names of a file in a directory", { limit })
    : say("yes, up to {limit} names of a file", { limit });
}

function namesText(traits: RootTraits, { say }: Figures): string {
  const { case_sensitive, unicode_as_is, byte_names, refused_names, longest_name_bytes } = traits;
  const faults = [
    ...(case_sensitive ? [] : [say("upper and lower case are one")]),
    ...(unicode_as_is ? [] : [say("Unicode forms are not kept")]),
    ...(byte_names ? [] : [say("UTF-8 only")]),
    ...(refused_names.length === 0 ? [] : [say("some characters are refused")]),
  ];
  const kept = faults.length === 0 ? say("all are kept") : faults.join("; ");
  return `${kept}; ${say("up to {bytes} bytes", { bytes: longest_name_bytes })}`;
}

function timesText(
  { time_step_ns, times_before_1970, times_after_2038 }: RootTraits,
  { say }: Figures,
): string {
  if (time_step_ns === 0) return say("no");
  const limits = [
    ...(times_before_1970 ? [] : [say("not before 1970")]),
    ...(times_after_2038 ? [] : [say("not after 2038")]),
  ];
  return [say("to {step}", { step: stepText(time_step_ns) }), ...limits].join(", ");
}

function specialText({ symlinks, fifos, device_nodes }: RootTraits, figures: Figures): string {
  const { say } = figures;
  const devices = device_nodes === null
    ? say("devices only as root")
    : say("devices {yes}", { yes: yesIf(figures, device_nodes) });
  const values = { links: yesIf(figures, symlinks), fifos: yesIf(figures, fifos) };
  return `${say("symlinks {links}, fifos {fifos}", values)}, ${devices}`;
}

function largestText({ largest_file_bytes }: RootTraits, { size, say }: Figures): string {
  return largest_file_bytes === null ? say("beyond all need") : size(largest_file_bytes);
}

function fenceText(
  { state, attempts, holds, wanted }: FenceReport,
  { say, tell }: Figures,
): string {
  if (wanted === "off") return say("off (performance.fence)");
  if (!state.raised) {
    const reason = tell(state.reason ?? "the kernel refused it");
    return say("none: {reason}", { reason });
  }
  const must = attempts.filter(({ mayPass }) => !mayPass);
  const refused = must.filter(({ outcome }) => outcome !== "done");
  const values = { abi: String(state.abi), refused: refused.length, all: must.length };
  const proof = say("Landlock {abi}, {refused} of {all} forbidden actions refused", values);
  return holds ? proof : `${proof}: ${say("it does not hold")}`;
}

function sourceFacts(
  { mount, totals, isWhole, seconds }: SourceReport,
  frame: DoctorFrame,
): Fact[] {
  const { size, say, decimal } = frame.figures;
  const { files, directories, symlinks, others, bytes, hardLinked, excluded } = totals;
  const facts: Fact[] = [
    [say("File system"), mountText(mount, { ...frame, typeId: 0 })],
    [
      isWhole ? say("Holds") : say("Seen so far"),
      say("{files:file|files} of {size}", { files, size: size(bytes) }),
    ],
    [
      "",
      say("{directories} directories, {symlinks} symlinks, {others} others", {
        directories,
        symlinks,
        others,
      }),
    ],
  ];
  if (hardLinked > 0) {
    facts.push([say("Hard links"), say("{names:name|names}", { names: hardLinked })]);
  }
  if (excluded > 0) facts.push([say("Left out"), say("{excluded} by a rule", { excluded })]);
  return [...facts, [say("Looked at for"), `${decimal(seconds, 1)} s`]];
}

const SPEED_LABELS: Readonly<Record<Measurement["what"], Phrase>> = {
  hash: "SHA-256",
  scan: "Scan source",
  link: "Hard links",
  create: "Small files",
  write: "Write",
};

function speedFact(one: Measurement, { figures: { count, size, say } }: DoctorFrame): Fact {
  const { what, bufferBytes, amount, unit, seconds } = one;
  const rate = seconds === 0 ? 0 : amount / seconds;
  const speed = unit === "bytes" ? `${size(rate)}/s` : `${count(Math.round(rate))} ${say(unit)}/s`;
  const buffer = size(bufferBytes ?? 0);
  const how = what === "hash"
    ? say("buffer of {buffer}", { buffer })
    : what === "create"
    ? say("each of {buffer}", { buffer })
    : say("pieces of {buffer}", { buffer });
  return [say(SPEED_LABELS[what]), bufferBytes === undefined ? speed : `${speed}, ${how}`];
}

const HEADINGS: Readonly<Record<Severity, Phrase>> = {
  stops: "A backup stops at this",
  lost: "This is left out of snapshots, and told as a problem",
  manifest: "Not in the plain files; the manifest keeps it for phlb restore",
  note: "Worth knowing",
};

function findingLines({ findings, source }: DoctorReport, frame: DoctorFrame): string[] {
  const { say } = frame.figures;
  const lines: string[] = [];
  if (findings.every(({ severity }) => severity === "note")) {
    lines.push(
      source?.isWhole === true ? say("All of the source is preserved") : say("All is preserved"),
    );
  }
  for (const severity of ["stops", "lost", "manifest", "note"] as const) {
    const those = findings.filter((one) => one.severity === severity);
    if (those.length === 0) continue;
    if (lines.length > 0) lines.push("");
    lines.push(`${say(HEADINGS[severity])}:`);
    for (const one of those) lines.push(...findingText(one, { source, ...frame }));
  }
  return lines;
}

function findingText(
  { text, hint, concern }: Finding,
  { source, columns, figures }: DoctorFrame & { source: SourceReport | undefined },
): string[] {
  const met = source?.concerned.get(concern);
  const example = met?.example === ""
    ? figures.say("the source itself")
    : printable(met?.example ?? "");
  const where = met === undefined
    ? []
    : [fitText(`    ${entriesText(met.count, figures)}: ${example}`, Math.max(20, columns - 1))];
  return [
    ...wrap(`- ${printable(figures.tell(text))}`, { columns, first: 2, rest: 4 }),
    ...where,
    ...(hint === undefined ? [] : wrap(figures.tell(hint), { columns, first: 4, rest: 4 })),
  ];
}

function entriesText(entries: number, { say }: Figures): string {
  return say("{entries:entry|entries, the first}", { entries });
}

function factLines(facts: readonly Fact[], { columns }: DoctorFrame): string[] {
  const labels = labelColumns(facts);
  return facts.flatMap(([label, text]) => {
    const [head = "", ...more] = wrap(text, {
      columns,
      first: 0,
      rest: 0,
      indent: labels + 4,
    });
    return [
      `  ${padText(label, labels)}  ${head}`,
      ...more.map((line) => " ".repeat(labels + 4) + line),
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
