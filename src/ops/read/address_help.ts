import { paragraph, type Prose } from "../../base/prose.ts";

/** How snapshots and what is in them are named, each with what it means. */
export const ADDRESS_FORMS: readonly (readonly [form: string, meaning: string])[] = [
  ["latest", "the newest snapshot"],
  ["latest~2", "the second one before it"],
  ["2026-01-07-085247", "the snapshot of that time"],
  ["2026-01-07", "the same; the beginning is enough when no other begins so"],
  ["home/latest", "the newest of the snapshots called home"],
  ["home/2026-01-07", "one of theirs"],
  ["/mnt/backup/home/2026-01-07-085247", "a snapshot's directory, or any path in it"],
  ["latest:docs/letter.odt", "an entry inside of a snapshot, as it stands below it"],
  ["home/latest~1:docs", "a directory of the second newest one of home"],
];

/** What SNAPSHOT and SNAPSHOT[:PATH] mean. */
export const ADDRESS_HELP: Prose = [
  paragraph("Where help says SNAPSHOT or SNAPSHOT[:PATH], these are understood:"),
  { kind: "list", items: ADDRESS_FORMS },
  paragraph(
    "Without a name before it, a time is looked for among the snapshots of --name, of the " +
      "configured name, or else of all names. What begins with /, ./ or ../ is a path of the file " +
      "system. What is unknown or could be several is refused with a list of what there is.",
  ),
  paragraph(
    "The backup root is that of --root, of the [[job]] that --job names, or the configured " +
      "destination. phlb snapshots lists what it holds.",
  ),
];
