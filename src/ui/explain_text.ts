/**
 * What `phlb explain` prints.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import type { Explanation } from "../ops/explain/explain.ts";
import type { RuleVerdict } from "../ops/explain/explain_rules.ts";
import type { StoredVersion, StoredVersions } from "../ops/explain/stored_versions.ts";
import { STAT } from "../fs/stat_table.ts";
import { localTime, nodeFields } from "./entry_text.ts";
import type { Figures } from "./figures.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";

/** For people; lines without a newline at the end. */
export function explainText(explanation: Explanation, figures: Figures): string {
  const { source, relPath, verdict, stored, root, rootMissing } = explanation;
  const path = relPath === "" ? source : `${source === "/" ? "" : source}/${relPath}`;
  return [
    printable(path),
    ...verdictLines(verdict, relPath),
    "",
    ...(stored === undefined
      ? [
        rootMissing === undefined
          ? "No backup root is known: only the rules were looked at"
          : `No snapshots were looked into: ${printable(rootMissing.message)}`,
      ]
      : storedLines(stored, { figures, root: root ?? "" })),
  ].join("\n");
}

function verdictLines({ isKept, by, at, notes }: RuleVerdict, relPath: string): string[] {
  const lines = [`  ${isKept ? "Backed up" : "Left out"}`];
  if (by !== undefined) {
    lines[0] += `: ${printable(by.rule)}`;
    lines.push(`    this rule is from: ${printable(by.layer)}`);
  } else if (isKept) lines[0] += ": no rule leaves it out";
  if (at !== relPath) lines.push(`    it is about "${printable(at)}", a part of the path`);
  return [...lines, ...notes.map((note) => `  ${printable(note)}`)];
}

function storedLines(
  { versions, lookedInto, having }: StoredVersions,
  { figures, root }: { figures: Figures; root: string },
): string[] {
  const { count } = figures;
  const all = lookedInto === 1 ? "1 snapshot" : `${count(lookedInto)} snapshots`;
  if (lookedInto === 0) return [`There is no snapshot of this source in ${printable(root)}`];
  if (having === 0) return [`None of ${all} in ${printable(root)} has it`];
  const last = versions.flatMap(({ snapshotIds }) => snapshotIds).sort().at(-1);
  return [
    `In ${count(having)} of ${all} in ${printable(root)}, last in ${printable(last ?? "")}`,
    ...versions.flatMap((version) => ["", ...versionLines(version, figures)]),
  ];
}

function versionLines(version: StoredVersion, { count, size }: Figures): string[] {
  const { entry, snapshotIds, path, inode, links, differences, wasRead } = version;
  const { stats, row, record } = entry;
  const type = stats.type(row);
  const first = snapshotIds[0] ?? "";
  const until = snapshotIds.length === 1
    ? ""
    : ` to ${snapshotIds.at(-1)}, ${count(snapshotIds.length)} snapshots`;
  const what = type === "file" ? size(stats.sizeBytes(row)) : type;
  const names = links === undefined
    ? ""
    : links === 1
    ? ", the only name"
    : `, ${count(links)} names in the backup root`;
  return [
    `${printable(`${first}${until}`)}`,
    `  ${what}, modified ${localTime(stats.get(row, STAT.mtimeSec))}`,
    ...(record?.digest === undefined ? [] : [`  SHA-256 ${record.digest}`]),
    ...(record?.linkTarget === undefined ? [] : [`  leads to ${printable(record.linkTarget)}`]),
    ...(inode === undefined ? [] : [`  inode ${inode}${names}`, `  ${printable(path)}`]),
    ...(record?.state === "recorded" ? ["  only written down: it could not be made here"] : []),
    ...differences.map(({ reason }) => `  DAMAGED: ${printable(reason)}`),
    ...(differences.length > 0 ? [] : [
      wasRead
        ? "  sound: its content was read"
        : type === "file"
        ? "  sound as far as size and time tell"
        : "  as recorded",
    ]),
  ];
}

/** The messages for programs; what is not known is null. */
export function explainMessages(explanation: Explanation): JsonMessage[] {
  const { source, relPath, jobId, verdict, stored, root } = explanation;
  const { isKept, type, by, at, notes } = verdict;
  return [
    {
      message_type: "explanation",
      source,
      ...pathFields(relPath),
      job_id: jobId ?? null,
      kept: isKept,
      type: type ?? null,
      rule: by?.rule ?? null,
      layer: by?.layer ?? null,
      rule_about: at,
      notes,
      root: root ?? null,
      snapshots: stored?.lookedInto ?? null,
      snapshots_having_it: stored?.having ?? null,
    },
    ...(stored?.versions ?? []).map(versionMessage),
  ];
}

function versionMessage(version: StoredVersion): JsonMessage {
  const { entry, snapshotIds, path, inode, links, differences, wasRead, isRecorded } = version;
  return {
    message_type: "stored_version",
    ...nodeFields(entry, { isRecorded }),
    snapshot_ids: snapshotIds,
    stored_path: path,
    stored_inode: inode === undefined ? null : Number(inode),
    stored_links: links ?? null,
    read: wasRead,
    damaged: differences.length > 0,
    differences: differences.map(({ code, reason }) => ({ code, reason })),
  };
}
