/**
 * What `phlb ls` prints.
 *
 * @module
 */
import { printable } from "../base/path_bytes.ts";
import { STAT } from "../fs/stat_table.ts";
import type { ListedEntry, ListedPlace } from "../ops/search/list_entries.ts";
import type { SnapshotEntry } from "../store/raw_entry.ts";
import { localTime, modeText, nodeFields } from "./entry_text.ts";
import type { Figures } from "./figures.ts";
import type { JsonMessage } from "./json_lines.ts";
import { textWidth } from "./text_width.ts";

/** How entries are listed. */
export interface LsStyle {
  readonly long: boolean;
  readonly digest: boolean;
  /** Sizes in steps of 1024 instead of bytes. */
  readonly human: boolean;
  readonly figures: Figures;
  /** Whether a person sees it: then no name may move the cursor. */
  readonly isTty: boolean;
  /** Paths are shown from behind this many characters on. */
  readonly cut: number;
}

/** Lists entries for people; columns are as wide as the widest cell so far. */
export class LsText {
  readonly #style: LsStyle;
  readonly #widths: number[] = [];

  constructor(style: LsStyle) {
    this.#style = style;
  }

  /** A line for each, ended by a newline. */
  lines(entries: readonly ListedEntry[]): string {
    const { long, digest } = this.#style;
    if (!long && !digest) return this.#names(entries);
    const rows = entries.map((listed) => this.#cells(listed));
    for (const row of rows) {
      for (const [i, cell] of row.entries()) {
        this.#widths[i] = Math.max(this.#widths[i] ?? 0, widthOf(cell));
      }
    }
    return entries.map((listed, i) => {
      const cells = (rows[i] ?? []).map((cell, column) => this.#aligned(cell, column));
      return `${cells.join("")}${this.#name(listed)}${long ? this.#target(listed) : ""}\n`;
    }).join("");
  }

  #names(entries: readonly ListedEntry[]): string {
    let text = "";
    for (const entry of entries) text += `${this.#name(entry)}\n`;
    return text;
  }

  #cells({ entry }: ListedEntry): string[] {
    if (entry === undefined) return [];
    const { stats, row, record } = entry;
    const digest = record?.digest ?? "-";
    if (!this.#style.long) return [digest];
    const cells = [
      modeText(entry),
      String(stats.get(row, STAT.nlink)),
      printable(entry.userName ?? String(stats.get(row, STAT.uid))),
      printable(entry.groupName ?? String(stats.get(row, STAT.gid))),
      this.#size(entry),
      localTime(stats.get(row, STAT.mtimeSec)),
    ];
    return this.#style.digest ? [...cells, digest] : cells;
  }

  #size({ stats, row }: SnapshotEntry): string {
    const type = stats.type(row);
    if (type === "char" || type === "block") {
      return `${stats.get(row, STAT.rdevMajor)},${stats.get(row, STAT.rdevMinor)}`;
    }
    if (type !== "file" && type !== "link") return "-";
    const { human, figures } = this.#style;
    return human ? figures.size(stats.sizeBytes(row)) : String(stats.sizeBytes(row));
  }

  #aligned(cell: string, column: number): string {
    const width = this.#widths[column] ?? 0;
    const isNumber = this.#style.long && (column === LINKS || column === SIZE);
    const room = " ".repeat(Math.max(0, width - widthOf(cell)));
    const padded = isNumber ? room + cell : cell + room;
    // As sha256sum has it.
    return `${padded}${this.#style.long ? " " : "  "}`;
  }

  #name({ relPath }: ListedEntry): string {
    return this.#shown(relPath.slice(this.#style.cut));
  }

  #target({ entry }: ListedEntry): string {
    const target = entry?.record?.linkTarget;
    return target === undefined ? "" : ` -> ${this.#shown(target)}`;
  }

  #shown(text: string): string {
    return this.#style.isTty ? printable(text) : text;
  }
}

/** Nearly all cells are ASCII. */
function widthOf(cell: string): number {
  return ASCII.test(cell) ? cell.length : textWidth(cell);
}

const ASCII = /^[ -~]*$/;

/** Columns with numbers. */
const LINKS = 1;
const SIZE = 4;

/** The message that comes before those of the entries. */
export function placeMessage({ id, ref, path, summary, relPath }: ListedPlace): JsonMessage {
  return {
    message_type: "snapshot",
    id,
    snapshot_id: id,
    name: ref.name,
    time: ref.time,
    kind: ref.kind,
    snapshot_path: path,
    started_at: summary?.started_at ?? null,
    hostname: summary?.hostname ?? null,
    paths: summary === undefined ? [] : [summary.source],
    tags: summary?.tags ?? [],
    inside: relPath,
  };
}

/** The message for an entry. */
export function nodeMessage(
  entry: SnapshotEntry,
  options: { isRecorded: boolean },
): JsonMessage {
  return { message_type: "node", ...nodeFields(entry, options) };
}
