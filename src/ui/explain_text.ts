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
  const { say, tell } = figures;
  const path = relPath === "" ? source : `${source === "/" ? "" : source}/${relPath}`;
  return [
    printable(path),
    ...verdictLines(verdict, relPath, figures),
    "",
    ...(stored === undefined
      ? [
        rootMissing === undefined
          ? say("No backup root is known: only the rules were looked at")
          : say("No snapshots were looked into: {reason}", {
            reason: printable(tell(rootMissing.message)),
          }),
      ]
      : storedLines(stored, { figures, root: root ?? "" })),
  ].join("\n");
}

function verdictLines(
  { isKept, by, at, notes }: RuleVerdict,
  relPath: string,
  { say, tell }: Figures,
): string[] {
  const lines = [`  ${isKept ? say("Backed up") : say("Left out")}`];
  if (by !== undefined) {
    lines[0] += `: ${printable(tell(by.rule))}`;
    lines.push(`    ${say("this rule is from: {layer}", { layer: printable(tell(by.layer)) })}`);
  } else if (isKept) lines[0] += `: ${say("no rule leaves it out")}`;
  if (at !== relPath) {
    lines.push(`    ${say('it is about "{path}", a part of the path', { path: printable(at) })}`);
  }
  return [...lines, ...notes.map((note) => `  ${printable(tell(note))}`)];
}

function storedLines(
  { versions, lookedInto, having }: StoredVersions,
  { figures, root }: { figures: Figures; root: string },
): string[] {
  const { say } = figures;
  const where = { root: printable(root), all: lookedInto };
  if (lookedInto === 0) return [say("There is no snapshot of this source in {root}", where)];
  if (having === 0) return [say("None of {all:snapshot|snapshots} in {root} has it", where)];
  const last = versions.flatMap(({ snapshotIds }) => snapshotIds).sort().at(-1);
  return [
    say("In {having} of {all:snapshot|snapshots} in {root}, last in {last}", {
      ...where,
      having,
      last: printable(last ?? ""),
    }),
    ...versions.flatMap((version) => ["", ...versionLines(version, figures)]),
  ];
}

function versionLines(version: StoredVersion, { size, say, tell }: Figures): string[] {
  const { entry, snapshotIds, path, inode, links, differences, wasRead } = version;
  const { stats, row, record } = entry;
  const type = stats.type(row);
  const first = snapshotIds[0] ?? "";
  const count = snapshotIds.length;
  const last = snapshotIds.at(-1) ?? "";
  const which = count === 1
    ? first
    : say("{first} to {last}, {count:snapshot|snapshots}", { first, last, count });
  const what = type === "file" ? size(stats.sizeBytes(row)) : type;
  const names = links === undefined
    ? ""
    : links === 1
    ? `, ${say("the only name")}`
    : `, ${say("{links:name|names} in the backup root", { links })}`;
  const time = localTime(stats.get(row, STAT.mtimeSec));
  return [
    printable(which),
    `  ${say("{what}, modified {time}", { what, time })}`,
    ...(record?.digest === undefined ? [] : [`  SHA-256 ${record.digest}`]),
    ...(record?.linkTarget === undefined ? [] : [
      `  ${say("leads to {target}", { target: printable(record.linkTarget) })}`,
    ]),
    ...(inode === undefined
      ? []
      : [`  ${say("inode {inode}", { inode: String(inode) })}${names}`, `  ${printable(path)}`]),
    ...(record?.state === "recorded"
      ? [
        `  ${say("only written down: it could not be made here")}`,
      ]
      : []),
    ...differences.map(({ reason }) =>
      `  ${say("DAMAGED: {reason}", { reason: printable(tell(reason)) })}`
    ),
    ...(differences.length > 0 ? [] : [
      wasRead
        ? `  ${say("sound: its content was read")}`
        : type === "file"
        ? `  ${say("sound as far as size and time tell")}`
        : `  ${say("as recorded")}`,
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
