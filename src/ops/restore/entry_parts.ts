import { joinRel } from "../../base/path_bytes.ts";
import type { Attributes } from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import type { SectionWork } from "./restore_messages.ts";

/** Name of the i-th entry of a section. */
export function nameOf({ names }: SectionWork, i: number): string {
  return names[i] ?? "";
}

/** Where it lies in the snapshot, for messages. */
export function pathOf(work: SectionWork, i: number): string {
  return joinRel(work.storedPath, nameOf(work, i));
}

/** Access times are not recorded: the modification time stands for both. */
export function timesOf(stats: StatTable, row: number): NonNullable<Attributes["times"]> {
  const mtimeSec = stats.get(row, STAT.mtimeSec);
  const mtimeNsec = stats.get(row, STAT.mtimeNsec);
  return { atimeSec: mtimeSec, atimeNsec: mtimeNsec, mtimeSec, mtimeNsec };
}
