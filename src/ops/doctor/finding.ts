/**
 * What a backup root will not keep, told from what was tried in it.
 *
 * @module
 */
import { stepText } from "../../base/step_text.ts";
import type { RootTraits } from "./traits.ts";

/**
 * How bad it is: `stops` a backup; `lost`: left out of snapshots, as a problem; `manifest`: the plain files lack it, the manifest has it, and
 * `phlb restore` gives it back where that is possible; `note`: nothing is lost.
 */
export type Severity = "stops" | "lost" | "manifest" | "note";

/** Which property of a source meets it; `root` concerns every backup. */
export type Concern =
  | "root"
  | "byte-names"
  | "refused-names"
  | "long-names"
  | "folded-case"
  | "folded-unicode"
  | "large-files"
  | "symlinks"
  | "special-files"
  | "devices"
  | "modes"
  | "setuid"
  | "owners"
  | "xattrs"
  | "acls"
  | "fine-times"
  | "old-times"
  | "late-times"
  | "holes";

/** One thing that is not as it should be. */
export interface Finding {
  readonly concern: Concern;
  readonly severity: Severity;
  /** Plain words: one sentence without a full stop. */
  readonly text: string;
  /** What can be done, one sentence without a full stop. */
  readonly hint?: string;
  /** Because of who runs phlb, not of the file system; worth no more than a note by itself. */
  readonly isOfUser?: true;
}

/** What follows from the traits of a root, worst first. */
export function findingsOf(traits: RootTraits): Finding[] {
  const all = [
    ...linkFindings(traits),
    ...nameFindings(traits),
    ...contentFindings(traits),
    ...metadataFindings(traits),
  ];
  return bySeverity(all);
}

const ORDER: readonly Severity[] = ["stops", "lost", "manifest", "note"];

/**
 * The findings that a source meets, of those that depend on it. `concerned` has what it meets;
 * undefined: there is no source, or not all of it was seen.
 */
export function metFindings(
  findings: readonly Finding[],
  concerned: ReadonlyMap<Concern, unknown> | undefined,
): Finding[] {
  if (concerned !== undefined) {
    return findings.filter(({ concern }) => concern === "root" || concerned.has(concern));
  }
  return bySeverity(findings.map((one) => one.isOfUser ? { ...one, severity: "note" } : one));
}

/** Worst first, else in their order. */
export function bySeverity<T extends { readonly severity: Severity }>(findings: readonly T[]): T[] {
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

type Row = readonly [
  isMet: boolean,
  concern: Concern,
  severity: Severity,
  text: string,
  hint?: string,
];

function met(rows: readonly Row[]): Finding[] {
  return rows.filter(([isMet]) => isMet).map(([, concern, severity, text, hint]) => ({
    concern,
    severity,
    text,
    ...(hint === undefined ? {} : { hint }),
    ...(hint === AS_ROOT ? { isOfUser: true } : {}),
  }));
}

const AS_ROOT = "Run the backup as root to have that in the plain files, too";
const OTHER_FS = "Use a file system such as ext4, XFS, Btrfs or ZFS for the backup root";

function linkFindings(traits: RootTraits): Finding[] {
  const { hard_links, link_limit } = traits;
  return met([
    [hard_links === "no", "root", "stops", "There are no hard links here", OTHER_FS],
    [
      hard_links === "copies",
      "root",
      "stops",
      "The file system makes copies and calls them hard links",
      OTHER_FS,
    ],
    [
      !traits.exclusive_create || !traits.rename_keeps || !traits.rename_replaces,
      "root",
      "stops",
      "Files cannot be created exclusively and put in place by a rename",
      OTHER_FS,
    ],
    [
      !traits.locks,
      "root",
      "note",
      "Locks do not work here: two runs at a time would not notice each other",
    ],
    [
      !traits.durable,
      "root",
      "note",
      "What was written cannot be made durable: a power cut may damage the newest snapshot",
    ],
    [
      link_limit !== null && link_limit < 10_000,
      "root",
      "note",
      `A file gets no more than ${link_limit} names; then its content is stored once more`,
    ],
  ]);
}

function nameFindings(traits: RootTraits): Finding[] {
  const { refused_names, longest_name_bytes } = traits;
  const examples = refused_names.slice(0, 4).map((name) => `"${name}"`).join(", ");
  return met([
    [
      !traits.byte_names,
      "byte-names",
      "stops",
      "Names that are not UTF-8 cannot be stored",
      "Rename them, or leave them out with an exclude pattern",
    ],
    [
      refused_names.length > 0,
      "refused-names",
      "stops",
      `Some names cannot be stored as they are, such as ${examples}`,
      "Rename them, or leave them out with an exclude pattern",
    ],
    [
      longest_name_bytes < 255,
      "long-names",
      "stops",
      `Names of more than ${longest_name_bytes} bytes cannot be stored`,
      "Rename them, or leave them out with an exclude pattern",
    ],
    [
      !traits.case_sensitive,
      "folded-case",
      "stops",
      "Names that differ in upper and lower case alone are the same here",
      "Rename one of them, or leave it out with an exclude pattern",
    ],
    [
      !traits.unicode_as_is,
      "folded-unicode",
      "stops",
      "Names that differ only in how Unicode writes an accent are the same here, or are changed",
      "Rename one of them, or leave it out with an exclude pattern",
    ],
  ]);
}

function contentFindings({ largest_file_bytes, holes }: RootTraits): Finding[] {
  return met([
    [
      largest_file_bytes !== null,
      "large-files",
      "stops",
      `Files of more than ${largest_file_bytes} bytes cannot be stored`,
      "Leave them out with --exclude-larger-than",
    ],
    [!holes, "holes", "note", "Holes in files are filled: such files take more room"],
  ]);
}

function metadataFindings(traits: RootTraits): Finding[] {
  const { time_step_ns } = traits;
  return met([
    [!traits.symlinks, "symlinks", "stops", "Symbolic links cannot be stored"],
    [
      !traits.fifos,
      "special-files",
      "manifest",
      "Fifos and sockets cannot be stored, only written down",
    ],
    [
      traits.device_nodes === false,
      "devices",
      "manifest",
      "Device nodes cannot be stored, only written down",
    ],
    [
      traits.device_nodes === null,
      "devices",
      "manifest",
      "Device nodes can be stored by root alone, else they are only written down",
      AS_ROOT,
    ],
    [!traits.modes, "modes", "manifest", "Permissions of files and directories are not kept"],
    [
      traits.modes && !traits.setuid,
      "setuid",
      "manifest",
      "Setuid and setgid bits are not kept",
    ],
    [traits.owners === false, "owners", "manifest", "Owners and groups are not kept"],
    [
      traits.owners === null,
      "owners",
      "manifest",
      "Stored files belong to the user who runs the backup: only root gives files away",
      AS_ROOT,
    ],
    [!traits.xattrs, "xattrs", "manifest", "Extended attributes are not kept"],
    [!traits.acls, "acls", "manifest", "Access control lists (ACLs) are not kept"],
    [
      time_step_ns !== 1,
      "fine-times",
      "manifest",
      time_step_ns === 0
        ? "Modification times are not kept"
        : `Modification times are kept in steps of ${stepText(time_step_ns)} only`,
    ],
    [!traits.times_before_1970, "old-times", "manifest", "Times before 1970 are not kept"],
    [!traits.times_after_2038, "late-times", "manifest", "Times after 2038 are not kept"],
  ]);
}
