import { joinRel, printable } from "../base/path_bytes.ts";
import type { Healed, RepairCounts, RepairResult } from "../ops/repair/repair_deps.ts";
import type { Figures } from "./figures.ts";
import type { Phrase } from "./words.ts";
import type { JsonMessage } from "./json_lines.ts";
import { pathFields } from "./json_lines.ts";
import { padText, textWidth } from "./text_width.ts";

/** Something that is right again, one line for people. */
export function healedText(
  { action, snapshotId, relPath, names, from }: Healed,
  { figures: { say }, dryRun }: { figures: Figures; dryRun: boolean },
): string {
  const path = printable(relPath === "" ? snapshotId : joinRel(snapshotId, relPath));
  const more = names - 1;
  const all = more > 0 ? say("{path} and {more} more {more:|name|names}", { path, more }) : path;
  const source = from === undefined ? "" : `, ${say("from {path}", { path: printable(from) })}`;
  const what = say(WHAT[action]) + source;
  return dryRun
    ? say("Would heal {all}: {what}", { all, what })
    : say("Healed {all}: {what}", { all, what });
}

const WHAT: Readonly<Record<Healed["action"], Phrase>> = {
  content: "written anew",
  linked: "linked to an equal file",
  directory: "the directory was missing",
  symlink: "the symlink as recorded",
  special: "the special file as recorded",
  attributes: "mode, owner and time as recorded",
  checksums: "checksums as in the manifest",
  leftover: "a killed run left it",
};

/** The same as a message of `--json`. */
export function healedMessage(
  { action, snapshotId, relPath, names, from, sizeBytes }: Healed,
): JsonMessage {
  return {
    message_type: "healed",
    action,
    snapshot_id: snapshotId,
    ...pathFields(relPath),
    names,
    from: from ?? null,
    bytes: sizeBytes,
  };
}

/** What was done, for people, ending without a newline. */
export function repairedText(
  { roots, dryRun, seconds }: RepairResult,
  { count, size, say, duration }: Figures,
): string {
  const { found, healed, names, bytes, remaining } = sum(roots.map(({ counts }) => counts));
  const where = roots.map(({ root }) => printable(root)).join(", ");
  const head = dryRun
    ? say("Dry run: nothing was written")
    : found === 0
    ? say("Nothing is damaged: {where}", { where })
    : remaining === 0
    ? say("Repaired: {where}", { where })
    : say("Repaired in part: {where}", { where });
  const rows: [label: string, value: string, remark: string][] = found === 0 ? [] : [
    [say("Damaged"), count(found), say("{found:|path|paths}", { found })],
    [
      say("Healed"),
      count(healed),
      say("under {names:name|names}, {size} written", { names, size: size(bytes) }),
    ],
    [say("Remaining"), count(remaining), ""],
  ];
  const labels = Math.max(11, ...rows.map(([label]) => textWidth(label) + 2));
  const width = Math.max(0, ...rows.map(([, value]) => textWidth(value)));
  const lines = rows.map(([label, value, remark]) =>
    `  ${padText(label, labels)}${" ".repeat(width - textWidth(value))}${value}  ${remark}`
      .trimEnd()
  );
  return ["", head, "", ...lines, `  ${padText(say("Duration"), labels)}${duration(seconds)}`].join(
    "\n",
  );
}

/** The same as a message of `--json`. */
export function repairedMessage({ roots, dryRun, seconds }: RepairResult): JsonMessage {
  const { found, healed, names, bytes, remaining } = sum(roots.map(({ counts }) => counts));
  return {
    message_type: "summary",
    dry_run: dryRun,
    roots: roots.map(({ root }) => root),
    found,
    healed,
    names,
    bytes_written: bytes,
    remaining,
    total_duration: seconds,
  };
}

function sum(all: readonly Readonly<RepairCounts>[]): RepairCounts {
  const total: RepairCounts = { found: 0, healed: 0, names: 0, bytes: 0, remaining: 0 };
  for (const { found, healed, names, bytes, remaining } of all) {
    total.found += found;
    total.healed += healed;
    total.names += names;
    total.bytes += bytes;
    total.remaining += remaining;
  }
  return total;
}
